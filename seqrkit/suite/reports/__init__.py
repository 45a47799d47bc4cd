"""Reports of a run: each failure as text, the outcome as text, JSON and HTML.

In: checks with their failures, and the coverage of all processes. Out: `FailureReport`, `Outcome`
and its page. Imports framework, properties (for what there is to cover), runner (for the baseline)
and the display package.
"""
