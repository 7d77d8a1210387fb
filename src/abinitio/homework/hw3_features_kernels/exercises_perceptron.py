"""The exercise on the kernel perceptron: one step."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw3_features_kernels.exercise_inputs import is_kernel, kernel_of_samples, rows, signs, table
from abinitio.kernels.perceptron import kernel_perceptron_step


def _before_a_step(rng, size):
    n = rows(rng, size // 2)
    a = rng.integers(-2, 3, n) * (rng.random() < 0.8) + 0.0  # or zero, where a perceptron starts
    return {"a": a, "K": kernel_of_samples(rng, n), "y": signs(rng, n), "i": int(rng.integers(n))}


def only_one_coefficient_moves(after, a, K, y, i):
    """No coefficient but that of sample i moves."""
    return bool(np.delete(after == a, i).all())


def _by_counting(a, K, y, i):
    score = sum(value * weight for value, weight in zip(K[i].tolist(), a.tolist()))
    return np.array(
        [value + label * (j == i and np.sign(score) != label) for j, (value, label) in enumerate(zip(a, y))]
    )


def _step(
    score=lambda a, K, y, i: K[i] @ a,
    is_right=lambda z, label: label * z > 0,
    change=lambda z, K, y, i: y[i] * np.eye(len(y))[i],
):
    """A step with one wrong part: the score z, is_right(z, y_i), or change(z, K, y, i), added if it is not."""

    def after(a, K, y, i):
        z = score(a, K, y, i)
        return a + 0 if is_right(z, y[i]) else a + change(z, K, y, i)

    return after


def _at(i, n, value):
    return value * np.eye(n)[i]


CHAIN = {"K": table([[2, 1, 0], [1, 2, 1], [0, 1, 2]]), "y": np.array([1, -1, 1])}

KERNEL_PERCEPTRON_STEP = Exercise(
    function=kernel_perceptron_step,
    points=2,
    inputs=_before_a_step,
    valid=lambda a, K, y, i: is_kernel(K),
    holds=(only_one_coefficient_moves,),
    edges={
        "from a = 0, label +1": {"a": np.zeros(3), **CHAIN, "i": 0},
        "from a = 0, label -1": {"a": np.zeros(3), **CHAIN, "i": 1},
        "exactly on the boundary": {"a": table([1, 0, -1]), **CHAIN, "i": 1},
        "right": {"a": table([1, 0, 0]), **CHAIN, "i": 0},
        "wrong": {"a": table([1, 0, 0]), **CHAIN, "i": 1},
        "wrong again": {"a": table([2, -1, 0]), **CHAIN, "i": 1},
        "right although its own coefficient is zero": {"a": table([0, 1, 0]), **CHAIN, "i": 2},
        "the last sample": {"a": table([1, -2, 0]), **CHAIN, "i": 2},
        "samples that do not see each other": {"a": table([1, 0, 0]), "K": np.eye(3), "y": CHAIN["y"], "i": 2},
        "one sample": {"a": table([0]), "K": table([[4]]), "y": np.array([-1]), "i": 0},
    },
    stable={
        "right by almost nothing": {"a": table([1, 0]), "K": 1e-12 * np.eye(2), "y": np.array([1, -1]), "i": 0},
        "wrong by almost nothing": {"a": table([1, 0]), "K": 1e-12 * np.eye(2), "y": np.array([-1, -1]), "i": 0},
        "large kernel values": {"a": table([1, 0, 0]), "K": 1e9 * CHAIN["K"], "y": CHAIN["y"], "i": 1},
    },
    mistakes=(
        Mistake(
            "the boundary counts as right",
            "A sample with the score 0 was left alone. It counts as a mistake: a perceptron that starts at a = 0 has "
            "every sample there, and would never move.",
            _step(is_right=lambda z, label: label * z >= 0),
        ),
        Mistake(
            "the label is not in the step",
            "1 was added to a_i, whatever the label. A sample of label -1 must push its score down: add y_i.",
            _step(change=lambda z, K, y, i: _at(i, len(y), 1.0)),
        ),
        Mistake(
            "the label is not in the test",
            "The test asks only whether the score is positive. That is right for y = +1; a sample of label -1 is right "
            "when its score is negative.",
            _step(is_right=lambda z, label: z > 0),
        ),
        Mistake(
            "the labels count twice",
            "The score was computed with a_j y_j. In some books a_j counts mistakes and the label is a factor of its "
            "own; here a_j has the sign of the label already.",
            _step(score=lambda a, K, y, i: K[i] @ (a * y)),
        ),
        Mistake(
            "every sample moves its coefficient",
            "The coefficient moved although the sample was right. The perceptron learns from its mistakes only.",
            _step(is_right=lambda z, label: False),
        ),
        Mistake(
            "the wrong sign",
            "The coefficient moved the wrong way, which makes the mistake worse: after the step y_i times the score "
            "must be larger, by k(x_i, x_i).",
            _step(change=lambda z, K, y, i: -_at(i, len(y), y[i])),
        ),
        Mistake(
            "the sample's own term only",
            "The score was taken to be a_i K_ii. All samples with a coefficient take part: the score is the sum over j "
            "of a_j K_ij.",
            _step(score=lambda a, K, y, i: K[i, i] * a[i]),
        ),
        Mistake(
            "all coefficients move",
            "y_i K_ij was added to every a_j: that is how the scores change. Of the coefficients only a_i changes.",
            _step(change=lambda z, K, y, i: y[i] * K[i]),
        ),
        Mistake(
            "the step is multiplied by the kernel",
            "y_i k(x_i, x_i) was added to a_i. The kernel is in the score; the coefficient changes by y_i.",
            _step(change=lambda z, K, y, i: _at(i, len(y), y[i] * K[i, i])),
        ),
        Mistake(
            "a bias of its own",
            "The score contains the sum of the a_j, as if 1 had been added to the kernel. Whoever wants a bias adds 1 "
            "to K before; the step takes K as it is.",
            _step(score=lambda a, K, y, i: K[i] @ a + a.sum()),
        ),
        Mistake(
            "twice the step",
            "The step is twice too long. On a mistake the difference y - sign(score) is 2y, not y (and y if the score "
            "is 0).",
            _step(
                is_right=lambda z, label: False,
                change=lambda z, K, y, i: _at(i, len(y), y[i] - np.sign(z)),
            ),
        ),
        Mistake(
            "the residual in place of the label",
            "y_i minus the score was added. The perceptron asks only on which side the sample lies, not how far.",
            _step(change=lambda z, K, y, i: _at(i, len(y), y[i] - z)),
        ),
        Mistake(
            "labels 0 and 1",
            "The prediction was coded 0 or 1 and the label -1 or +1: their difference is -1 or -2 where a sample of "
            "label -1 should give 0 or -1. Use the same coding for both.",
            _step(
                is_right=lambda z, label: False,
                change=lambda z, K, y, i: _at(i, len(y), y[i] - (z > 0)),
            ),
        ),
        Mistake(
            "a margin of 1",
            "A sample that is right, but with y_i times its score below 1, was counted as a mistake. That is a "
            "support-vector machine's rule; the perceptron's is y_i times score > 0.",
            _step(is_right=lambda z, label: label * z >= 1),
        ),
        Mistake(
            "a tolerance in the test",
            "A sample that is right by very little was counted as a mistake. The rule has no tolerance.",
            _step(is_right=lambda z, label: label * z > 1e-9),
        ),
    ),
    hints=(
        "This is the perceptron's step of homework 2, with the weights w = sum_j a_j phi(x_j) never written down.",
        "x'w becomes z = sum_j a_j K_ij. If y_i z <= 0, a_i becomes a_i + y_i; otherwise nothing changes.",
        "`K[i] @ a` is the score. Change a copy: `a[i] += ...` would change the caller's coefficients.",
    ),
    second_solution=_by_counting,
    equivalent_mutants=("if y[i] * (K[i] @ a) > 0: -> if y[i] * (a @ K[i]) > 0:",),
)
