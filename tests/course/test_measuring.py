"""Means with their errors, and ratios of times."""

import time

import numpy as np
import pytest

from abinitio.course.measuring import average, speed_up


def test_the_error_of_a_mean_is_what_means_scatter_by():
    sets = np.random.default_rng(0).normal(3.0, 2.0, (2000, 25))
    means, errors = np.transpose([average(values) for values in sets])
    assert np.std(means) == pytest.approx(2.0 / 5, rel=0.05)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(2.0 / 5, rel=0.05)  # five standard errors of both


def test_a_call_that_takes_longer_is_slower_and_each_is_called_once_more_than_it_is_timed():
    calls = {"ours": 0, "theirs": 0}

    def wait(name, seconds):
        calls[name] += 1
        time.sleep(seconds)

    ratio, spread = speed_up(lambda: wait("ours", 0.005), lambda: wait("theirs", 0.05), repeats=5)
    assert calls == {"ours": 6, "theirs": 6}
    assert 2 < ratio < 12 and spread >= 0  # a busy machine can only delay
