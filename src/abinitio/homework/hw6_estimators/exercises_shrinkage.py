"""Two exercises on shrinkage: the estimator of James and Stein, and its positive part."""

import math

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs import array, halves, number_of, positive
from abinitio.statistics.shrinkage import james_stein, positive_james_stein


def _measurements(rng, size):
    d = number_of(rng, size, at_least=3)
    centre = halves(rng, d, most=2) if rng.random() < 0.6 else float(halves(rng, most=2))
    shape = (d,) if rng.random() < 0.5 else (number_of(rng, size // 3), d)
    x = halves(rng, *shape, most=4)
    at_centre = np.all(x == centre, axis=-1, keepdims=True)
    return {"x": x + at_centre, "sigma": positive(rng), "centre": centre}


def _is_away_from_the_centre(x, sigma, centre):
    return bool(x.shape[-1] >= 3 and sigma > 0 and np.sum((x - centre) ** 2, axis=-1).min() > 1e-3)


def _along(answer, x, centre):
    """For each measurement: how far the answer is from c along the way from c to x (1 is all of it)."""
    z = x - centre
    return np.sum((answer - centre) * z, axis=-1, keepdims=True) / np.sum(z**2, axis=-1, keepdims=True)


def it_lies_on_the_line_through_c_and_x(answer, x, sigma, centre):
    """The answer lies on the straight line through the centre and the measured point."""
    off = answer - centre - _along(answer, x, centre) * (x - centre)
    return bool(np.abs(off).max() <= 1e-6 * (1 + np.abs(answer).max() + np.abs(x - centre).max()))


def it_moves_by_as_much_as_it_should(answer, x, sigma, centre):
    """The measured point moves towards the centre, and the further the closer it was: |step| |x - c| = (d - 2) σ²."""
    step, distance = np.linalg.norm(x - answer, axis=-1), np.linalg.norm(x - centre, axis=-1)
    wanted = (x.shape[-1] - 2) * sigma**2
    slack = 1e-6 * (1 + np.abs(answer).max() + np.abs(x).max()) * (1 + distance)
    return bool((_along(answer, x, centre) < 1).all() and (np.abs(step * distance - wanted) <= slack).all())


def it_lies_between_c_and_x(answer, x, sigma, centre):
    """Every value lies between the centre's and the measured one: the positive part never turns x - c round."""
    c = np.broadcast_to(centre, x.shape)
    slack = 1e-6 * (1 + np.abs(x).max() + np.abs(c).max())
    return bool((answer >= np.minimum(c, x) - slack).all() and (answer <= np.maximum(c, x) + slack).all())


def _row_by_row(positive_part):
    """The estimate with loops over measurements and entries, in Python's numbers."""

    def estimate(x, sigma, centre):
        d, answer = x.shape[-1], np.empty(x.shape)
        c = np.broadcast_to(centre, (d,)).tolist()
        for place in np.ndindex(x.shape[:-1]):
            z = [value - ck for value, ck in zip(x[place].tolist(), c)]
            taken = (d - 2) * (sigma / math.hypot(*z)) ** 2
            taken = min(taken, 1.0) if positive_part else taken
            answer[place] = [ck + zk - taken * zk for ck, zk in zip(c, z)]
        return answer

    return estimate


def _square(z):
    return np.sum(z**2, axis=-1, keepdims=True)


def _factor(d, sigma, z):
    return 1 - (d - 2) * sigma**2 / _square(z)


def _uncut(factor):
    return factor


def _cut(factor):
    return np.maximum(0, factor)


def _shrunk(factor=_factor, cut=_uncut):
    """An estimate with a wrong factor, a function of d, sigma and z = x - c."""
    return lambda x, sigma, centre: centre + cut(factor(x.shape[-1], sigma, x - centre)) * (x - centre)


def _towards_0(cut):
    return lambda x, sigma, centre: cut(_factor(x.shape[-1], sigma, x)) * x


def _length_from_0(cut):
    return lambda x, sigma, centre: centre + cut(_factor(x.shape[-1], sigma, x)) * (x - centre)


def _whole_x_times_the_factor(x, sigma, centre):
    return _factor(x.shape[-1], sigma, x - centre) * x


def _not_moved_back(cut):
    return lambda x, sigma, centre: cut(_factor(x.shape[-1], sigma, x - centre)) * (x - centre)


def _other_end(x, sigma, centre):
    return x - _factor(x.shape[-1], sigma, x - centre) * (x - centre)


def _towards_the_mean(x, sigma, centre):
    mean = x.mean(axis=-1, keepdims=True)
    return mean + _factor(x.shape[-1], sigma, x - mean) * (x - mean)


def _number_of_measurements(x, sigma, centre):
    return centre + _factor(len(x), sigma, x - centre) * (x - centre)


def _multiplied_out(x, sigma, centre):
    square = np.sum(x**2 - 2 * x * centre + centre**2, axis=-1, keepdims=True)
    return centre + (1 - (x.shape[-1] - 2) * sigma**2 / square) * (x - centre)


def _with_factor(factor):
    """A wrong factor, for both exercises."""
    return lambda cut: _shrunk(factor, cut)


# wrong answers that both exercises share: name, sentence, what is made of the factor -> the answer
COMMON = (
    (
        "towards 0 in place of the centre",
        "The point towards which is shrunk is 0 here. It is c: what shrinks is x - c, and c is added again.",
        _towards_0,
    ),
    (
        "the distance from 0",
        "The factor was computed from |x|². It is the distance from the centre that counts, |x - c|².",
        _length_from_0,
    ),
    (
        "the centre not added",
        "This is the shrunk x - c. Add c again.",
        _not_moved_back,
    ),
    (
        "d in place of d - 2",
        "The factor has d in it. It is d - 2: in two dimensions nothing is gained.",
        _with_factor(lambda d, sigma, z: 1 - d * sigma**2 / _square(z)),
    ),
    (
        "d - 1 in place of d - 2",
        "The factor has d - 1 in it, as for a variance. It is d - 2.",
        _with_factor(lambda d, sigma, z: 1 - (d - 1) * sigma**2 / _square(z)),
    ),
    (
        "sigma not squared",
        "sigma came in without its square. |x - c|² has the square of its unit.",
        _with_factor(lambda d, sigma, z: 1 - (d - 2) * sigma / _square(z)),
    ),
    (
        "the length not squared",
        "|x - c| stands in place of its square.",
        _with_factor(lambda d, sigma, z: 1 - (d - 2) * sigma**2 / np.sqrt(_square(z))),
    ),
    (
        "one length for all measurements",
        "The squares of all rows were added. Each row is a measurement of its own and has its own |x - c|².",
        _with_factor(lambda d, sigma, z: 1 - (d - 2) * sigma**2 / np.sum(z**2)),
    ),
    (
        "summed along the wrong axis",
        "The squares were added over the measurements. |x - c|² is the sum over the d values of one measurement, "
        "the last axis.",
        _with_factor(lambda d, sigma, z: 1 - (d - 2) * sigma**2 / np.sum(z**2, axis=0, keepdims=True)),
    ),
    (
        "each value by itself",
        "Every value got a factor of its own, from its own square. All d of them share one: that is where the gain "
        "comes from.",
        _with_factor(lambda d, sigma, z: 1 - (d - 2) * sigma**2 / z**2),
    ),
)

VALUES = array([1, 2, 2])
NEAR = array([0.5, -0.5, 0.5, 0.5])
ROWS = array([[1, 2, 2], [0, 0.5, 0.5], [6, 0, 8]])

EDGES = {
    "three means": {"x": VALUES, "sigma": 1.0, "centre": 0.0},
    "another width": {"x": VALUES, "sigma": 2.0, "centre": 0.0},
    "another centre": {"x": VALUES, "sigma": 1.0, "centre": array([1, 1, 1])},
    "a number as centre": {"x": VALUES, "sigma": 1.0, "centre": 1.0},
    "a factor of exactly 0": {"x": NEAR, "sigma": math.sqrt(0.5), "centre": 0.0},
    "near the centre": {"x": NEAR, "sigma": 1.0, "centre": 0.0},
    "on the centre but for one value": {"x": array([2, 2, 3, 2]), "sigma": 0.5, "centre": 2.0},
    "far from the centre": {"x": array([30, 0, -40]), "sigma": 1.0, "centre": 0.0},
    "as many measurements as means": {"x": ROWS, "sigma": 1.0, "centre": array([0, 0, 0.5])},
    "two measurements": {"x": ROWS[1:], "sigma": 1.0, "centre": array([1, 0, 0])},
    "a table of measurements": {"x": np.array([ROWS, ROWS + 1]), "sigma": 1.0, "centre": -1.0},
}
STABLE = {
    "large values": {"x": 1e100 * VALUES, "sigma": 1e100, "centre": 0.0},
    "many means": {"x": np.tile([1.0, -3.0], 2000), "sigma": 1.5, "centre": 0.5},
}


def _many(rng):
    return {"x": rng.normal(1.0, 1.0, (10_000, 20)), "sigma": 1.0, "centre": np.ones(20) / 2}


JAMES_STEIN = Exercise(
    function=james_stein,
    points=2,
    inputs=_measurements,
    valid=_is_away_from_the_centre,
    holds=(it_lies_on_the_line_through_c_and_x, it_moves_by_as_much_as_it_should),
    large=_many,
    edges=EDGES,
    stable={
        **STABLE,
        "far from 0, near the centre": {
            "x": 1e6 + array([0.5, 0.25, -0.5]) / 64,
            "sigma": 100.0,
            "centre": 1e6,
        },
    },
    mistakes=(
        *(Mistake(name, sentence, make(_uncut)) for name, sentence, make in COMMON),
        Mistake(
            "x multiplied by the factor",
            "All of x was multiplied by the factor, which shrinks towards 0. Only x - c is, and c is added again.",
            _whole_x_times_the_factor,
        ),
        Mistake(
            "counted from x",
            "The shrunk x - c was subtracted from x: this moves x by what was to be kept. It is added to c.",
            _other_end,
        ),
        Mistake(
            "towards the mean of the values",
            "The values were shrunk towards their own mean. Here the point is given, and chosen without looking at x.",
            _towards_the_mean,
        ),
        Mistake(
            "the number of measurements in place of d",
            "The number of rows was taken for d. A row is a measurement of d means: d is the length of the last axis.",
            _number_of_measurements,
        ),
        Mistake(
            "sigma forgotten",
            "This is the answer for sigma = 1. How much is shrunk depends on how far the values scatter: σ².",
            _shrunk(lambda d, sigma, z: 1 - (d - 2) / _square(z)),
        ),
        Mistake(
            "a mean in place of the sum",
            "|x - c|² was taken as the mean of the squares. It is their sum over the d values.",
            _shrunk(lambda d, sigma, z: 1 - (d - 2) * sigma**2 / np.mean(z**2, axis=-1, keepdims=True)),
        ),
        Mistake(
            "the best linear factor",
            "The factor |x - c|²/(|x - c|² + d σ²) would be best if |x - c| were the true distance. That is not known: "
            "1 - (d - 2) σ²/|x - c|².",
            _shrunk(lambda d, sigma, z: _square(z) / (_square(z) + d * sigma**2)),
        ),
        Mistake(
            "the positive part",
            "A negative factor was replaced by 0. That is the next exercise: here the factor may be negative.",
            _shrunk(cut=_cut),
        ),
        Mistake(
            "stretched in place of shrunk",
            "The factor is 1 + (d - 2) σ²/|x - c|²: it moves the values away from the centre.",
            _shrunk(lambda d, sigma, z: 1 + (d - 2) * sigma**2 / _square(z)),
        ),
        Mistake(
            "the square multiplied out",
            "|x|² - 2 x·c + |c|² loses its digits where x and c are large and close together. Subtract first, then "
            "square.",
            _multiplied_out,
        ),
    ),
    hints=(
        "Take c as the origin: one factor for all d values, the closer to 1 the further they are from it.",
        "With z = x - c: c + (1 - (d - 2) σ²/|z|²) z, where |z|² is the sum of the d squares.",
        "`np.sum(..., axis=-1, keepdims=True)` gives every row its own number, in a shape that multiplies z.",
    ),
    second_solution=_row_by_row(positive_part=False),
)

POSITIVE_JAMES_STEIN = Exercise(
    function=positive_james_stein,
    points=2,
    inputs=_measurements,
    valid=_is_away_from_the_centre,
    holds=(it_lies_on_the_line_through_c_and_x, it_lies_between_c_and_x),
    large=_many,
    edges=EDGES,
    stable=STABLE,
    mistakes=(
        Mistake(
            "the positive part forgotten",
            "Near the centre the factor is negative here, and turns x - c round. Put 0 in place of a negative factor.",
            _shrunk(),
        ),
        Mistake(
            "the positive part of the entries",
            "The negative entries were set to 0. It is the factor whose positive part is taken, not the values.",
            lambda x, sigma, centre: np.maximum(0, _shrunk()(x, sigma, centre)),
        ),
        Mistake(
            "the positive part of the shrunk differences",
            "The negative entries of the shrunk x - c were set to 0: values below the centre are lost. The factor's "
            "positive part is to be taken.",
            lambda x, sigma, centre: centre + np.maximum(0, _factor(x.shape[-1], sigma, x - centre) * (x - centre)),
        ),
        Mistake(
            "the absolute value",
            "The absolute value of the factor was taken: the closer to the centre, the more it would stretch. A "
            "negative factor becomes 0.",
            _shrunk(cut=np.abs),
        ),
        Mistake(
            "the smaller of both",
            "The smaller of 0 and the factor was taken. It is the larger.",
            _shrunk(cut=lambda factor: np.minimum(0, factor)),
        ),
        Mistake(
            "at least 1",
            "The factor is at least 1 here, which never shrinks. It is at least 0.",
            _shrunk(cut=lambda factor: np.maximum(1, factor)),
        ),
        Mistake(
            "unchanged in place of 0",
            "Where the factor is negative x came back as it was. There the estimate is the centre itself.",
            _shrunk(cut=lambda factor: np.where(factor < 0, 1.0, factor)),
        ),
        Mistake(
            "0 in place of the centre",
            "Where the factor is negative 0 came back. There the estimate is the centre.",
            lambda x, sigma, centre: np.where(
                _factor(x.shape[-1], sigma, x - centre) > 0, _shrunk()(x, sigma, centre), 0.0
            ),
        ),
        Mistake(
            "one decision for all measurements",
            "As soon as one measurement had a negative factor all were set to the centre. Each has its own.",
            _shrunk(cut=lambda factor: factor * (factor.min() > 0)),
        ),
        *(Mistake(name, sentence, make(_cut)) for name, sentence, make in COMMON),
    ),
    hints=(
        "Where x lies nearer to the centre than noise alone would put it, the best guess is the centre: the factor "
        "stops at 0.",
        "With z = x - c: c + max(0, 1 - (d - 2) σ²/|z|²) z, where |z|² is the sum of the d squares.",
        "`np.maximum` compares entry by entry, `np.max` finds the largest of an array.",
    ),
    second_solution=_row_by_row(positive_part=True),
)
