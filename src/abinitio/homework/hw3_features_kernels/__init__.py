"""Homework 3, features and kernels: feature maps, kernel ridge regression, random Fourier features, smoothing."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw3",
    package="abinitio.homework.hw3_features_kernels",
    title="Features and kernels",
    part="II.4",
    summary="Feature maps and kernels, random Fourier features, Gaussian processes, a weather forecast.",
    exercises=13,
    points=31,
)
