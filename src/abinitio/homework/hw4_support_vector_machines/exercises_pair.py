"""The exercise on sequential minimal optimisation: which two multipliers are moved next."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import (
    big_machine,
    is_feasible,
    is_kernel,
    machine,
    multipliers_at_bounds,
    table,
)
from abinitio.svm.dual import kkt_violation
from abinitio.svm.smo import smo_pair


def _unfinished(rng, size):
    """Multipliers that are not optimal, with a pair that rounding cannot change."""
    while True:
        case = machine(rng, size)
        start = rng.random()
        if start < 0.5:  # from 0, where the walk starts, or from a corner of the box
            case["a"] = 0 * case["a"] if start < 0.2 else multipliers_at_bounds(rng, case["y"], case["C"])
        case["K"] = case["K"] * rng.choice([1, 0.25, 0.0625])
        a, f = case["a"], case["K"] @ (case["a"] * case["y"])
        on_its_side = (a == 0) & (f != 0) & (rng.random(len(a)) < 0.7)  # as most samples are that have no multiplier
        case["y"] = np.where(on_its_side, np.sign(f), case["y"]).astype(int)
        if _is_unfinished(**case):
            return case


def _is_unfinished(a, K, y, C):
    if not (is_kernel(K) and is_feasible(a, y, C) and len(set(y)) == 2 and kkt_violation(a, K, y, C) >= 0.1):
        return False
    wanted, rises, falls = _state(a, K, y, C)
    i = int(np.argmax(np.where(rises, wanted, -np.inf)))
    slope, curvature = wanted[i] - wanted, np.maximum(K[i, i] + np.diag(K) - 2 * K[i], 1e-12)
    gain = np.where(falls & (slope > 0), slope**2 / curvature, -np.inf)
    j = int(np.argmax(gain))
    equal = np.abs(gain - gain[j]) <= 1e-9 * gain[j]
    return bool((slope[equal] == slope[j]).all() and (curvature[equal] == curvature[j]).all())


def _state(a, K, y, C, label=lambda y: y):
    """The wanted intercepts, and which a_i y_i can become larger and which smaller."""
    wanted = label(y) - K @ (a * label(y))
    return wanted, np.where(y > 0, a < C, a > 0), np.where(y > 0, a > 0, a < C)


def _half_way(rng):
    """A large machine, with a few multipliers at 0."""
    case = big_machine(rng, 600)
    y = case["y"]
    out = np.concatenate([np.flatnonzero(y > 0)[:50], np.flatnonzero(y < 0)[:50]])
    a = np.where(np.isin(np.arange(len(y)), out), 0.0, 1.0)
    a = a * np.where(y > 0, 1 / (a * (y > 0)).sum(), 1 / (a * (y < 0)).sum())
    return case | {"a": a}


def moving_them_raises_the_objective(pair, a, K, y, C):
    """Moving them raises the dual objective: a_i y_i can rise, a_j y_j can fall, and b_i > b_j."""
    i, j = pair
    wanted, rises, falls = _state(a, K, y, C)
    return bool(rises[i] and falls[j] and wanted[i] > wanted[j])


def _in_loops(a, K, y, C):
    n = len(y)
    wanted = [y[k] - sum(float(K[k, m] * a[m] * y[m]) for m in range(n)) for k in range(n)]
    i = None
    for k in range(n):
        can_rise = a[k] < C if y[k] == 1 else a[k] > 0
        if can_rise and (i is None or wanted[k] > wanted[i]):
            i = k
    best, j = 0.0, None
    for k in range(n):
        can_fall = a[k] > 0 if y[k] == 1 else a[k] < C
        if can_fall and wanted[k] < wanted[i]:
            eta = max(float(K[i, i] + K[k, k] - 2 * K[i, k]), 1e-12)
            gain = (wanted[i] - wanted[k]) ** 2 / eta
            if gain > best:
                best, j = gain, k
    return i, j


def _first_of(score):
    return int(np.argmax(score))


def _last_of(score):
    return len(score) - 1 - int(np.argmax(score[::-1]))


def _pair(
    wanted=lambda a, K, y: y - K @ (a * y),
    rises=lambda a, y, C: np.where(y > 0, a < C, a > 0),
    falls=lambda a, y, C: np.where(y > 0, a > 0, a < C),
    curvature=lambda K, i: np.maximum(K[i, i] + np.diag(K) - 2 * K[i], 1e-12),
    gain=lambda slope, eta: slope**2 / eta,
    is_below=lambda slope: slope > 0,
    best=_first_of,
    result=lambda i, j: (i, j),
):
    """A choice of the pair with one wrong part."""

    def pair(a, K, y, C):
        b = wanted(a, K, y)
        i = best(np.where(rises(a, y, C), b, -np.inf))
        slope = b[i] - b
        j = best(np.where(falls(a, y, C) & is_below(slope), gain(slope, curvature(K, i)), -np.inf))
        return result(i, j)

    return pair


def _first_violator(a, K, y, C):
    b, rises, falls = _state(a, K, y, C)
    i = int(np.argmax(rises & (b > np.min(np.where(falls, b, np.inf)))))
    slope, eta = b[i] - b, np.maximum(K[i, i] + np.diag(K) - 2 * K[i], 1e-12)
    return i, int(np.argmax(np.where(falls & (slope > 0), slope**2 / eta, -np.inf)))


def _gain_within_the_box(a, K, y, C):
    b, rises, falls = _state(a, K, y, C)
    i = int(np.argmax(np.where(rises, b, -np.inf)))
    slope, eta = b[i] - b, np.maximum(K[i, i] + np.diag(K) - 2 * K[i], 1e-12)
    room = np.minimum(C - a[i] if y[i] > 0 else a[i], np.where(y > 0, a, C - a))
    t = np.minimum(slope / eta, room)
    return i, int(np.argmax(np.where(falls & (slope > 0), slope * t - eta * t**2 / 2, -np.inf)))


def _best_of_all_pairs(a, K, y, C):
    b, rises, falls = _state(a, K, y, C)
    slope = b[:, None] - b
    eta = np.maximum(np.diag(K)[:, None] + np.diag(K) - 2 * K, 1e-12)
    gain = np.where(rises[:, None] & falls & (slope > 0), slope**2 / eta, -np.inf)
    return divmod(int(np.argmax(gain)), len(y))


Z = table([[2, 0], [1, 0], [0, 1], [1, 1]])
KERNEL = Z @ Z.T
SAME_PLACE = table([0, 0, 1, 0])

SMO_PAIR = Exercise(
    function=smo_pair,
    points=4,
    inputs=_unfinished,
    valid=_is_unfinished,
    holds=(moving_them_raises_the_objective,),
    large=_half_way,
    edges={
        "two samples": {"a": np.zeros(2), "K": table([[1, -1], [-1, 1]]), "y": np.array([1, -1]), "C": 1.0},
        "two samples, the second one rises": {
            "a": np.zeros(2),
            "K": table([[1, -1], [-1, 1]]),
            "y": np.array([-1, 1]),
            "C": 1.0,
        },
        "from a = 0": {"a": np.zeros(4), "K": KERNEL, "y": np.array([1, 1, -1, -1]), "C": 1.0},
        "two of the same label": {"a": table([1, 0, 1, 0]), "K": KERNEL, "y": np.array([1, 1, -1, -1]), "C": 2.0},
        "some at C": {"a": table([1, 0.5, 1, 0.5]), "K": KERNEL, "y": np.array([1, 1, -1, -1]), "C": 1.0},
        "equal gains": {"a": np.zeros(4), "K": np.eye(4), "y": np.array([-1, 1, 1, -1]), "C": 1.0},
        "the highest one cannot rise": {
            "a": table([1, 0, 1, 0]),
            "K": 0.25 * KERNEL,
            "y": np.array([1, 1, -1, -1]),
            "C": 1.0,
        },
        "the best one is at 0 and cannot fall": {
            "a": table([0, 1, 1]),
            "K": np.outer([2, 1, -2.0], [2, 1, -2]),
            "y": np.array([1, 1, -1]),
            "C": 1.0,
        },
        "the best one is at C and cannot fall": {
            "a": table([0, 1, 0, 1]),
            "K": np.outer([0, 0.5, 1, 0.5], [0, 0.5, 1, 0.5]),
            "y": np.array([1, -1, -1, 1]),
            "C": 1.0,
        },
        "one that can only fall, a little higher than i": {
            "a": table([0, 0, 0, 5, 5]),
            "K": np.outer([0, 1, 0.75, 0, 0.5], [0, 1, 0.75, 0, 0.5]),
            "y": np.array([1, -1, -1, 1, -1]),
            "C": 5.0,
        },
        "two samples with the same features": {
            "a": np.zeros(3),
            "K": table([[1, 0, 1], [0, 4, 0], [1, 0, 1]]),
            "y": np.array([1, -1, -1]),
            "C": 1.0,
        },
        "the same features, the same label": {
            "a": np.zeros(3),
            "K": table([[1, 1, 0], [1, 1, 0], [0, 0, 4]]),
            "y": np.array([1, 1, -1]),
            "C": 1.0,
        },
    },
    stable={
        "the same features up to rounding": {
            "a": np.zeros(3),
            "K": table([[1, 1 + 1e-14, -1], [1 + 1e-14, 1, -1], [-1, -1, 1]]),
            "y": np.array([1, -1, -1]),
            "C": 1.0,
        },
        "the same features, and another one with a large slope": {
            "a": 1.75e6 * table([0, 0, 1, 1]),
            "K": np.outer(SAME_PLACE, SAME_PLACE),
            "y": np.array([1, -1, 1, -1]),
            "C": 3.5e6,
        },
        "large kernel values": {"a": np.zeros(4), "K": 1e9 * KERNEL, "y": np.array([1, 1, -1, -1]), "C": 1.0},
        "tiny multipliers": {
            "a": 1e-9 * table([1, 0, 1, 0]),
            "K": 1e9 * KERNEL,
            "y": np.array([1, 1, -1, -1]),
            "C": 1.0,
        },
    },
    mistakes=(
        Mistake(
            "the first-order choice of j",
            "j is the sample with the smallest b: the steepest pair. Asked for is the largest gain, "
            "(b_i - b_k)^2 / eta_k, in which the curvature counts too.",
            _pair(gain=lambda slope, eta: slope),
        ),
        Mistake(
            "the longest step in place of the largest gain",
            "(b_i - b_k) / eta_k is the length of the step. The gain is the slope squared over the curvature.",
            _pair(gain=lambda slope, eta: slope / eta),
        ),
        Mistake(
            "multiplied by the curvature",
            "The slope squared was multiplied by eta. The sharper the parabola, the less it gains: divide.",
            _pair(gain=lambda slope, eta: slope**2 * eta),
        ),
        Mistake(
            "the distance in place of its square",
            "The slope squared was divided by the distance of the images. eta is its square.",
            _pair(gain=lambda slope, eta: slope**2 / np.sqrt(eta)),
        ),
        Mistake(
            "the sign of K_ij in the curvature",
            "2 K_ij was added. eta = K_ii + K_kk - 2 K_ik is the squared distance of the two images.",
            _pair(curvature=lambda K, i: np.maximum(K[i, i] + np.diag(K) + 2 * K[i], 1e-12)),
        ),
        Mistake(
            "the curvature of one multiplier",
            "eta = K_kk is the curvature along a_k alone. Two multipliers move: K_ii + K_kk - 2 K_ik.",
            _pair(curvature=lambda K, i: np.maximum(np.diag(K), 1e-12)),
        ),
        Mistake(
            "the box constraint forgotten",
            "Any sample may be i or j here, also one whose multiplier is at its bound and cannot move that way.",
            _pair(rises=lambda a, y, C: a >= 0, falls=lambda a, y, C: a >= 0),
        ),
        Mistake(
            "the box constraint of i forgotten",
            "i has the largest b of all samples, also of those whose a y cannot become larger.",
            _pair(rises=lambda a, y, C: a >= 0),
        ),
        Mistake(
            "the box constraint of j forgotten",
            "j may be a sample whose a y cannot become smaller.",
            _pair(falls=lambda a, y, C: a >= 0),
        ),
        Mistake(
            "the bounds without the labels",
            "a < C was asked of i and a > 0 of j, whatever the labels. It is a y that rises and falls: for a label -1 "
            "a falls where a y rises.",
            _pair(rises=lambda a, y, C: a < C, falls=lambda a, y, C: a > 0),
        ),
        Mistake(
            "the upper bound forgotten",
            "Multipliers at C were allowed to grow.",
            _pair(rises=lambda a, y, C: (y > 0) | (a > 0), falls=lambda a, y, C: (y < 0) | (a > 0)),
        ),
        Mistake(
            "only multipliers between the bounds",
            "Only samples with 0 < a < C were considered, if there are any. One at a bound can move away from it.",
            _pair(
                rises=lambda a, y, C: (
                    np.where(y > 0, a < C, a > 0) & (((a > 0) & (a < C)) | ~((a > 0) & (a < C)).any())
                ),
            ),
        ),
        Mistake(
            "rise and fall exchanged",
            "i was sought among those whose a y can fall, and j among those whose a y can rise.",
            _pair(
                rises=lambda a, y, C: np.where(y > 0, a > 0, a < C),
                falls=lambda a, y, C: np.where(y > 0, a < C, a > 0),
            ),
        ),
        Mistake(
            "i and j exchanged",
            "The pair came back as (j, i). First the sample whose a y rises.",
            _pair(result=lambda i, j: (j, i)),
        ),
        Mistake(
            "a in place of a y",
            "The labels are missing in the sum: b_k = y_k - sum_l a_l y_l K_kl.",
            _pair(wanted=lambda a, K, y: y - K @ a),
        ),
        Mistake(
            "the gradient with respect to a",
            "1 - y_k sum_l a_l y_l K_kl is the slope of the objective along a_k. Along a_k y_k it is y_k times that, "
            "b_k.",
            _pair(wanted=lambda a, K, y: 1 - y * (K @ (a * y))),
        ),
        Mistake(
            "the wrong sign",
            "The errors f(x_k) - y_k were used, of which i should have the smallest: b_k is minus that.",
            _pair(wanted=lambda a, K, y: K @ (a * y) - y),
        ),
        Mistake(
            "b_k < b_i forgotten",
            "A sample with b_k > b_i was chosen: moving the two that way lowers the objective. The square hides the "
            "sign.",
            _pair(is_below=lambda slope: slope != 0),
        ),
        Mistake(
            "the last of equal ones",
            "Of several equal ones the last was chosen. The first one is asked for.",
            _pair(best=_last_of),
        ),
        Mistake(
            "the first sample that violates",
            "i is the first sample that violates the conditions. Asked for is the one of the largest b.",
            _first_violator,
        ),
        Mistake(
            "the gain within the box",
            "The gain was computed with the step cut at the bounds. The rule that is asked for takes the top of the "
            "parabola, cut or not.",
            _gain_within_the_box,
        ),
        Mistake(
            "the best of all pairs",
            "All pairs were compared, which costs n^2 gains for each step. i is fixed first: the largest b.",
            _best_of_all_pairs,
        ),
        Mistake(
            "K_ij once",
            "K_ik was subtracted once. eta = K_ii + K_kk - 2 K_ik is the squared distance of the two images.",
            _pair(curvature=lambda K, i: np.maximum(K[i, i] + np.diag(K) - K[i], 1e-12)),
        ),
        Mistake(
            "no least curvature",
            "Where two samples have the same features eta is 0, or by rounding slightly negative: it is to be at least "
            "1e-12.",
            _pair(curvature=lambda K, i: K[i, i] + np.diag(K) - 2 * K[i]),
        ),
    ),
    hints=(
        "i is the steepest one that may rise. For each k that may fall, the objective is a parabola in the step: how "
        "high is its top above where you are?",
        "b = y - K(a y); i = argmax of b over {y = +1, a < C or y = -1, a > 0}; j = argmax of (b_i - b_k)^2 / "
        "max(K_ii + K_kk - 2 K_ik, 1e-12) over {y = +1, a > 0 or y = -1, a < C} with b_k < b_i.",
        "`np.where(allowed, values, -np.inf)` takes the others out of an `argmax`, which returns the first of equal "
        "ones; `np.diag(K)` are all K_kk.",
    ),
    second_solution=_in_loops,
    equivalent_mutants=(  # labels are their own inverses, -1 or +1; K is symmetric; a slope of 0 gains nothing
        "wanted = y - K @ (a * y) -> wanted = y - a * y @ K",
        "wanted = y - K @ (a * y) -> wanted = y - K @ (a / y)",
        *(
            f"rises, falls = (np.where(y > 0, a < C, a > 0), np.where(y > 0, a > 0, a < C)) -> rises, falls = {other}"
            for other in (
                "(np.where(y >= 0, a < C, a > 0), np.where(y > 0, a > 0, a < C))",
                "(np.where(y > 0, a < C, a > 0), np.where(y >= 0, a > 0, a < C))",
                "(np.where(y > -1, a < C, a > 0), np.where(y > 0, a > 0, a < C))",
                "(np.where(y > 0, a < C, a > 0), np.where(y > -1, a > 0, a < C))",
            )
        ),
        "i = int(np.argmax(np.where(rises, wanted, -np.inf))) -> i = np.argmax(np.where(rises, wanted, -np.inf))",
        *(
            f"j = int(np.argmax(np.where(falls & (slope > 0), slope ** 2 / curvature, -np.inf))) -> j = {other}"
            for other in (
                "np.argmax(np.where(falls & (slope > 0), slope ** 2 / curvature, -np.inf))",
                "int(np.argmax(np.where(falls & (slope >= 0), slope ** 2 / curvature, -np.inf)))",
            )
        ),
    ),
)
