"""Homework 0, learning from data: the tools, the empirical distribution, and the three kinds of learning."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw0",
    package="abinitio.homework.hw0_learning_from_data",
    title="Learning from data",
    part="I",
    summary="The tools in ten minutes; what a sample tells about its distribution; a line, two clusters, a bandit.",
    exercises=6,
    points=10,
)
