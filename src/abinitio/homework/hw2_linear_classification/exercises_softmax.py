"""Exercises on more than two classes: softmax and the gradient of the cross entropy."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw2_linear_classification.exercise_inputs import (
    big_classes,
    halves,
    many_classes,
    problem,
    shape,
    slope,
)
from abinitio.linear_model.multinomial import cross_entropy, cross_entropy_gradient, softmax


def _scores(rng, size):
    n, K = shape(rng, size)
    stack = (2,) if size > 3 and rng.random() < 0.3 else ()
    return {"Z": halves(rng, *stack, n, 1 + K) if rng.random() < 0.8 else halves(rng, 1 + K)}


def probabilities_sum_to_one(P, Z):
    """Along the last axis the probabilities sum to 1."""
    return bool(np.allclose(P.sum(axis=-1), 1) and (P >= 0).all())


def _softmax(
    shift=lambda Z: Z.max(axis=-1, keepdims=True), total=lambda E: E.sum(axis=-1, keepdims=True), weight=np.exp
):
    """Softmax with one wrong part: shift(Z), subtracted; weight(Z) of the shifted scores; total(E), their sum."""

    def probabilities(Z):
        E = weight(Z - shift(Z))
        return E / total(E)

    return probabilities


def _by_differences(Z):
    """p_k = 1 / sum_l exp(z_l - z_k), where an exponential that overflows makes the right 0."""
    return 1 / np.exp(Z[..., None, :] - Z[..., :, None]).sum(axis=-1)


SOFTMAX = Exercise(
    function=softmax,
    points=3,
    inputs=_scores,
    holds=(probabilities_sum_to_one,),
    large=lambda rng: {"Z": rng.normal(size=(20_000, 10))},
    edges={
        "one row": {"Z": np.array([0.0, 1.0, 2.0])},
        "equal scores": {"Z": np.ones((2, 4))},
        "one class": {"Z": np.array([[3.0], [-1.0]])},
        "as many rows as classes": {"Z": np.array([[0.0, 1.0], [2.0, 0.0]])},
        "more than two axes": {
            "Z": np.array([[[0.0, 1.0, 2.0], [1.0, 0.0, 0.5]], [[2.0, 2.0, 0.0], [-1.0, 0.0, 1.0]]])
        },
    },
    stable={
        "large scores": {"Z": np.array([[1000.0, 1001.0], [800.0, 0.0]])},
        "large negative scores": {"Z": np.array([[-1000.0, -1001.0, -1000.5]])},
        "rows on very different levels": {"Z": np.array([[1000.0, 999.0], [0.0, 1.0], [-1000.0, -998.0]])},
        "far apart": {"Z": np.array([[1e6, 0.0, -1e6], [0.0, 1500.0, 1500.5]])},
    },
    mistakes=(
        Mistake(
            "overflow",
            "e^1000 is larger than any float, and infinity over infinity is not a number; far below zero all "
            "exponentials are 0, and 0 over 0 is none either. Adding one number to all scores of a row changes "
            "nothing: use that.",
            _softmax(shift=lambda Z: 0.0),
        ),
        Mistake(
            "one shift for all rows",
            "The largest score of the whole array was subtracted. A row that lies far below it is left with zeros "
            "only. Each row has its own largest score.",
            _softmax(shift=np.max),
        ),
        Mistake(
            "shifted by the mean",
            "The mean was subtracted, not the largest score: where one score lies far above it, the exponential "
            "overflows all the same.",
            _softmax(shift=lambda Z: Z.mean(axis=-1, keepdims=True)),
        ),
        Mistake(
            "over the wrong axis",
            "The columns sum to 1, that is the probabilities of one class over the samples. The classes run along the "
            "last axis.",
            _softmax(shift=lambda Z: Z.max(axis=0), total=lambda E: E.sum(axis=0)),
        ),
        Mistake(
            "over the second axis",
            "axis=1 is the last one only of a table. The classes run along the last axis, whatever comes before: "
            "axis=-1.",
            _softmax(lambda Z: Z.max(axis=1, keepdims=True), lambda E: E.sum(axis=1, keepdims=True)),
        ),
        Mistake(
            "one sum for everything",
            "The whole array sums to 1. Each row is a distribution of its own.",
            _softmax(total=np.sum),
        ),
        Mistake(
            "the sum lost its axis",
            "The sums have shape (n,), which NumPy does not divide into (n, K) row by row; for n = K it divides the "
            "columns. Keep the axis: keepdims=True.",
            _softmax(total=lambda E: E.sum(axis=-1)),
        ),
        Mistake(
            "no exponential",
            "The scores themselves were divided by their sum, which can be negative or zero. Probabilities are "
            "proportional to e^z.",
            lambda Z: Z / Z.sum(axis=-1, keepdims=True),
        ),
        Mistake(
            "not normalised",
            "These are the exponentials; divided by their sum they are probabilities.",
            _softmax(total=lambda E: 1.0),
        ),
        Mistake(
            "the wrong sign",
            "The largest score has the smallest probability: these are Boltzmann weights e^(-z), with the scores as "
            "energies. A score is minus an energy.",
            _softmax(shift=lambda Z: Z.min(axis=-1, keepdims=True), weight=lambda Z: np.exp(-Z)),
        ),
        Mistake(
            "each class by itself",
            "These are the logistic functions of the scores one by one: K separate questions of yes and no. The "
            "classes exclude one another, so their probabilities share one sum.",
            lambda Z: np.exp(-np.logaddexp(0, -Z)),
        ),
        Mistake(
            "the hard maximum",
            "The largest score takes all. Softmax is soft: a score that is lower by 1 has a probability that is lower "
            "by the factor e.",
            _softmax(weight=lambda Z: (Z == 0) * 1.0),
        ),
        Mistake(
            "logarithms",
            "These are the logarithms of the probabilities.",
            lambda Z: Z - np.logaddexp.reduce(Z, axis=-1, keepdims=True),
        ),
    ),
    hints=(
        "Exponentials make the scores positive, their sum makes them probabilities; a common shift of a row cancels "
        "between the two.",
        "p_k = e^(z_k - m) / sum_l e^(z_l - m), with m the largest score of that row: no exponent is above 0.",
        "`axis=-1, keepdims=True` for the maximum and for the sum. Make a new array: `Z -= ...` changes the caller's "
        "scores.",
    ),
    second_solution=_by_differences,
)


def gradient_is_the_slope_of_the_loss(g, theta, X, y, alpha):
    """The gradient is the slope of the mean cross entropy, penalty included, in every direction."""
    rise, error, v = slope(cross_entropy, theta, X, y, alpha)
    return bool(abs(np.sum(g * v) - rise) <= error)


def intercepts_of_all_classes_pull_to_zero(g, theta, X, y, alpha):
    """Adding one number to the intercepts of all classes changes nothing: their derivatives sum to zero."""
    return bool(abs(g[-1].sum()) <= 1e-9 * (1 + np.abs(g[-1]).max()))


def _one_hot(y, K):
    return (y[:, None] == np.arange(K)) * 1.0


def _minus_one_at(rows, columns):
    """P, with 1 subtracted at [rows(y), columns(y)]."""

    def residual(Z, y):
        P = _by_differences(Z)
        P[rows(y), columns(y)] -= 1
        return P / len(y)

    return residual


def _multinomial(
    scores=lambda X, theta: X @ theta[:-1] + theta[-1],
    residual=lambda Z, y: (_by_differences(Z) - _one_hot(y, Z.shape[1])) / len(y),
    weights=lambda X, R, W, alpha: X.T @ R + alpha * W,
    intercept=lambda R, b, alpha: R.sum(axis=0),
):
    """The gradient with one wrong part: the scores, the residual dF/dZ, the part of the weights or the intercepts."""

    def gradient(theta, X, y, alpha):
        R = residual(scores(X, theta), y)
        return np.vstack([weights(X, R, theta[:-1], alpha), intercept(R, theta[-1], alpha)])

    return gradient


def _sample_by_sample(theta, X, y, alpha):
    g = alpha * np.vstack([theta[:-1], np.zeros(theta.shape[1])])
    for x, label in zip(np.column_stack([X, np.ones(len(X))]), y):
        z = x @ theta
        for k in range(len(z)):
            g[:, k] += (1 / np.sum(np.exp(z - z[k])) - (k == label)) * x / len(y)
    return g


CROSS_ENTROPY_GRADIENT = Exercise(
    function=cross_entropy_gradient,
    points=4,
    inputs=many_classes,
    holds=(intercepts_of_all_classes_pull_to_zero, gradient_is_the_slope_of_the_loss),
    large=lambda rng: big_classes(rng, 10_000, 20, 10),
    edges={
        "one sample": problem([[1, 0, -1], [0, 2, 1]], [[2]], [2], 0.5),
        "theta = 0": problem(np.zeros((2, 3)), [[1], [2]], [0, 2], 1.0),
        "a class that does not occur": problem([[1, 0, 1], [0, 1, 1]], [[1], [-1], [2]], [0, 2, 0], 0.0),
        "as many samples as classes": problem([[1, -1], [0, 2], [1, 1]], [[1, 2], [0, -1]], [1, 0], 2.0),
        "more features than samples": problem([[1, 0], [0, 1], [2, 0], [0.5, 1]], [[1, 0, 1]], [0], 1.0),
        "intercepts only": problem([[0, 0], [1, 3]], [[1], [-1], [2]], [0, 1, 1], 2.0),
    },
    stable={
        "sure and right": problem([[1, -1], [0, 0]], [[1000], [-1000]], [0, 1], 0.0),
        "sure and wrong": problem([[1, 0, -1], [0, 0, 0]], [[1000], [-1000]], [2, 0], 0.5),
        "large intercepts": problem([[1, 0, 1], [1000, 1001, 999]], [[1], [-2]], [0, 1], 1.0),
        "samples on very different levels": problem([[1, 1], [0, 1]], [[1000], [0], [-1000]], [0, 1, 0], 0.0),
    },
    mistakes=(
        Mistake(
            "the intercepts do not move",
            "The last row is 0 for every class. The residuals of a sample sum to 0 over the classes, so a sum over "
            "samples and classes is always 0; each class has an intercept of its own: sum over the samples only.",
            _multinomial(intercept=lambda R, b, alpha: np.full(len(b), R.sum())),
        ),
        Mistake(
            "the intercepts' sum runs over the classes",
            "The residuals were summed over the classes, which gives n numbers, all of them 0. The K intercepts need "
            "the sum over the samples: axis=0.",
            _multinomial(intercept=lambda R, b, alpha: R.sum(axis=1)),
        ),
        Mistake(
            "no 1/n",
            "The samples' gradients were summed, and the loss is their mean.",
            _multinomial(residual=lambda Z, y: _by_differences(Z) - _one_hot(y, Z.shape[1])),
        ),
        Mistake(
            "no 1/n for the intercepts",
            "The last row holds sums of residuals, the others means. 1/n belongs to both: divide the residuals by n "
            "once, before either.",
            _multinomial(intercept=lambda R, b, alpha: R.sum(axis=0) * len(R)),
        ),
        Mistake(
            "the intercepts' mean is divided again",
            "The last row was divided by n twice: once with the residuals, once by a mean over them.",
            _multinomial(intercept=lambda R, b, alpha: R.mean(axis=0)),
        ),
        Mistake(
            "the wrong sign",
            "The residual is the true class minus the probabilities, so that the data push uphill; it is p minus 1 "
            "for the true class.",
            _multinomial(residual=lambda Z, y: (_one_hot(y, Z.shape[1]) - _by_differences(Z)) / len(y)),
        ),
        Mistake(
            "the true class is forgotten",
            "The residual is p for every class. For the true class of each sample it is p - 1: otherwise the labels "
            "have no say.",
            _multinomial(residual=lambda Z, y: _by_differences(Z) / len(y)),
        ),
        Mistake(
            "1 is subtracted in every row",
            "`P[:, y] -= 1` takes 1 from every sample in each column that y names. One entry per sample is meant: "
            "pair the rows 0 ... n-1 with the labels.",
            _multinomial(residual=_minus_one_at(lambda y: slice(None), lambda y: y)),
        ),
        Mistake(
            "classes counted from 1",
            "The label k was taken for the column k - 1. The classes are 0 ... K-1, as the columns are.",
            _multinomial(residual=_minus_one_at(lambda y: np.arange(len(y)), lambda y: y - 1)),
        ),
        Mistake(
            "softmax over the samples",
            "The probabilities were normalised over the samples; they sum to 1 over the classes.",
            _multinomial(residual=lambda Z, y: (_by_differences(Z.T).T - _one_hot(y, Z.shape[1])) / len(y)),
        ),
        Mistake(
            "each class by itself",
            "The probabilities are logistic functions of the scores one by one: K separate questions of yes and no. "
            "Classes that exclude one another share one sum: softmax.",
            _multinomial(residual=lambda Z, y: (np.exp(-np.logaddexp(0, -Z)) - _one_hot(y, Z.shape[1])) / len(y)),
        ),
        Mistake(
            "the intercepts are penalised too",
            "The last row contains alpha b. The penalty leaves the intercepts free.",
            _multinomial(intercept=lambda R, b, alpha: R.sum(axis=0) + alpha * b),
        ),
        Mistake(
            "no penalty",
            "The gradient of the penalty alpha/2 |W|^2 is missing.",
            _multinomial(weights=lambda X, R, W, alpha: X.T @ R),
        ),
        Mistake(
            "the penalty counts twice",
            "The penalty's gradient is 2 alpha W here. The 1/2 in alpha/2 |W|^2 cancels the 2 of the square: alpha W.",
            _multinomial(weights=lambda X, R, W, alpha: X.T @ R + 2 * alpha * W),
        ),
        Mistake(
            "the penalty is divided by n",
            "alpha W was divided by n with the sum over the samples. The penalty stands beside the mean: alpha W.",
            _multinomial(weights=lambda X, R, W, alpha: X.T @ R + alpha * W / len(R)),
        ),
        Mistake(
            "no intercepts in the scores",
            "The scores are XW, without the last row of theta.",
            _multinomial(scores=lambda X, theta: X @ theta[:-1]),
        ),
        Mistake(
            "the intercepts come first",
            "The answer has the derivatives with respect to the intercepts in its first row. Here they are the last "
            "row, as in theta.",
            lambda theta, X, y, alpha: np.roll(_multinomial()(theta, X, y, alpha), 1, axis=0),
        ),
        Mistake(
            "overflow",
            "An exponential overflows, or all those of a sample underflow, and the ratio is not a number. Use the "
            "safe softmax of the exercise before.",
            _multinomial(residual=lambda Z, y: (_softmax(shift=lambda Z: 0.0)(Z) - _one_hot(y, Z.shape[1])) / len(y)),
        ),
    ),
    hints=(
        "Differentiate the loss of one sample with respect to its K scores first; then use that the scores are linear "
        "in W and b.",
        "R = (P - Y) / n, with Y = 1 at the true class of each sample and 0 elsewhere;  dF/dW = X'R + alpha W,  dF/db "
        "= the sums of the columns of R.",
        "`P[np.arange(n), y]` is the entry of the true class in each row of P; `np.vstack` puts a row below a table.",
    ),
    second_solution=_sample_by_sample,
)
