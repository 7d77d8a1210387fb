"""Homework 5, information theory: entropy, text and its compression, divergences, Fisher's metric, transport."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw5",
    package="abinitio.homework.hw5_information",
    title="Information theory",
    part="III.1",
    summary="Entropy and its estimates, text and its compression, divergences, Fisher's metric, optimal transport.",
    exercises=12,
    points=28,
)
