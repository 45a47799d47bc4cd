"""What seqrkit's speed is measured against: `python -m benchmarks`, or `nox -s bench`.

Every figure is a ratio (or a difference) of two things measured in the same run, in alternating
rounds, so that a busy machine slows both. Nothing here asserts a time: the table says `short`.
"""
