import numpy as np
import pytest

from abinitio.course.calls.call import LiveCaller
from abinitio.course.checking.cases import make_case
from abinitio.course.checking.judge import judge, judge_draws, statement

INPUTS = {"X": np.array([[1.0, 0.0], [1.0, 2.0]]), "y": np.array([1.0, 2.0]), "alpha": 1.0}


def kind(exercise, function, inputs=INPUTS, label=""):
    case = make_case(exercise, "general", label, inputs)
    wrong = judge(exercise, case, LiveCaller(function).call(case.inputs, exercise.take))
    return wrong and wrong.kind


def in_place(X, y, alpha):
    y *= 2
    return right(X, y / 2, alpha)


def right(X, y, alpha):
    return np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (right, None),
        (lambda X, y, alpha: right(X, y, alpha).tolist(), "type"),
        (lambda X, y, alpha: right(X, y, alpha)[:, None], "shape"),
        (lambda X, y, alpha: right(X, y, alpha) * np.nan, "nan"),
        (lambda X, y, alpha: right(X, y, 2 * alpha), "value"),
        (lambda X, y, alpha: None, "type"),
        (lambda X, y, alpha: y[9], "raised:IndexError"),
        (lambda X, y, alpha: object(), "not plain"),
        (in_place, "mutated"),
    ],
)
def test_each_kind_of_wrong(toys, function, expected):
    assert kind(toys.ridge, function) == expected


def test_a_wrong_value_names_the_property_that_fails(toys):
    case = make_case(toys.ridge, "general", "", INPUTS)
    wrong = judge(toys.ridge, case, LiveCaller(lambda X, y, alpha: np.ones(2)).call(INPUTS))
    assert wrong.rule == "The gradient vanishes: (X'X + alpha 1) w = X'y."


def test_where_an_error_is_asked_for(toys):
    def raises(error):
        def answer(z, t):
            raise error

        return answer

    inputs = {"z": np.ones(1), "t": -1.0}
    assert kind(toys.shrink, raises(ValueError("negative")), inputs, "edge") is None
    assert kind(toys.shrink, raises(UnicodeError("a subclass")), inputs, "edge") is None
    assert kind(toys.shrink, raises(TypeError("another")), inputs, "edge") == "no error"
    assert kind(toys.shrink, lambda z, t: z, inputs, "edge") == "no error"


def test_properties_judge_what_is_not_unique(toys):
    inputs = {"n": 5, "rng": 0}
    assert kind(toys.shuffle, lambda n, rng: np.argsort(rng.random(n)), inputs) is None
    assert kind(toys.shuffle, lambda n, rng: rng.integers(n, size=n), inputs) == "property:is_a_permutation"
    assert kind(toys.shuffle, lambda n, rng: 3, inputs) == "type"
    assert kind(toys.shuffle, lambda n, rng: np.array([]), inputs) == "property:is_a_permutation"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda n, rng: rng.permutation(n), None),
        (lambda n, rng: np.random.default_rng().permutation(n), "draws:not repeatable"),
        (lambda n, rng: np.arange(n), "draws:every_place_alike"),
        (lambda n, rng: np.roll(np.arange(n), rng.integers(2)), "draws:every_place_alike"),
    ],
)
def test_many_draws(toys, function, expected):
    case = make_case(toys.shuffle, "general", "", {"n": 9, "rng": 0})
    wrong = judge_draws(toys.shuffle, LiveCaller(function), case)
    assert (wrong and wrong.kind) == expected


def test_a_property_is_told_by_its_docstring_or_its_name():
    def rows_sum_to_one(p):
        return True

    assert statement(rows_sum_to_one) == "Rows sum to one."
