"""Homework 2, linear classification: perceptron, logistic and softmax regression, Ising states, nearest neighbours."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw2",
    package="abinitio.homework.hw2_linear_classification",
    title="Linear classification and nearest neighbours",
    part="II.2-II.3",
    summary="Perceptron, logistic and softmax regression, what linear rules miss in Ising states, neighbours.",
    exercises=12,
    points=30,
)
