"""Stories that play every operation of an interface, in an order that makes sense.

`STORIES` holds the demo's, one for each interface; `play` plays one on a `Stage` and gives a scene
for each step as soon as it was played.
"""

from seqrkit.demo.player import Fact, Played, Stage, Step, play
from seqrkit.demo.scenario import STORIES

__all__ = ["STORIES", "Fact", "Played", "Stage", "Step", "play"]
