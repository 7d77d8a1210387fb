import numpy as np
import pytest

from abinitio.course.calls.call import LiveCaller
from abinitio.course.checking.cases import make_case, prepare
from abinitio.course.checking.judge import judge
from abinitio.course.checking.simplify import smallest_failure, weight
from abinitio.course.exercise import Exercise


def smallest(exercise, function):
    caller = LiveCaller(function)
    for case in sorted(prepare(exercise, named=False), key=lambda case: weight(case.inputs), reverse=True):
        outcome = caller.call(case.inputs, exercise.take)
        if wrong := judge(exercise, case, outcome):
            found = smallest_failure(exercise, caller, (case, outcome, wrong))
            assert found[2].kind == wrong.kind and judge(exercise, found[0], found[1])
            return found
    raise AssertionError("the answer is right")


def test_a_wrong_formula_is_shown_on_one_or_two_numbers(toys):
    case, outcome, wrong = smallest(toys.ridge, lambda X, y, alpha: np.linalg.pinv(X) @ y)
    assert case.inputs["X"].size <= 1 and set(np.ravel(case.inputs["X"])) <= {0.0, 1.0, -1.0}
    assert wrong.kind == "value" and not np.allclose(outcome.value, case.expected.value)


def test_what_fails_only_with_two_columns_is_shown_with_two(toys):
    case, _, wrong = smallest(
        toys.ridge, lambda X, y, alpha: X.T @ y / ((X**2).sum(axis=0) + alpha)
    )  # right where the columns are orthogonal
    assert case.inputs["X"].shape[1] == 2 and wrong.kind == "value"
    assert set(np.ravel(case.inputs["X"])) <= {0.0, 1.0, -1.0, 2.0}


def test_it_does_not_slide_from_one_failure_to_another(toys):
    def answer(X, y, alpha):
        if len(y) > 3:
            return X.T @ y * 0
        return [1]  # another failure, on smaller inputs

    case, _, wrong = smallest(toys.ridge, answer)
    assert wrong.kind == "value" and len(case.inputs["y"]) == 4


def positive_only(sigma, labels, A):
    """The inputs obey: sigma > 0, labels are 0 or 1, A is symmetric."""
    assert (sigma > 0).all() and set(np.unique(labels)) <= {0.0, 1.0} and np.array_equal(A, A.T)
    assert labels.sum() == 1
    return sigma.sum() + labels.sum() + A.sum()


def make_inputs(rng, size):
    root = rng.normal(size=(2, 2))
    sigma, labels = rng.uniform(0.2, 3, 2 + size), np.eye(2 + size)[rng.integers(2)]
    return {"sigma": sigma, "labels": labels, "A": root + root.T}


def test_what_the_inputs_were_is_kept():
    exercise = Exercise(
        function=positive_only,
        points=1,
        inputs=make_inputs,
        hints=("", "", ""),
        mistakes=(),
        second_solution=positive_only,
    )
    case, _, _ = smallest(exercise, lambda sigma, labels, A: positive_only(sigma, labels, A) + A[0, 1])
    assert case.inputs["sigma"].tolist() == [1.0, 1.0] and case.inputs["A"][0, 0] in (0.0, 1.0)
    valid = Exercise(
        function=positive_only,
        points=1,
        inputs=make_inputs,
        hints=("", "", ""),
        mistakes=(),
        second_solution=positive_only,
        valid=lambda sigma, labels, A: sigma[0] != 1.0,
    )
    case, _, _ = smallest(valid, lambda sigma, labels, A: -1.0)
    assert case.inputs["sigma"][0] != 1.0 and case.inputs["sigma"][1] == 1.0


def test_an_endless_loop_is_not_searched_for_long(toys):
    def answer(z, t):
        while True:
            pass

    case = make_case(toys.shrink, "general", "", {"z": np.ones(5), "t": 1.0})
    caller = LiveCaller(answer)
    outcome = caller.call(case.inputs, limit=0.05)
    found = smallest_failure(toys.shrink, caller, (case, outcome, judge(toys.shrink, case, outcome)))
    assert found[2].kind == "time" and len(found[0].inputs["z"]) == 1


@pytest.mark.parametrize(
    ("simple", "harder"),
    [(1.0, 2.0), (0.0, 0.5), (1.0, -1.0), (np.zeros(2), np.zeros(3)), (np.ones(2), np.array([1.0, 3.0])), (2.0, 2.5)],
)
def test_weights(simple, harder):
    assert weight({"x": simple}) < weight({"x": harder})
