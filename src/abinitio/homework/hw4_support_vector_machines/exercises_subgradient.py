"""The exercise on a subgradient of the primal objective, which has kinks."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import table
from abinitio.homework.hw4_support_vector_machines.exercises_hinge import (
    HINGE_OBJECTIVE,
    IN_THE_PLANE,
    ON_A_LINE,
    large_samples,
    objective,
    plane_and_samples,
)
from abinitio.svm.hinge import hinge_subgradient


def the_objective_lies_above_its_tangent_plane(answer, w, b, X, y, C):
    """F(v) >= F(w, b) + dw.(v - w) + db (v_0 - b) at every other plane (v, v_0): that makes it a subgradient."""
    dw, db = answer
    F, here = objective(), objective()(w, b, X, y, C)
    steps = [*np.eye(len(w) + 1), *-np.eye(len(w) + 1), np.append(-w, -b), np.append(w, b) / 4]
    slack = 1e-6 * (1 + abs(here) + C * len(X) * (1 + np.abs(X).max()))
    rises = [F(w + step[:-1], b + step[-1], X, y, C) - here - dw @ step[:-1] - db * step[-1] for step in steps]
    return bool(min(rises) >= -slack)


def _sums(w, b, X, y, C):
    dw, db = [float(c) for c in w], 0.0
    for x, label in zip(X, y):
        if label * (float(x @ w) + b) < 1:
            dw = [slope - C * label * coordinate for slope, coordinate in zip(dw, x)]
            db -= C * label
    return np.array(dw), db


def _subgradient(
    regulariser=lambda w: w,
    score=lambda w, b, X: X @ w + b,
    pull=lambda z, y: np.where(y * z < 1, y, 0),
    price=lambda C, n: C,
    result=lambda dw, db, b: (dw, db),
    sign=-1,
):
    """A subgradient with one wrong part: d/dw of the regulariser, the scores, the pull of each sample, ..."""

    def gradient(w, b, X, y, C):
        pulls = price(C, len(y)) * pull(score(w, b, X), y)
        return result(regulariser(w) + sign * pulls @ X, float(sign * pulls.sum()), b)

    return gradient


HINGE_SUBGRADIENT = Exercise(
    function=hinge_subgradient,
    points=3,
    inputs=plane_and_samples,
    holds=(the_objective_lies_above_its_tangent_plane,),
    large=large_samples,
    edges={
        **HINGE_OBJECTIVE.edges,
        "on the margin and inside": {"w": table([1, 0]), "b": 0.0, **IN_THE_PLANE, "C": 3.0},
        "one sample, inside by little": {
            "w": table([0.75]),
            "b": 0.0,
            "X": table([[1]]),
            "y": np.array([-1]),
            "C": 2.0,
        },
    },
    stable={
        "inside by almost nothing": {
            "w": table([1]),
            "b": 0.0,
            "X": table([[1 - 1e-12]]),
            "y": np.array([1]),
            "C": 1.0,
        },
        "large features": {
            "w": table([1, 0.5]),
            "b": -0.5,
            "X": 1e9 * IN_THE_PLANE["X"],
            "y": IN_THE_PLANE["y"],
            "C": 3.0,
        },
        "a high price": {"w": table([1]), "b": 0.0, **ON_A_LINE, "C": 1e12},
        "beyond by almost nothing": {
            "w": table([-1]),
            "b": 0.0,
            "X": table([[1 + 1e-12]]),
            "y": np.array([-1]),
            "C": 1.0,
        },
    },
    mistakes=(
        Mistake(
            "the gradient of the regulariser forgotten",
            "dw is that of the losses alone. |w|^2 / 2 adds w.",
            _subgradient(regulariser=lambda w: 0 * w),
        ),
        Mistake(
            "the regulariser's 2",
            "2w was added. The derivative of |w|^2 / 2 is w.",
            _subgradient(regulariser=lambda w: 2 * w),
        ),
        Mistake(
            "half of the regulariser",
            "w/2 was added. The derivative of |w|^2 / 2 is w: the 1/2 cancels the 2.",
            _subgradient(regulariser=lambda w: w / 2),
        ),
        Mistake(
            "the derivative of |w|",
            "w/|w| was added, the derivative of the length. The regulariser is |w|^2 / 2.",
            _subgradient(regulariser=lambda w: w / np.linalg.norm(w)),
        ),
        Mistake(
            "the wrong sign",
            "The losses enter with a plus. The derivative of 1 - y_i (x_i.w + b) with respect to w is -y_i x_i.",
            _subgradient(sign=1),
        ),
        Mistake(
            "minus the gradient",
            "Everything has the wrong sign: this is the direction of descent, as one adds it to w and b.",
            _subgradient(result=lambda dw, db, b: (-dw, -db)),
        ),
        Mistake(
            "the sign of db",
            "dw is right and db has the wrong sign: the derivative of 1 - y_i (x_i.w + b) with respect to b is -y_i.",
            _subgradient(result=lambda dw, db, b: (dw, -db)),
        ),
        Mistake(
            "samples beyond their margin included",
            "All samples pull at the plane here. One with y_i f(x_i) > 1 has no loss, and none after a small step: it "
            "contributes nothing.",
            _subgradient(pull=lambda z, y: y),
        ),
        Mistake(
            "the samples beyond their margin in place of those inside",
            "The test is the wrong way round: the samples with y_i f(x_i) < 1 have a loss.",
            _subgradient(pull=lambda z, y: np.where(y * z > 1, y, 0)),
        ),
        Mistake(
            "the kink",
            "A sample exactly on its margin, y_i f(x_i) = 1, contributed as if it were inside. That is a subgradient "
            "too; by the convention asked for such a sample contributes nothing.",
            _subgradient(pull=lambda z, y: np.where(y * z <= 1, y, 0)),
        ),
        Mistake(
            "half at the kink",
            "A sample exactly on its margin contributed half. That is a subgradient too; by the convention asked for "
            "it contributes nothing.",
            _subgradient(pull=lambda z, y: y * (1 + np.sign(1 - y * z)) / 2),
        ),
        Mistake(
            "the perceptron's test",
            "Only samples on the wrong side contributed. Those on their own side but inside their margin, "
            "0 < y_i f(x_i) < 1, have a loss too.",
            _subgradient(pull=lambda z, y: np.where(y * z < 0, y, 0)),
        ),
        Mistake(
            "the label is not in the test",
            "The test is f(x_i) < 1, whatever the label. A sample of label -1 is inside its margin where f(x_i) > -1: "
            "test y_i f(x_i) < 1.",
            _subgradient(pull=lambda z, y: np.where(z < 1, y, 0)),
        ),
        Mistake(
            "the street in place of the half-space",
            "Only samples inside the street, |f(x_i)| < 1, contributed. Those beyond it on the wrong side have the "
            "largest losses.",
            _subgradient(pull=lambda z, y: np.where(np.abs(z) < 1, y, 0)),
        ),
        Mistake(
            "the label is not in the step",
            "x_i was added without its label.",
            _subgradient(pull=lambda z, y: np.where(y * z < 1, 1, 0)),
        ),
        Mistake(
            "labels 0 and 1",
            "The labels were turned into 0 and 1, so that samples of label -1 neither pass the test nor pull.",
            _subgradient(pull=lambda z, y: np.where((y + 1) / 2 * z < 1, (y + 1) / 2, 0)),
        ),
        Mistake(
            "the gradient of squared losses",
            "Each sample pulls with its loss, as for squared hinges. The hinge is a straight line: every sample inside "
            "pulls equally.",
            _subgradient(pull=lambda z, y: 2 * y * np.maximum(0, 1 - y * z)),
        ),
        Mistake(
            "no price",
            "The samples pull without C.",
            _subgradient(price=lambda C, n: 1.0),
        ),
        Mistake(
            "a mean in place of the sum",
            "The pulls were divided by n. The losses are added, without 1/n.",
            _subgradient(price=lambda C, n: C / n),
        ),
        Mistake(
            "no intercept in the test",
            "The test uses x_i.w without b.",
            _subgradient(score=lambda w, b, X: X @ w),
        ),
        Mistake(
            "the sign of the intercept",
            "b was subtracted from the scores. Here f(x) = x.w + b; some books write w.x - b.",
            _subgradient(score=lambda w, b, X: X @ w - b),
        ),
        Mistake(
            "the intercept is penalised",
            "b was added to db, as if b^2 / 2 were in the objective. The intercept is not penalised.",
            _subgradient(result=lambda dw, db, b: (dw, db + b)),
        ),
        Mistake(
            "the intercept does not move",
            "db is 0 here. The losses depend on b.",
            _subgradient(result=lambda dw, db, b: (dw, 0.0)),
        ),
        Mistake(
            "one array of both",
            "dw and db came back in one array of d + 1 numbers. Return them apart, as (dw, db).",
            _subgradient(result=lambda dw, db, b: np.append(dw, db)),
        ),
        Mistake(
            "a tolerance in the test",
            "A sample that is inside its margin by very little was left out. The test y_i f(x_i) < 1 has no tolerance.",
            _subgradient(pull=lambda z, y: np.where(y * z < 1 - 1e-9, y, 0)),
        ),
    ),
    hints=(
        "Differentiate each term by itself: w from the regulariser; of the losses only those samples have a slope that "
        "are inside their margin.",
        "dw = w - C sum_i y_i x_i and db = -C sum_i y_i, both over the samples with y_i (x_i.w + b) < 1.",
        "`np.where(y * f < 1, C * y, 0)` is how each sample pulls; its product with X is the sum over the samples.",
    ),
    second_solution=_sums,
    equivalent_mutants=(  # labels are their own inverses
        "pull = np.where(y * (X @ w + b) < 1, C * y, 0) -> pull = np.where(y * (X @ w + b) < 1, C / y, 0)",
    ),
)
