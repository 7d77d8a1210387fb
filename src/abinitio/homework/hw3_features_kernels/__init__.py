"""Homework 3, features and kernels: feature maps, kernel ridge regression, random Fourier features, smoothing."""

from abinitio.course.homework import Homework

HOMEWORK = Homework(
    name="hw3",
    package="abinitio.homework.hw3_features_kernels",
    title="Features and kernels",
    part="II.4",
    summary="Features by hand and by kernel: kernel ridge regression, random Fourier features, the perceptron again.",
    exercises=13,
    points=31,
)
