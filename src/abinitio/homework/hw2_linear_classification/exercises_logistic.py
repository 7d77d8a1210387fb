"""Exercises on logistic regression: the loss and its gradient."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw2_linear_classification.exercise_inputs import (
    TWO_CLASS_EDGES,
    TWO_CLASS_STABLE,
    big_classes,
    slope,
    two_classes,
)
from abinitio.homework.hw2_linear_classification.exercises_sigmoid import naive_sigmoid
from abinitio.linear_model.logistic import logistic_gradient, logistic_loss


def the_loss_is_not_negative(loss, theta, X, y, alpha):
    """The loss is minus the logarithm of a probability, and a penalty: it is never negative."""
    return bool(loss >= -1e-6)


def _loss_by_cases(theta, X, y, alpha):
    total = 0.0
    for x, label in zip(X, y):
        m = float((2 * label - 1) * (np.sum(x * theta[:-1]) + theta[-1]))  # positive where the sample is right
        total += np.log1p(np.exp(-m)) if m > 0 else -m + np.log1p(np.exp(m))
    return total / len(y) + 0.5 * alpha * sum(c * c for c in theta[:-1])


def _loss(
    scores=lambda X, theta: X @ theta[:-1] + theta[-1],
    loss=lambda z, y: np.mean(np.logaddexp(0, z) - y * z),
    penalty=lambda theta, alpha, n: alpha / 2 * theta[:-1] @ theta[:-1],
):
    """The loss with one wrong part: scores(X, theta), loss(z, y) of the scores z, or penalty(theta, alpha, n)."""
    return lambda theta, X, y, alpha: loss(scores(X, theta), y) + penalty(theta, alpha, len(y))


def _log_loss(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


LOGISTIC_LOSS = Exercise(
    function=logistic_loss,
    points=2,
    inputs=two_classes,
    holds=(the_loss_is_not_negative,),
    large=lambda rng: big_classes(rng, 20_000, 20, 2),
    edges=TWO_CLASS_EDGES,
    stable=TWO_CLASS_STABLE,
    mistakes=(
        Mistake(
            "no 1/n",
            "The losses of the samples were summed. The mean is asked for, so that the loss does not grow with the "
            "data and alpha means the same for any n.",
            _loss(loss=lambda z, y: np.sum(np.logaddexp(0, z) - y * z)),
        ),
        Mistake(
            "the intercept is penalised too",
            "The penalty contains the intercept b. It is left free: to shrink it would pull the predictions towards "
            "1/2, however rare a class is.",
            _loss(penalty=lambda theta, alpha, n: alpha / 2 * theta @ theta),
        ),
        Mistake(
            "no penalty",
            "The penalty alpha/2 |w|^2 is missing.",
            _loss(penalty=lambda theta, alpha, n: 0.0),
        ),
        Mistake(
            "the penalty without its 1/2",
            "The penalty is twice too large: it is alpha/2 |w|^2.",
            _loss(penalty=lambda theta, alpha, n: alpha * theta[:-1] @ theta[:-1]),
        ),
        Mistake(
            "the penalty is divided by n",
            "The penalty was divided by n with the sum over the samples. Only the sum becomes a mean; the penalty "
            "stands beside it.",
            _loss(penalty=lambda theta, alpha, n: alpha / 2 * theta[:-1] @ theta[:-1] / n),
        ),
        Mistake(
            "labels -1 and +1",
            "log(1 + e^(-yz)) is the loss for labels -1 and +1. Here they are 0 and 1, and every sample of class 0 "
            "gives log 2, whatever its score.",
            _loss(loss=lambda z, y: np.mean(np.logaddexp(0, -y * z))),
        ),
        Mistake(
            "the classes are exchanged",
            "This is the loss of the other labels, 1 - y: it is small where the model is wrong.",
            _loss(loss=lambda z, y: np.mean(np.logaddexp(0, z) - (1 - y) * z)),
        ),
        Mistake(
            "the wrong sign",
            "This is the mean log-likelihood, which a fit makes large. The loss is minus that, plus the penalty.",
            _loss(loss=lambda z, y: np.mean(y * z - np.logaddexp(0, z))),
        ),
        Mistake(
            "class 0 is forgotten",
            "Only the samples of class 1 contribute. A sample of class 0 costs -log(1 - p).",
            _loss(loss=lambda z, y: np.mean(y * np.logaddexp(0, -z))),
        ),
        Mistake(
            "no intercept",
            "The scores are Xw, without b, the last entry of theta.",
            _loss(scores=lambda X, theta: X @ theta[:-1]),
        ),
        Mistake(
            "the intercept comes first",
            "The first entry of theta was taken for the intercept. Here it is the last one.",
            lambda theta, X, y, alpha: _loss()(np.roll(theta, -1), X, y, alpha),
        ),
        Mistake(
            "squared errors of the probabilities",
            "This is the mean of (p - y)^2, the Brier score. A sure and wrong prediction costs at most 1 there; in "
            "the likelihood its cost grows without bound.",
            _loss(loss=lambda z, y: np.mean((naive_sigmoid(z) - y) ** 2)),
        ),
        Mistake(
            "in bits",
            "The logarithm was taken to base 2. The loss is in nats: natural logarithms.",
            _loss(loss=lambda z, y: np.mean(np.logaddexp(0, z) - y * z) / np.log(2)),
        ),
        Mistake(
            "log 0",
            "A probability rounds to 0 or to 1 and its logarithm is infinite, or 0 times infinity. Write the loss in "
            "the scores: log(1 + e^z) - y z, where `np.logaddexp(0, z)` cannot overflow.",
            _loss(loss=lambda z, y: _log_loss(naive_sigmoid(z), y)),
        ),
        Mistake(
            "clipped probabilities",
            "The probabilities were kept away from 0 and 1 by a small number, so that no prediction costs more than "
            "its logarithm: a score of -1000 that should cost 1000 costs about 34, and has no slope to learn from.",
            _loss(loss=lambda z, y: _log_loss(np.clip(naive_sigmoid(z), 1e-15, 1 - 1e-15), y)),
        ),
        Mistake(
            "exp(z) overflows",
            "e^z overflows, and the loss is infinite or not a number. `np.logaddexp(0, z)` is log(1 + e^z) without "
            "overflow.",
            _loss(loss=lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z)),
        ),
    ),
    hints=(
        "The loss of one sample is minus the logarithm of the probability that the model gave to its true class.",
        "z = Xw + b;  mean of log(1 + e^z) - y z, plus alpha/2 w'w.",
        "`theta[:-1]` is w and `theta[-1]` is b. `np.logaddexp(0, z)` is log(e^0 + e^z).",
    ),
    second_solution=_loss_by_cases,
    equivalent_mutants=(
        "return np.mean(np.logaddexp(0, z) - y * z) + alpha / 2 * w @ w -> return np.mean(np.logaddexp(0, z) - y * z) "
        "+ w @ (alpha / 2 * w)",
    ),
)


def gradient_is_the_slope_of_the_loss(g, theta, X, y, alpha):
    """The gradient is the slope of `logistic_loss` in every direction."""
    rise, error, v = slope(logistic_loss, theta, X, y, alpha)
    return bool(abs(np.sum(g * v) - rise) <= error)


def _stable_sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def _gradient_by_samples(theta, X, y, alpha):
    g = np.append(alpha * theta[:-1], 0.0)
    for x, label in zip(X, y):
        z = float(np.sum(x * theta[:-1]) + theta[-1])
        p = 1 / (1 + np.exp(-z)) if z > 0 else np.exp(z) / (1 + np.exp(z))
        g = g + np.append(x, 1.0) * (p - label) / len(y)
    return g


def _gradient(
    scores=lambda X, theta: X @ theta[:-1] + theta[-1],
    residual=lambda z, y: (_stable_sigmoid(z) - y) / len(y),
    weights=lambda X, r, w, alpha: X.T @ r + alpha * w,
    intercept=lambda r, b, alpha: r.sum(),
):
    """The gradient with one wrong part: the scores, the residual dF/dz, the part of the weights or of the intercept."""

    def gradient(theta, X, y, alpha):
        r = residual(scores(X, theta), y)
        return np.append(weights(X, r, theta[:-1], alpha), intercept(r, theta[-1], alpha))

    return gradient


LOGISTIC_GRADIENT = Exercise(
    function=logistic_gradient,
    points=3,
    inputs=two_classes,
    holds=(gradient_is_the_slope_of_the_loss,),
    large=lambda rng: big_classes(rng, 20_000, 20, 2),
    edges=TWO_CLASS_EDGES,
    stable=TWO_CLASS_STABLE,
    mistakes=(
        Mistake(
            "no 1/n",
            "The samples' gradients were summed, and the loss is their mean. Without 1/n the step of a descent must "
            "shrink as the data grow.",
            _gradient(residual=lambda z, y: _stable_sigmoid(z) - y),
        ),
        Mistake(
            "the intercept is penalised too",
            "The last entry contains alpha b. The penalty leaves the intercept free, so its derivative has no alpha.",
            _gradient(intercept=lambda r, b, alpha: r.sum() + alpha * b),
        ),
        Mistake(
            "no penalty",
            "The gradient of the penalty alpha/2 |w|^2 is missing.",
            _gradient(weights=lambda X, r, w, alpha: X.T @ r),
        ),
        Mistake(
            "the penalty counts twice",
            "The penalty's gradient is 2 alpha w here. The 1/2 in alpha/2 |w|^2 cancels the 2 of the square: alpha w.",
            _gradient(weights=lambda X, r, w, alpha: X.T @ r + 2 * alpha * w),
        ),
        Mistake(
            "the penalty is divided by n",
            "alpha w was divided by n with the sum over the samples. The penalty stands beside the mean: alpha w.",
            _gradient(weights=lambda X, r, w, alpha: X.T @ r + alpha * w / len(r)),
        ),
        Mistake(
            "the wrong sign",
            "The residual is y - p here, so that the data push uphill. The derivative of log(1 + e^z) - y z with "
            "respect to z is p - y.",
            _gradient(residual=lambda z, y: (y - _stable_sigmoid(z)) / len(y)),
        ),
        Mistake(
            "labels -1 and +1",
            "-y times the probability of the other label is the derivative for labels -1 and +1. With 0 and 1 the "
            "samples of class 0 drop out of it.",
            _gradient(residual=lambda z, y: -y * _stable_sigmoid(-y * z) / len(y)),
        ),
        Mistake(
            "scores in place of probabilities",
            "The residual is z - y: that is linear regression on the labels. Here it is p - y, with the probability p "
            "of class 1.",
            _gradient(residual=lambda z, y: (z - y) / len(y)),
        ),
        Mistake(
            "decisions in place of probabilities",
            "The residual is the difference of predicted and true label, 0 for every sample that is right: that is a "
            "perceptron. Logistic regression learns from right samples too, by how unsure it was: p - y.",
            _gradient(residual=lambda z, y: ((z > 0) - y) / len(y)),
        ),
        Mistake(
            "the gradient of squared errors",
            "The residual has a factor p (1 - p): this is half the gradient of the mean of (p - y)^2. In the "
            "likelihood that factor cancels, and a sure and wrong sample keeps its pull.",
            _gradient(
                residual=lambda z, y: (_stable_sigmoid(z) - y) * _stable_sigmoid(z) * _stable_sigmoid(-z) / len(y)
            ),
        ),
        Mistake(
            "no 1/n for the intercept",
            "The last entry is the sum of the residuals, the others are means. 1/n belongs to both: divide the "
            "residuals by n once, before either.",
            _gradient(intercept=lambda r, b, alpha: r.sum() * len(r)),
        ),
        Mistake(
            "the intercept's mean is divided again",
            "The last entry was divided by n twice: once with the residuals, once by a mean over them.",
            _gradient(intercept=lambda r, b, alpha: r.mean()),
        ),
        Mistake(
            "the intercept does not move",
            "The last entry is 0. The penalty leaves the intercept alone, the data do not: its derivative is the mean "
            "residual.",
            _gradient(intercept=lambda r, b, alpha: 0.0),
        ),
        Mistake(
            "no intercept in the scores",
            "The scores are Xw, without b, the last entry of theta.",
            _gradient(scores=lambda X, theta: X @ theta[:-1]),
        ),
        Mistake(
            "the intercept comes first",
            "The answer has the derivative with respect to b first. Here b is the last entry, as in theta.",
            lambda theta, X, y, alpha: np.roll(_gradient()(theta, X, y, alpha), 1),
        ),
        Mistake(
            "exp(z) overflows",
            "For large scores e^z / (1 + e^z) is infinity over infinity, not a number. Use the safe sigmoid of the "
            "exercise before.",
            _gradient(residual=lambda z, y: (np.exp(z) / (1 + np.exp(z)) - y) / len(y)),
        ),
    ),
    hints=(
        "Differentiate the loss of one sample with respect to its score z first; then use that z = x'w + b is linear.",
        "r = (sigmoid(z) - y) / n;  dF/dw = X'r + alpha w,  dF/db = sum of r.",
        "Your `sigmoid` gives the probabilities; `np.append(a, c)` puts the number c behind the vector a.",
    ),
    second_solution=_gradient_by_samples,
)
