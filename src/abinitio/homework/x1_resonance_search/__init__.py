"""Experiment 1: a hunt for a resonance in a stream of events that never is in memory as a whole."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="x1",
    package="abinitio.homework.x1_resonance_search",
    title="A resonance in a hundred million events",
    part="scale",
    summary="A bump hunt in a dijet-mass spectrum, in bounded memory: with no labels to learn from, and at a cost that "
    "grows in proportion to the events. A million of them; a hundred million with --slow.",
    exercises=0,
    points=0,
)
