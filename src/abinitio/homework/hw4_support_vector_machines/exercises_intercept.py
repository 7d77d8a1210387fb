"""The exercise on the intercept of a support-vector machine, from its multipliers."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import (
    big_machine,
    halves,
    is_feasible,
    is_kernel,
    machine,
    multipliers_at_bounds,
    table,
)
from abinitio.svm.dual import intercept_from_multipliers, kkt_violation


def _optimal_machine(rng, size):
    """Multipliers and a kernel matrix for which they are optimal."""
    while True:
        case, b = machine(rng, size), rng.choice([-0.5, 0, 0.5])
        y, C = case["y"], case["C"]
        a = case["a"] if rng.random() < 0.6 else multipliers_at_bounds(rng, y, C)
        Z = halves(rng, len(y), int(rng.integers(1, 4)))
        while (y * (Z @ (Z.T @ (a * y)) + b))[a > 0].max() > 1:  # no support vector may lie beyond its margin
            Z = Z / 2
        w = Z.T @ (a * y)
        for i in np.flatnonzero(a == 0):  # all others must
            Z[i] = _beyond_its_margin(rng, w, b, y[i])
        if np.isfinite(Z).all():
            lift = _lift(a, y, C, Z @ w + b)
            Z = Z + halves(rng, Z.shape[1])  # another origin: w stays, and the intercept becomes another one
            return case | {"a": a, "K": Z @ Z.T + np.diag(lift)}


def _beyond_its_margin(rng, w, b, label):
    for length in range(1, 60):
        z = length * halves(rng, len(w))
        if label * (z @ w + b) >= 1:
            return z
    return np.full(len(w), np.nan)


def _lift(a, y, C, f):
    """What, added to k(x_i, x_i), puts each sample with 0 < a < C onto its margin."""
    free = (a > 0) & (a < C)
    return np.where(free, (1 - y * f) / np.where(free, a, 1), 0)


def _large_machine(rng):
    case = big_machine(rng, 600)
    a, K, y, C = (case[name] for name in ("a", "K", "y", "C"))
    return case | {"K": K + np.diag(_lift(a, y, C, K @ (a * y)))}


def _is_optimal(a, K, y, C):
    return is_kernel(K) and is_feasible(a, y, C) and len(set(y)) == 2 and kkt_violation(a, K, y, C) <= 1e-9


def _bounds(a, K, y, C):
    """The largest b that a sample needs at least, and the smallest that a sample allows at most."""
    wanted, needs, allows = y - K @ (a * y), np.where(y > 0, a < C, a > 0), np.where(y > 0, a > 0, a < C)
    return wanted[needs].max(), wanted[allows].min()


def it_lies_between_the_bounds(b, a, K, y, C):
    """No sample with a = 0 is inside its margin, none with a = C beyond it, none between the two off it."""
    bounds = _bounds(a, K, y, C)
    slack = 1e-7 * (1 + abs(b))
    return bool(min(bounds) - slack <= b <= max(bounds) + slack)


def _sample_by_sample(a, K, y, C):
    votes, low, high = [], -np.inf, np.inf
    for i in range(len(y)):
        wanted = y[i] - sum(K[i, j] * a[j] * y[j] for j in range(len(y)))
        if 0 < a[i] < C:
            votes.append(wanted)
        elif (y[i] > 0) == (a[i] == 0):
            low = max(low, wanted)
        else:
            high = min(high, wanted)
    return sum(votes) / len(votes) if votes else (low + high) / 2


def _middle(wanted, a, y, C):
    rises = np.where(y > 0, a < C, a > 0)
    return (wanted[rises].max() + wanted[~rises].min()) / 2


def _intercept(
    wanted=lambda a, K, y: y - K @ (a * y),
    counts=lambda a, C: (a > 0) & (a < C),
    mean=np.mean,
    otherwise=_middle,
):
    """An intercept with one wrong part: what each sample wants, which samples count, their mean, and if none does."""

    def intercept(a, K, y, C):
        says, chosen = wanted(a, K, y), counts(a, C)
        return float(mean(says[chosen]) if chosen.any() else otherwise(says, a, y, C))

    return intercept


def _first_at_a_bound(a, C):
    at_a_bound = a == C
    return np.arange(len(a)) == np.argmax(at_a_bound) if at_a_bound.any() else (a > 0) & (a < C)


def _first(values):
    return values[0]


def _between_the_classes(a, K, y, C):
    f = K @ (a * y)
    return float(-(f[y < 0].max() + f[y > 0].min()) / 2)


PAIR = {"K": table([[9, 3], [3, 1]]), "y": np.array([1, -1])}
AT_BOUNDS = {"a": table([1, 1]), "K": table([[0.25, 0], [0, 0]]), "y": np.array([1, -1]), "C": 1.0}
X = table([[0], [1], [3], [4]])
FOUR = {"a": table([0, 0.5, 0.5, 0]), "K": X @ X.T, "y": np.array([-1, -1, 1, 1]), "C": 10.0}

INTERCEPT_FROM_MULTIPLIERS = Exercise(
    function=intercept_from_multipliers,
    points=3,
    inputs=_optimal_machine,
    valid=_is_optimal,
    holds=(it_lies_between_the_bounds,),
    large=_large_machine,
    edges={
        "two points": {"a": table([0.5, 0.5]), **PAIR, "C": 10.0},
        "samples behind the support vectors": FOUR,
        "all at the bound C": AT_BOUNDS,
        "all at a bound, some at 0": {
            "a": table([0.125, 0.125, 0, 0]),
            "K": table([[1, -1, 8, -8], [-1, 1, -8, 8], [8, -8, 64, -64], [-8, 8, -64, 64]]),
            "y": np.array([1, -1, 1, -1]),
            "C": 0.125,
        },
        "one at C, two between": {
            "a": table([1, 0.5, 0.5]),
            "K": np.diag([0.25, 2.0, 2.0]),
            "y": np.array([1, -1, -1]),
            "C": 1.0,
        },
        "unequal classes, a low price": {
            "a": table([0.25, 0.25, 0.25, 0.75]),
            "K": table([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0.5]]),
            "y": np.array([1, 1, 1, -1]),
            "C": 0.75,
        },
    },
    stable={
        "tiny multipliers of large features": {"a": table([5e-9, 5e-9]), "K": 1e8 * PAIR["K"], "y": PAIR["y"], "C": 1},
        "a high price": {**FOUR, "C": 1e12},
        "optimal up to a tolerance": {**FOUR, "a": table([0, 0.499, 0.499, 0])},
    },
    mistakes=(
        Mistake(
            "the bound vectors included",
            "All support vectors were averaged. Those with a = C lie inside their margin, at an unknown depth: only "
            "the ones with 0 < a < C say what b is.",
            _intercept(counts=lambda a, C: a > 0),
        ),
        Mistake(
            "from a bound vector",
            "b was taken from a sample with a = C. It lies inside its margin, at an unknown depth: take those with "
            "0 < a < C.",
            _intercept(counts=_first_at_a_bound, mean=_first),
        ),
        Mistake(
            "from all samples",
            "All samples were averaged. Most lie beyond their margins, and say nothing about b: take those with "
            "0 < a < C.",
            _intercept(counts=lambda a, C: a >= 0),
        ),
        Mistake(
            "the samples without a multiplier included",
            "The samples with a = 0 were averaged too. They lie beyond their margins: take those with 0 < a < C.",
            _intercept(counts=lambda a, C: a < C),
        ),
        Mistake(
            "the middle between the classes, always",
            "b was put half-way between the nearest samples of the two classes. That is right for a hard margin; here "
            "samples with a = C lie inside theirs.",
            _between_the_classes,
        ),
        Mistake(
            "a in place of a y",
            "The labels are missing in the sum: f(x_i) = sum_j a_j y_j K_ij + b.",
            _intercept(wanted=lambda a, K, y: y - K @ a),
        ),
        Mistake(
            "labels 0 and 1",
            "The labels were turned into 0 and 1. Use -1 and +1, in the sum and on the margin.",
            _intercept(wanted=lambda a, K, y: (y > 0) - K @ (a * (y > 0))),
        ),
        Mistake(
            "the label is not in the margin",
            "1 - sum_j a_j y_j K_ij is right for y_i = +1 only. On the margin y_i f(x_i) = 1, so f(x_i) = y_i.",
            _intercept(wanted=lambda a, K, y: 1 - K @ (a * y)),
        ),
        Mistake(
            "the wrong sign",
            "This is -b, the threshold in f = sum - b of some books and programs. Here f = sum + b.",
            lambda a, K, y, C: -_intercept()(a, K, y, C),
        ),
        Mistake(
            "half-way between the labels",
            "b was chosen so that f(x_i) is 0 on average over the samples on the margin. It is to be y_i there.",
            _intercept(wanted=lambda a, K, y: -K @ (a * y)),
        ),
        Mistake(
            "a sum in place of the mean",
            "What the samples on the margin say was added, not averaged.",
            _intercept(mean=np.sum),
        ),
        Mistake(
            "nothing between 0 and C",
            "Where no multiplier is between 0 and C, the mean over nothing is nan. Then b is the middle of its two "
            "bounds.",
            _intercept(otherwise=lambda wanted, a, y, C: np.nan),
        ),
        Mistake(
            "zero where nothing is between 0 and C",
            "Where no multiplier is between 0 and C, b was set to 0. Then it is the middle of its two bounds.",
            _intercept(otherwise=lambda wanted, a, y, C: 0.0),
        ),
        Mistake(
            "the mean of all where nothing is between 0 and C",
            "Where no multiplier is between 0 and C, all samples were averaged. b is then the middle of its bounds.",
            _intercept(otherwise=lambda wanted, a, y, C: wanted.mean()),
        ),
        Mistake(
            "the mean of the support vectors where nothing is between 0 and C",
            "Where no multiplier is between 0 and C, the samples with a = C were averaged. They lie inside their "
            "margins: b is the middle of its two bounds.",
            _intercept(otherwise=lambda wanted, a, y, C: wanted[a > 0].mean()),
        ),
        Mistake(
            "the lower bound alone",
            "Where no multiplier is between 0 and C, the lower bound of b was returned. The middle is asked for.",
            _intercept(otherwise=lambda wanted, a, y, C: wanted[np.where(y > 0, a < C, a > 0)].max()),
        ),
        Mistake(
            "the upper bound alone",
            "Where no multiplier is between 0 and C, the upper bound of b was returned. The middle is asked for.",
            _intercept(otherwise=lambda wanted, a, y, C: wanted[np.where(y > 0, a > 0, a < C)].min()),
        ),
        Mistake(
            "the bounds by the labels",
            "Where no multiplier is between 0 and C, the bounds were taken from the two classes. A sample with a = C "
            "bounds b from the other side: it must not be beyond its margin.",
            _intercept(otherwise=lambda wanted, a, y, C: (wanted[y > 0].max() + wanted[y < 0].min()) / 2),
        ),
        Mistake(
            "smallest and largest exchanged",
            "Where no multiplier is between 0 and C: the lower bound is the largest of its group, the upper bound the "
            "smallest. Here it is the other way round.",
            _intercept(
                otherwise=lambda wanted, a, y, C: (
                    (wanted[np.where(y > 0, a < C, a > 0)].min() + wanted[np.where(y > 0, a > 0, a < C)].max()) / 2
                )
            ),
        ),
        Mistake(
            "a tolerance in the test",
            "Multipliers below some small number were taken for 0. They are exactly 0 where they are at that bound, "
            "and with large features all of them are small.",
            _intercept(counts=lambda a, C: (a > 1e-8) & (a < C - 1e-8)),
        ),
        Mistake(
            "one sample on the margin",
            "b was taken from the first sample with 0 < a < C. At the exact optimum all of them say the same; the "
            "multipliers of a program are optimal up to its tolerance: average them.",
            _intercept(mean=_first),
        ),
    ),
    hints=(
        "Which samples lie exactly on their margin, so that b can be read off? And what do the others say where there "
        "is no such sample: that b may not be too large, or not too small?",
        "b = mean of y_i - sum_j a_j y_j K_ij over 0 < a_i < C; where there is none, half the sum of the largest over "
        "{y = +1, a = 0 or y = -1, a = C} and the smallest over the others.",
        "`free = (a > 0) & (a < C)`, then `wanted[free].mean()` if `free.any()`; `np.where(y > 0, a < C, a > 0)` are "
        "those of the lower bound.",
    ),
    second_solution=_sample_by_sample,
    equivalent_mutants=(  # labels are their own inverses; K is symmetric
        "wanted = y - K @ (a * y) -> wanted = y - a * y @ K",
        "wanted = y - K @ (a * y) -> wanted = y - K @ (a / y)",
        "return float(wanted[free].mean()) -> return wanted[free].mean()",
        "rises = np.where(y > 0, a < C, a > 0) -> rises = np.where(y >= 0, a < C, a > 0)",
        "rises = np.where(y > 0, a < C, a > 0) -> rises = np.where(y > -1, a < C, a > 0)",
        "return float((wanted[rises].max() + wanted[~rises].min()) / 2) -> "
        "return (wanted[rises].max() + wanted[~rises].min()) / 2",
    ),
)
