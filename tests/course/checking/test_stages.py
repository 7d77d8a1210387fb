import time

import numpy as np
import pytest

from abinitio.course.calls.call import LiveCaller
from abinitio.course.checking.cases import prepare
from abinitio.course.checking.stages import examine, zero


def verdict(exercise, function, **settings):
    return examine(exercise, LiveCaller(function), prepare(exercise), **settings)


def right(X, y, alpha=1.0):
    return np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y)


def stages(found):
    return {stage.name: stage.passed for stage in found.stages}


def test_a_right_answer_passes_every_stage_with_all_points(toys):
    found = verdict(toys.ridge, right)
    assert found.passed and found.points == 4 and found.failure is None
    assert stages(found) == dict.fromkeys(["runs", "small", "general", "stable", "fast"], True)
    assert sum(stage.points for stage in found.stages) == pytest.approx(4)


def test_stages_without_cases_are_not_there_and_cost_nothing(toys):
    found = verdict(toys.shrink, toys.shrink.second_solution)
    assert found.points == 2 and list(stages(found)) == ["runs", "small", "general"]


@pytest.mark.parametrize(
    ("function", "failed", "points"),
    [
        (lambda X, y, alpha=1.0: 3, "runs", 0.0),
        (lambda X, y, alpha=1.0: right(X, y, alpha) * 0, "small", 0.4),
        (lambda X, y, alpha=1.0: right(X, y, alpha) * (1.0 if len(y) < 7 else 0.9), "general", 1.2),
        (lambda X, y, alpha=1.0: right(X, y, alpha) * (1.0 if X.max() < 1e5 else 0.9), "stable", 3.2),
        (
            lambda X, y, alpha=1.0: (time.sleep(0) or _busy(0.15 if len(y) > 100 else 0)) or right(X, y, alpha),
            "fast",
            3.6,
        ),
    ],
)
def test_points_of_the_stages_that_pass(toys, function, failed, points):
    found = verdict(toys.ridge, function)
    assert not found.passed and found.points == pytest.approx(points)
    assert next(name for name, ok in stages(found).items() if ok is False) == failed
    reached = list(stages(found).values())
    assert failed in ("stable", "fast") or None in reached


def _busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_slow_answer_is_told_how_slow_on_what(toys):
    def loop(X, y, alpha=1.0):
        n, d = X.shape
        A = alpha * np.eye(d)
        b = np.zeros(d)
        for i in range(n):
            for j in range(d):
                b[j] += X[i, j] * y[i]
                for k in range(d):
                    A[j, k] += X[i, j] * X[i, k]
        return np.linalg.solve(A, b)

    found = verdict(toys.ridge, loop)
    assert found.failure.kind == "slow" and found.points == pytest.approx(3.6)
    assert "x the time of the reference on X: 3000 x 20, y: 3000" in found.failure.sentence


def test_a_wrong_answer_on_the_large_input_only(toys):
    found = verdict(toys.ridge, lambda X, y, alpha=1.0: right(X, y, alpha) + (len(y) == 3000))
    assert stages(found)["fast"] is False and found.failure.kind == "value" and found.failure.inputs is None


def test_random_answers_go_through_many_draws(toys):
    assert verdict(toys.shuffle, lambda n, rng: np.argsort(rng.random(n))).passed
    found = verdict(toys.shuffle, lambda n, rng: np.random.default_rng().permutation(n))
    assert found.failure.kind == "draws:not repeatable" and "take every random number from rng" in found.headline


def test_blank_answers_and_verdicts_without_points(toys):
    def blank(X, y, alpha=1.0):
        raise NotImplementedError("hw1: ridge")

    found = verdict(toys.ridge, blank)
    assert (found.state, found.points, found.headline) == ("blank", 0.0, "Not started.")

    def half(X, y, alpha=1.0):
        if len(y) > 2:
            raise NotImplementedError
        return right(X, y, alpha)

    assert verdict(toys.ridge, half).state == "failed"
    assert zero(toys.ridge, "absent", "It is gone.").headline == "It is gone."
