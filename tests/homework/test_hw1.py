"""Homework 1: the answers to its pen-and-paper problems are what the library computes."""

import numpy as np
import pytest

from abinitio.homework.hw1_linear_regression.problems import value


def test_slope_and_its_variance_agree_with_numpy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=9), rng.normal(size=9)
    sums = {"n": 9, "Sx": x.sum(), "Sxx": (x**2).sum()}
    (slope, _), covariance = np.polyfit(x, y, 1, cov="unscaled")
    assert value("slope of a line", Sy=y.sum(), Sxy=x @ y, **sums) == pytest.approx(slope)
    assert value("slope variance", sigma=0.7, **sums) == pytest.approx(0.49 * covariance[0, 0])
