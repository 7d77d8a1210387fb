"""The exercise on sequential minimal optimisation: the best move of two multipliers within the box."""

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
from abinitio.svm.smo import smo_step


def _machine_and_pair(rng, size):
    while True:
        case = machine(rng, size)
        start = rng.random()
        if start < 0.5:  # from 0, where the walk starts, or from a corner of the box
            case["a"] = 0 * case["a"] if start < 0.2 else multipliers_at_bounds(rng, case["y"], case["C"])
        pairs = [(i, j) for i, j in np.ndindex(*case["K"].shape) if _is_a_pair(**case, i=i, j=j)]
        if pairs:
            i, j = pairs[rng.integers(len(pairs))]
            return case | {"i": int(i), "j": int(j)}


def _is_a_pair(a, K, y, C, i, j):
    wanted = y - K @ (a * y)
    can_move = (a[i] < C if y[i] > 0 else a[i] > 0) and (a[j] > 0 if y[j] > 0 else a[j] < C)
    return bool(can_move and wanted[i] - wanted[j] > 0.1)


def _is_allowed(a, K, y, C, i, j):
    return is_kernel(K) and is_feasible(a, y, C) and _is_a_pair(a, K, y, C, i, j)


def the_sum_of_a_y_stays(after, a, K, y, C, i, j):
    """What one a y gains the other one loses: sum_k a_k y_k stays 0."""
    return bool(abs((after - a) @ y) <= 1e-7 * (1 + np.abs(a).max()))


def they_stay_in_the_box(after, a, K, y, C, i, j):
    """The multipliers stay between 0 and C, and are exactly 0 or C where they meet a bound."""
    low, high = after <= 1e-12 * C, after >= C * (1 - 1e-12)
    return bool((after[low] == 0).all() and (after[high] == C).all())


def only_two_move(after, a, K, y, C, i, j):
    """No multiplier but those of i and j moves."""
    others = (np.arange(len(a)) != i) & (np.arange(len(a)) != j)
    return bool((after[others] == a[others]).all())


def the_objective_does_not_fall(after, a, K, y, C, i, j):
    """The dual objective becomes larger, or at least not smaller."""
    dual = lambda a: a.sum() - (a * y) @ K @ (a * y) / 2
    scale = a.sum() + after.sum() + np.abs(a * y) @ np.abs(K) @ np.abs(a * y)
    return bool(dual(after) >= dual(a) - 1e-9 * scale)


def _by_the_ends_of_the_segment(a, K, y, C, i, j):
    """Platt's way: the new a_j, cut at the ends of the segment that both may move on; a_i follows."""
    error = K @ (a * y) - y
    eta = max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12)
    if y[i] == y[j]:
        low, high = max(0.0, a[i] + a[j] - C), min(C, a[i] + a[j])
    else:
        low, high = max(0.0, a[j] - a[i]), min(C, C + a[j] - a[i])
    after = a + 0.0
    after[j] = min(max(a[j] + y[j] * (error[i] - error[j]) / eta, low), high)
    after[i] = a[i] - y[i] * y[j] * (after[j] - a[j])
    for k in (i, j):  # rounding
        after[k] = 0.0 if after[k] < 1e-12 * C else C if after[k] > C * (1 - 1e-12) else after[k]
    return after


def _rooms(a, y, C, i, j):
    return (C - a[i] if y[i] > 0 else a[i]), (a[j] if y[j] > 0 else C - a[j])


def _cut(t, a, y, C, i, j):
    return min(t, *_rooms(a, y, C, i, j))


def _move(a, y, C, i, j, t):
    after = a + 0.0
    room_i, room_j = _rooms(a, y, C, i, j)
    after[i] = (C if y[i] > 0 else 0.0) if t == room_i else a[i] + y[i] * t
    after[j] = (0.0 if y[j] > 0 else C) if t == room_j else a[j] - y[j] * t
    return after


def _plainly(change_i=lambda y, t: y * t, change_j=lambda y, t: -y * t):
    """A move that adds what it is told to the two multipliers."""

    def move(a, y, C, i, j, t):
        after = a + 0.0
        after[i] += change_i(y[i], t)
        after[j] += change_j(y[j], t)
        return after

    return move


def _step(
    wanted=lambda a, K, y: y - K @ (a * y),
    slope=lambda b, i, j: b[i] - b[j],
    curvature=lambda K, i, j: max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12),
    cut=_cut,
    move=_move,
    result=lambda after, i, j: after,
):
    """A step with one wrong part: its slope, its curvature, how it is cut, how the two are moved, what is returned."""

    def after(a, K, y, C, i, j):
        t = slope(wanted(a, K, y), i, j) / curvature(K, i, j)
        return result(move(a, y, C, i, j, cut(t, a, y, C, i, j)), i, j)

    return after


def _clipped_afterwards(a, y, C, i, j, t):
    return np.clip(_plainly()(a, y, C, i, j, t), 0, C)


def _partner_follows_the_uncut_step(a, y, C, i, j, t):
    after = _plainly()(a, y, C, i, j, t)
    after[i] = np.clip(after[i], 0, C)
    return after


def _partner_is_cut_alone(a, y, C, i, j, t):
    after = _plainly()(a, y, C, i, j, t)
    after[j] = np.clip(after[j], 0, C)
    return after


def _in_place(a, K, y, C, i, j):
    a[:] = _step()(a, K, y, C, i, j)
    return a


def _uncut(t, a, y, C, i, j):
    return t


def _large_machine_and_pair(rng):
    case = big_machine(rng, 600)
    wanted = case["y"] - case["K"] @ (case["a"] * case["y"])
    return case | {"i": int(np.argmax(wanted)), "j": int(np.argmin(wanted))}


LINE = {"K": table([[1, -1], [-1, 1]]), "y": np.array([1, -1])}
Z = table([[2, 0], [1, 0], [0, 1], [1, 1]])
FOUR = {"K": Z @ Z.T, "y": np.array([1, 1, -1, -1])}
SAME_PLACE = {"K": table([[1, 1], [1, 1]]), "y": np.array([1, -1])}
WIDE = {"K": 0.25 * LINE["K"], "y": LINE["y"], "C": 0.9, "i": 0, "j": 1}
BOUNDS_MISSED_BY_ROUNDING = {  # 0.2 + (0.9 - 0.2) < 0.9 < 0.3 + (0.9 - 0.3)
    "a bound that rounding misses from below": {"a": table([0.2, 0.2]), **WIDE},
    "a bound that rounding misses from above": {"a": table([0.3, 0.3]), **WIDE},
}

SMO_STEP = Exercise(
    function=smo_step,
    points=4,
    inputs=_machine_and_pair,
    valid=_is_allowed,
    holds=(the_sum_of_a_y_stays, they_stay_in_the_box, only_two_move, the_objective_does_not_fall),
    large=_large_machine_and_pair,
    edges={
        "two samples, to the top": {"a": np.zeros(2), **LINE, "C": 10.0, "i": 0, "j": 1},
        "two samples, the second one rises": {
            "a": np.zeros(2),
            "K": LINE["K"],
            "y": np.array([-1, 1]),
            "C": 10.0,
            "i": 1,
            "j": 0,
        },
        "two samples, to the bound C": {"a": np.zeros(2), **LINE, "C": 0.25, "i": 0, "j": 1},
        "exactly to the bound": {"a": np.zeros(2), **LINE, "C": 0.5, "i": 0, "j": 1},
        "two of label +1": {"a": table([1, 0, 1, 0]), **FOUR, "C": 2.0, "i": 1, "j": 0},
        "two of label -1": {"a": table([1, 0.5, 0.5, 1]), **FOUR, "C": 2.0, "i": 2, "j": 3},
        "back to 0 from both sides": {"a": table([1, 0.5, 1, 0.5]), **FOUR, "C": 2.0, "i": 2, "j": 0},
        "the same features, to the bound": {"a": np.zeros(2), **SAME_PLACE, "C": 2.0, "i": 0, "j": 1},
    },
    stable={
        "a high price": {"a": table([1e6, 1e6]), "K": 1e-9 * LINE["K"], "y": LINE["y"], "C": 1e9, "i": 0, "j": 1},
        "the same features, a very high price": {"a": np.zeros(2), **SAME_PLACE, "C": 1e13, "i": 0, "j": 1},
        "the same features up to rounding": {
            "a": np.zeros(2),
            "K": table([[1, 1 + 1e-14], [1 + 1e-14, 1]]),
            "y": SAME_PLACE["y"],
            "C": 2.0,
            "i": 0,
            "j": 1,
        },
        **BOUNDS_MISSED_BY_ROUNDING,
    },
    mistakes=(
        Mistake(
            "half of the step",
            "The slope was divided by twice the curvature: the 1/2 of the objective is missing. The derivative of "
            "(b_i - b_j) t - eta t^2 / 2 vanishes at (b_i - b_j) / eta.",
            _step(slope=lambda b, i, j: (b[i] - b[j]) / 2),
        ),
        Mistake(
            "the box constraint forgotten",
            "The step goes to the top of the parabola even where a multiplier leaves the box on the way. Cut it where "
            "the first of the two meets its bound.",
            _step(cut=_uncut, move=_plainly()),
        ),
        Mistake(
            "the partner moves by the same sign",
            "a_i y_i and a_j y_j both became larger: sum_k a_k y_k is not 0 any more. What one gains the other loses.",
            _step(move=_plainly(change_j=lambda y, t: y * t)),
        ),
        Mistake(
            "clipped after the partner was updated",
            "Both multipliers were moved by the uncut step and then clipped, each by itself: sum_k a_k y_k is not 0 "
            "any more. Cut the step first, then move both by it.",
            _step(cut=_uncut, move=_clipped_afterwards),
        ),
        Mistake(
            "the partner follows the uncut step",
            "a_i was clipped, and a_j moved by the step as it was before: sum_k a_k y_k is not 0 any more. Move both "
            "by the same, cut step.",
            _step(cut=_uncut, move=_partner_follows_the_uncut_step),
        ),
        Mistake(
            "only the partner is cut",
            "a_j was clipped, and a_i moved by the step as it was before: sum_k a_k y_k is not 0 any more. Move both "
            "by the same, cut step.",
            _step(cut=_uncut, move=_partner_is_cut_alone),
        ),
        Mistake(
            "the room of j forgotten",
            "The step was cut where a_i meets its bound only: a_j leaves the box. Take the smaller of both rooms.",
            _step(cut=lambda t, a, y, C, i, j: min(t, _rooms(a, y, C, i, j)[0]), move=_plainly()),
        ),
        Mistake(
            "the room of i forgotten",
            "The step was cut where a_j meets its bound only: a_i leaves the box. Take the smaller of both rooms.",
            _step(cut=lambda t, a, y, C, i, j: min(t, _rooms(a, y, C, i, j)[1]), move=_plainly()),
        ),
        Mistake(
            "the upper bound forgotten",
            "The multipliers were kept from falling below 0, but not from rising above C.",
            _step(cut=lambda t, a, y, C, i, j: _cut(t, a, y, np.inf, i, j), move=_plainly()),
        ),
        Mistake(
            "the bounds without the labels",
            "The rooms were taken to be C - a_i and a_j, whatever the labels. For a label -1 the multiplier falls "
            "where a y rises.",
            _step(cut=lambda t, a, y, C, i, j: min(t, C - a[i], a[j]), move=_plainly()),
        ),
        Mistake(
            "the labels are not in the move",
            "t was added to a_i and subtracted from a_j. It is a_i y_i that grows by t: a_i grows by y_i t.",
            _step(move=_plainly(lambda y, t: t, lambda y, t: -t)),
        ),
        Mistake(
            "only one moves",
            "a_j stayed where it was: sum_k a_k y_k is not 0 any more.",
            _step(move=_plainly(change_j=lambda y, t: 0)),
        ),
        Mistake(
            "the wrong direction",
            "a_i y_i fell and a_j y_j rose: that lowers the objective.",
            _step(move=_plainly(lambda y, t: -y * t, lambda y, t: y * t)),
        ),
        Mistake(
            "no curvature",
            "The step is the slope b_i - b_j. The top of the parabola is at the slope divided by the curvature.",
            _step(curvature=lambda K, i, j: 1.0),
        ),
        Mistake(
            "twice the step",
            "The slope was divided by half of the curvature. The derivative of (b_i - b_j) t - eta t^2 / 2 vanishes at "
            "(b_i - b_j) / eta.",
            _step(slope=lambda b, i, j: 2 * (b[i] - b[j])),
        ),
        Mistake(
            "the sign of K_ij in the curvature",
            "2 K_ij was added. The curvature K_ii + K_jj - 2 K_ij is the squared distance of the two images.",
            _step(curvature=lambda K, i, j: max(K[i, i] + K[j, j] + 2 * K[i, j], 1e-12)),
        ),
        Mistake(
            "K_ij once",
            "K_ij was subtracted once. The curvature K_ii + K_jj - 2 K_ij is the squared distance of the two images.",
            _step(curvature=lambda K, i, j: max(K[i, i] + K[j, j] - K[i, j], 1e-12)),
        ),
        Mistake(
            "the root of the curvature",
            "The slope was divided by the distance of the images. The curvature is the squared distance.",
            _step(curvature=lambda K, i, j: np.sqrt(max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12))),
        ),
        Mistake(
            "the curvature of one multiplier",
            "K_ii is the curvature along a_i alone. Two multipliers move: K_ii + K_jj - 2 K_ij.",
            _step(curvature=lambda K, i, j: max(K[i, i], 1e-12)),
        ),
        Mistake(
            "a in place of a y",
            "The labels are missing in the sum: the slope is b_i - b_j with b_k = y_k - sum_l a_l y_l K_kl.",
            _step(wanted=lambda a, K, y: y - K @ a),
        ),
        Mistake(
            "the labels are not in the slope",
            "The slope was taken from the sums sum_l a_l y_l K_kl alone. b_k = y_k - that sum: the labels drop out "
            "only if both are the same.",
            _step(wanted=lambda a, K, y: -K @ (a * y)),
        ),
        Mistake(
            "the gradient with respect to a",
            "1 - y_k sum_l a_l y_l K_kl is the slope of the objective along a_k. Along a_k y_k it is y_k times that, "
            "b_k.",
            _step(wanted=lambda a, K, y: 1 - y * (K @ (a * y))),
        ),
        Mistake(
            "the two new values only",
            "The new a_i and a_j came back. All n multipliers are asked for.",
            _step(result=lambda after, i, j: after[[i, j]]),
        ),
        Mistake(
            "the change in place of the multipliers",
            "The length of the step came back. All n multipliers are asked for.",
            lambda a, K, y, C, i, j: float(abs(_step()(a, K, y, C, i, j)[i] - a[i])),
        ),
        Mistake(
            "a itself was changed",
            "The result is right, but the caller's multipliers were changed. Work on a copy.",
            _in_place,
        ),
        Mistake(
            "bounds missed by rounding",
            "a + (C - a) is not always C in floating-point numbers. Where a multiplier meets its bound, write the "
            "bound itself: all that follows asks whether a == C.",
            _step(move=_plainly()),
        ),
        Mistake(
            "no least curvature",
            "Where two samples have the same features the curvature is 0, or by rounding slightly negative, and the "
            "step goes backwards: it is to be at least 1e-12.",
            _step(curvature=lambda K, i, j: K[i, i] + K[j, j] - 2 * K[i, j]),
        ),
    ),
    hints=(
        "Along t the objective is a parabola: go to its top, or as far towards it as both multipliers allow.",
        "t = (b_i - b_j) / max(K_ii + K_jj - 2 K_ij, 1e-12) with b = y - K(a y), but not more than the room of each: "
        "C - a_i for y_i = +1 and a_i for -1; a_j for y_j = +1 and C - a_j for -1. Then a_i + y_i t and a_j - y_j t.",
        "`min(t, room_i, room_j)`; compare t with each room to know which multiplier has met its bound, and write 0 or "
        "C there. `a.copy()` leaves the caller's multipliers alone.",
    ),
    second_solution=_by_the_ends_of_the_segment,
    equivalent_mutants=(  # labels are their own inverses, -1 or +1; K is symmetric
        "wanted = y - K @ (a * y) -> wanted = y - a * y @ K",
        "wanted = y - K @ (a * y) -> wanted = y - K @ (a / y)",
        "curvature = max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12) -> "
        "curvature = max(1e-12, K[i, i] + K[j, j] - 2 * K[i, j])",
        "t = min((wanted[i] - wanted[j]) / curvature, room_i, room_j) -> "
        "t = min(room_i, (wanted[i] - wanted[j]) / curvature, room_j)",
        *(
            f"{line.format('> 0')} -> {line.format(other)}"
            for line in (
                "room_i = C - a[i] if y[i] {} else a[i]",
                "room_j = a[j] if y[j] {} else C - a[j]",
                "a[i] = (C if y[i] {} else 0.0) if t == room_i else a[i] + y[i] * t",
                "a[j] = (0.0 if y[j] {} else C) if t == room_j else a[j] - y[j] * t",
            )
            for other in (">= 0", "> -1")
        ),
    ),
)
