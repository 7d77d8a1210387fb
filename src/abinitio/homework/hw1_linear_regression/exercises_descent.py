"""Exercises on the loss and its descent: the gradient, gradient descent, minibatches."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake, Named
from abinitio.homework.hw1_linear_regression.exercise_inputs import big_regression, numbers, regression
from abinitio.linear_model.least_squares import mse_gradient
from abinitio.optimize.descent import gradient_descent
from abinitio.optimize.stochastic import minibatches


def _gradient_inputs(rng, size):
    data = regression(rng, size)
    return {"w": numbers(rng, data["X"].shape[1]), **data}


def _gradient_large(rng):
    return {"w": rng.normal(size=20), **big_regression(rng, 20_000, 20)}


def _gradient_by_sums(w, X, y):
    return np.array([sum(2 * (x @ w - t) * x[j] for x, t in zip(X, y)) for j in range(len(w))]) / len(y)


def _gradient_by_moments(w, X, y):
    moments = np.einsum("ij,ik->jk", X, X) / len(y)
    return 2 * moments @ w - 2 * np.einsum("ij,i->j", X, y) / len(y)


MSE_GRADIENT = Exercise(
    function=mse_gradient,
    points=2,
    inputs=_gradient_inputs,
    large=_gradient_large,
    edges={
        "one sample, one feature": {"w": np.array([2.0]), "X": np.array([[3.0]]), "y": np.array([1.0])},
        "a perfect fit": {
            "w": np.array([1.0, -1.0]),
            "X": np.array([[1.0, 2.0], [3.0, 1.0]]),
            "y": np.array([-1.0, 2.0]),
        },
        "a constant column": {
            "w": np.array([1.0, 1.0]),
            "X": np.array([[1.0, 1.0], [1.0, 3.0]]),
            "y": np.array([0.0, 1.0]),
        },
        "more features than samples": {
            "w": np.array([1.0, 0.0, 2.0]),
            "X": np.array([[1.0, 2.0, 3.0]]),
            "y": np.array([1.0]),
        },
    },
    stable={
        "large numbers": {
            "w": np.array([1e3, -2.0]),
            "X": np.array([[1e6, 1.0], [2e6, -1.0], [3e5, 4.0]]),
            "y": np.array([1e9, 0.0, 1.0]),
        },
        "tiny numbers": {
            "w": np.array([3.0, 1.0]),
            "X": np.array([[1e-4, 2e-4], [3e-4, 1e-4]]),
            "y": np.array([1e-4, -1.0]),
        },
    },
    mistakes=(
        Mistake(
            "no factor 2",
            "This is half the gradient: the derivative of each squared residual brings down a factor 2.",
            lambda w, X, y: X.T @ (X @ w - y) / len(y),
        ),
        Mistake(
            "no 1/n",
            "This is the gradient of the sum of the squares; the loss is their mean. Without 1/n the rate at which "
            "descent is stable shrinks as the data grow.",
            lambda w, X, y: 2 * X.T @ (X @ w - y),
        ),
        Mistake(
            "the wrong sign",
            "This is minus the gradient: it points downhill. The residual that the chain rule leaves is Xw - y.",
            lambda w, X, y: 2 / len(y) * X.T @ (y - X @ w),
        ),
        Mistake(
            "divided by the number of features",
            "The mean in the loss runs over the n samples, the rows of X; this divides by d, the number of columns.",
            lambda w, X, y: 2 / X.shape[1] * X.T @ (X @ w - y),
        ),
        Mistake(
            "residuals without their features",
            "This is twice the mean residual, the same for every weight. The derivative of a prediction with respect "
            "to weight j is feature j, so each residual counts with its feature: that is the product with X "
            "transposed.",
            lambda w, X, y: np.full(len(w), 2 * np.mean(X @ w - y)),
        ),
    ),
    hints=(
        "The loss is a mean of squares: differentiate one square by the chain rule, then take the mean over the "
        "samples.",
        "With the residual r = Xw - y the loss is r'r / n and dr/dw = X, so its gradient is (2/n) X' r.",
        "Check the shapes: X' is (d, n), r is (n,), the result (d,). A loop over the samples is not needed.",
    ),
    second_solution=_gradient_by_moments,
)


def _descent_inputs(rng, size):
    d = 1 + min(size, 6) // 2
    root = numbers(rng, d, d)
    return {
        "gradient": Named("quadratic_gradient", {"A": np.round(root.T @ root, 2) + np.eye(d), "b": numbers(rng, d)}),
        "w": numbers(rng, d),
        "rate": float(rng.choice([0.01, 0.05, 0.1])),
    }


def _descent_by_index(gradient, w, rate):
    path = [np.asarray(w, dtype=float)]
    while True:
        path.append(path[-1] - np.multiply(rate, gradient(path[-1])))
        yield path[-1]


def _descend(step):
    """A descent with a wrong step: step(k, g, g_first, rate) is subtracted from w in the k-th step, k = 1, 2, ..."""

    def descent(gradient, w, rate):
        first, k = gradient(w), 0
        while True:
            k += 1
            w = w - step(k, gradient(w), first, rate)
            yield w

    return descent


def _yields_the_start(gradient, w, rate):
    while True:
        yield w
        w = w - rate * gradient(w)


GRADIENT_DESCENT = Exercise(
    function=gradient_descent,
    points=2,
    inputs=_descent_inputs,
    take=6,
    edges={
        "already at the minimum": {
            "gradient": Named("quadratic_gradient", {"A": np.eye(2), "b": np.array([1.0, 2.0])}),
            "w": np.array([1.0, 2.0]),
            "rate": 0.5,
        },
        "rate 0": {
            "gradient": Named("quadratic_gradient", {"A": np.eye(1), "b": np.array([1.0])}),
            "w": np.array([3.0]),
            "rate": 0.0,
        },
    },
    stable={
        "a rate so large that it diverges": {
            "gradient": Named("quadratic_gradient", {"A": np.diag([1.0, 100.0]), "b": np.array([0.0, 1.0])}),
            "w": np.array([1.0, 1.0]),
            "rate": 1.0,
        }
    },
    mistakes=(
        Mistake(
            "uphill",
            "This walks up: the gradient points to where the loss grows, so a step to lower loss subtracts it.",
            _descend(lambda k, g, first, rate: -rate * g),
        ),
        Mistake(
            "the start is yielded",
            "The first item should be the weights after one step; this yields the starting point first, so every item "
            "comes one step late.",
            _yields_the_start,
        ),
        Mistake(
            "the gradient is taken once",
            "Every step goes along the gradient at the start. The slope changes on the way: ask for it again at each "
            "new w.",
            _descend(lambda k, g, first, rate: rate * first),
        ),
        Mistake(
            "no rate",
            "The step is the whole gradient; it must be multiplied by the rate.",
            _descend(lambda k, g, first, rate: g),
        ),
        Mistake(
            "steps of fixed length",
            "The gradient was divided by its length. Near the minimum the gradient shrinks, and with it the step: "
            "that is what lets descent with a constant rate settle.",
            _descend(lambda k, g, first, rate: rate * g / (np.linalg.norm(g) or 1.0)),
        ),
        Mistake(
            "a rate that decays",
            "The rate falls as 1/k here. That is a schedule for noisy gradients; this exercise keeps the rate "
            "constant.",
            _descend(lambda k, g, first, rate: rate / k * g),
        ),
    ),
    hints=(
        "From where you stand, go a little way against the gradient, and say where you are; for ever.",
        "w <- w - rate * gradient(w), and a `yield w` after each step.",
        "`while True:` around two lines. Write `w = w - ...`, which makes a new array: `w -= ...` would change the "
        "caller's start, and every array yielded before.",
    ),
    second_solution=_descent_by_index,
)


def _batches_inputs(rng, size):
    n = int(rng.integers(1, 4 + 3 * size))
    return {"n": n, "size": int(rng.integers(1, n + 1)), "rng": int(rng.integers(2**31))}


def every_sample_comes_exactly_once(batches, n, size, rng):
    """In one epoch every index 0, ..., n - 1 comes exactly once."""
    count = np.bincount(np.concatenate([np.asarray(b, dtype=int).ravel() for b in batches]), minlength=n)
    if len(count) > n:
        return f"index {len(count) - 1} came, but there are only {n} samples: 0 to {n - 1}"
    wrong = np.flatnonzero(count != 1)
    return len(wrong) == 0 or f"index {wrong[0]} came {count[wrong[0]]} times"


def batches_have_the_size_asked_for(batches, n, size, rng):
    """Every batch has `size` indices; only the last may have fewer, where n is not a multiple of size."""
    expected = [size] * (n // size) + [n % size] * (n % size > 0)
    lengths = [len(b) for b in batches]
    return lengths == expected or f"the batches have {lengths} indices, not {expected}"


def order_is_random(batches, n, size, rng):
    """The order is a uniformly random permutation: the place of an index says nothing about the index."""
    order = np.concatenate(batches).astype(float)
    if n < 100:
        return True  # below that, chance alone may look like order
    neighbours = np.mean(np.diff(order) == 1)  # of a random permutation: 1/n, give or take 1/n
    correlation = np.corrcoef(order, np.arange(n))[0, 1]  # standard error 1/sqrt(n - 1)
    first_half = (order[: n // 2] < n / 2).mean() - 0.5  # hypergeometric: standard error below 1/(2 sqrt(n))
    if neighbours > 10 / n:
        return (
            f"{neighbours:.0%} of the indices are followed by the next one; in a random order it is about {1 / n:.1%}"
        )
    if abs(correlation) > 6 / np.sqrt(n - 1):
        return f"index and place are correlated: {correlation:.2f}, where chance gives 0 ± {1 / np.sqrt(n - 1):.2f}"
    return abs(first_half) < 3 / np.sqrt(n) or "small indices come more often in one half of the epoch"


def every_order_is_equally_likely(answers, n, size, rng):
    """Over many epochs with different seeds every index has every place equally often."""
    place = np.array([np.argsort(np.concatenate(batches)) for batches in answers])  # (epochs, n)
    error = np.sqrt((n**2 - 1) / 12 / len(place))  # of the mean place; a place is uniform on 0, ..., n - 1
    off = np.abs(place.mean(axis=0) - (n - 1) / 2)
    worst = int(off.argmax())
    return off[worst] <= 5 * error or (
        f"over {len(place)} epochs, each with its own rng, index {worst} came at place {place[:, worst].mean():.1f} on "
        f"average; of a random order that is {(n - 1) / 2:.1f} ± {error:.2f}"
    )


def _batches_by_sorting(n, size, rng):
    order = np.argsort(rng.random(n))
    yield from np.split(order, range(size, n, size))


def _cut(order, size):
    return [order[start : start + size] for start in range(0, len(order), size)]


def _block_shuffle(n, size, rng):
    blocks = _cut(np.arange(n), size)
    full, rest = blocks[: n // size], blocks[n // size :]
    yield from [full[k] for k in rng.permutation(len(full))] + rest


def _independent_batches(n, size, rng):
    for block in _cut(np.arange(n), size):
        yield rng.choice(n, len(block), replace=False)


MINIBATCHES = Exercise(
    function=minibatches,
    points=2,
    inputs=_batches_inputs,
    take=400,
    equals_reference=False,
    holds=(every_sample_comes_exactly_once, batches_have_the_size_asked_for, order_is_random),
    across=(every_order_is_equally_likely,),
    edges={
        "one sample": {"n": 1, "size": 1, "rng": 0},
        "the size divides n": {"n": 6, "size": 3, "rng": 1},
        "one batch of everything": {"n": 5, "size": 5, "rng": 2},
        "batches of one": {"n": 4, "size": 1, "rng": 3},
        "a batch larger than the data": {"n": 3, "size": 8, "rng": 4},
    },
    stable={
        "many samples": {"n": 2000, "size": 50, "rng": 5},
        "many samples and a last batch that is short": {"n": 1003, "size": 100, "rng": 6},
    },
    mistakes=(
        Mistake(
            "drawn with replacement",
            "The indices were drawn with replacement: some samples come twice and about a third (1/e) not at all. An "
            "epoch visits every sample once.",
            lambda n, size, rng: iter(_cut(rng.integers(n, size=n), size)),
        ),
        Mistake(
            "not shuffled",
            "The samples come in their stored order. Data are often sorted (by time, by class), and then every batch "
            "is a biased sample; the order must be drawn from rng.",
            lambda n, size, rng: iter(_cut(np.arange(n), size)),
        ),
        Mistake(
            "only the batches are shuffled",
            "Each batch is a block of neighbours; only the order of the blocks is random. Samples that lie together "
            "in the file would always be averaged together.",
            _block_shuffle,
        ),
        Mistake(
            "the remainder is dropped",
            "The last, shorter batch is missing: where n is not a multiple of size, some samples are left out of the "
            "epoch.",
            lambda n, size, rng: iter(_cut(rng.permutation(n)[: n - n % size], size)),
        ),
        Mistake(
            "its own random numbers",
            "The order does not depend on the rng that was given: with its own seed every epoch is the same one. Draw "
            "from the rng argument, so that the caller decides what is repeated and what is new.",
            lambda n, size, rng: iter(_cut(np.random.default_rng(0).permutation(n), size)),
        ),
        Mistake(
            "every batch drawn anew",
            "Each batch is drawn independently from all the samples, so within an epoch some come twice and some "
            "never. Draw one permutation and cut it into pieces.",
            _independent_batches,
        ),
    ),
    hints=(
        "Shuffle once, then deal the cards: one random order of all the indices, cut into consecutive pieces.",
        "With a random permutation p of 0, ..., n - 1, batch k is p[k*size], ..., p[(k+1)*size - 1].",
        "`rng.permutation(n)` makes the order; a slice that reaches past the end is simply shorter.",
    ),
    second_solution=_batches_by_sorting,
)
