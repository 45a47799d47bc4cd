"""The demo scenario: every operation of an interface, in the order of a working day.

`steps` returns the steps for a contract; `play` runs them with a client and yields a `Scene` to
display after each. It imports the client, the simulator's phone and `display.demo_step`; only the
command line imports it.
"""

from seqrkit.demo.player import Fact, Run, Step, play
from seqrkit.demo.scenario import steps

__all__ = ["Fact", "Run", "Step", "play", "steps"]
