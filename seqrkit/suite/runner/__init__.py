"""A run of the suite as its options describe it: target, profile, selection and baseline.

In: parsed options and the environment variables. Out: a `Run`: the checks to run, each with the
reason if the target cannot run it, and the environment to run them in. Imports framework and
properties, and of seqrkit what connects to an endpoint.
"""
