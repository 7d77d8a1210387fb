"""Homework 4, support-vector machines: the widest street, its dual problem, SMO, several classes, regression."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw4",
    package="abinitio.homework.hw4_support_vector_machines",
    title="Support-vector machines",
    part="II.5",
    summary="The widest street between two classes, its dual problem and SMO, digits by votes, regression in a tube.",
    exercises=12,
    points=30,
)
