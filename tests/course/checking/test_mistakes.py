import numpy as np
import pytest

from abinitio.course.calls.call import LiveCaller
from abinitio.course.checking.cases import prepare
from abinitio.course.checking.stages import examine


def named(exercise, function):
    verdict = examine(exercise, LiveCaller(function), prepare(exercise), timed=False)
    assert not verdict.passed
    return verdict.failure.mistake


@pytest.mark.parametrize("name", ["ridge", "shrink", "descend", "shuffle"])
def test_every_listed_mistake_is_named(toys, name):
    exercise = getattr(toys, name)
    for mistake in exercise.mistakes:
        assert named(exercise, mistake.function) == mistake.name


def test_a_mistake_is_recognised_in_other_words(toys):
    def answer(X, y, alpha=1.0):
        n, d = X.shape
        penalised = np.vstack([X, np.sqrt(n * alpha) * np.eye(d)])
        return np.linalg.lstsq(penalised, np.concatenate([y, np.zeros(d)]), rcond=None)[0]

    assert named(toys.ridge, answer) == "alpha times n"


def test_an_unknown_mistake_is_not_given_a_name(toys):
    assert (
        named(toys.ridge, lambda X, y, alpha=1.0: np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y) * 1.1)
        == ""
    )
    assert named(toys.ridge, lambda X, y, alpha=1.0: np.zeros(X.shape[1])) == ""


def test_a_mistake_that_agrees_on_one_input_only_is_not_the_one(toys):
    def answer(X, y, alpha=1.0):  # as without penalty for a single sample, something else elsewhere
        return np.linalg.pinv(X) @ y if len(y) == 1 else np.zeros(X.shape[1])

    assert named(toys.ridge, answer) == ""


def test_random_answers_are_recognised_by_the_way_they_fail(toys):
    assert named(toys.shuffle, lambda n, rng: np.arange(n)[::-1]) == "not shuffled"
    assert named(toys.shuffle, lambda n, rng: (rng.random(n) * n).astype(int)) == ""  # two mistakes fail in this way
