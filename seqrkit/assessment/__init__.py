"""The verdict on a client: what it was tested for, what failed and why, in the formats of reports.

`seqrkit certify`, `drill` and `check-register` each make an `Assessment` of `Item`s; `formats`
writes it as text, JSON, HTML, JUnit, SARIF and annotations of GitHub. Failures have stable ids, so
that a baseline can excuse them.
"""

from seqrkit.assessment.outcome import Assessment, Failure, Item, Verdict

__all__ = ["Assessment", "Failure", "Item", "Verdict"]
