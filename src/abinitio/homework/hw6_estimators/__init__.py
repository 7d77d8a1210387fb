"""Homework 6, estimators: bias and its bounds, shrinkage, double descent, Bayes, choosing a model, stars."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw6",
    package="abinitio.homework.hw6_estimators",
    title="Estimators",
    part="III.2",
    summary="Bias and the Cramér-Rao bound, shrinkage, double descent, Bayes, choosing a model, the bootstrap, stars.",
    exercises=12,
    points=30,
)
