"""Homework 1, linear regression: least squares, measured errors, ridge, lasso, locally linear regression."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw1",
    package="abinitio.homework.hw1_linear_regression",
    title="Linear regression",
    part="II.1",
    summary="Least squares by descent and exactly, measured errors, ridge, lasso and local lines, real house prices.",
    exercises=12,
    points=30,
)
