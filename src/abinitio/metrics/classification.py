r"""Scores of predicted labels, with their errors.

The number of correct predictions of n independent test samples is binomial: the accuracy p is known to within
$\sqrt{p(1-p)/n}$, and near 0 or 1 an interval says it better. `bootstrap_scores` gives the error of any score at all.

Oracles: the binomial distribution, whose sums give the exact coverage of the intervals; scipy; scikit-learn.
Sources: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209; C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404;
L. D. Brown, T. T. Cai, A. DasGupta, Stat. Sci. 16 (2001) 101; B. Efron, Ann. Stat. 7 (1979) 1.
"""

import numpy as np
from scipy.special import betaincinv, ndtri


def accuracy_score(y, y_pred):
    """The fraction of correct predictions.

    y : (n,) labels of any kind;  y_pred : (n,) predicted labels (ValueError for another shape).  Returns a float.

    >>> accuracy_score(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    0.75
    """
    return float(np.mean(correct(y, y_pred)))


def accuracy_score_with_error(y, y_pred):
    r"""The fraction p of correct predictions and its standard error $\sqrt{p(1-p)/(n-1)}$.

    y : (n,) labels of n >= 2 independent samples that were not used in the fit;  y_pred : (n,) predicted labels.
    Returns (accuracy, standard error). The error is 0 for p = 0 and p = 1: near these use `wilson_interval`.

    >>> accuracy_score_with_error(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    (0.75, 0.25)
    """
    hits = correct(y, y_pred)
    return float(hits.mean()), float(hits.std(ddof=1) / np.sqrt(len(hits)))


def correct(y, y_pred):
    """Which of the predictions y_pred, (n,), equal the labels y, (n,): booleans (n,); ValueError for unequal shapes.

    >>> correct(np.array(["a", "b"]), np.array(["a", "a"]))
    array([ True, False])
    """
    if np.shape(y) != np.shape(y_pred):
        raise ValueError(f"y has shape {np.shape(y)} and y_pred {np.shape(y_pred)}; they must be equal")
    return np.equal(y, y_pred)


def wilson_interval(successes, n, confidence):
    r"""Interval for the probability of success p after a number of successes in n independent trials (Wilson's score).

    successes : integer, or array of them, from 0 to n;  n : trials > 0;  confidence : e.g. 0.95.
    Returns (low, high): the p at which the observed fraction $\hat p$ is exactly z standard deviations
    $\sqrt{p(1-p)/n}$ away, where a normal variable is within $\pm z$ with this confidence. It covers the true p with
    about this probability on average, also for few successes or failures, but less for some p.

    >>> low, high = wilson_interval(10, 10, confidence=0.95)  # ten of ten does not mean always
    >>> round(float(low), 4), float(high)
    (0.7225, 1.0)
    """
    p, z = np.asarray(successes) / n, ndtri((1 + confidence) / 2)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)  # the two roots of (p̂ - p)² = z² p(1 - p)/n
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return np.where(p > 0, centre - half, 0.0), np.where(p < 1, centre + half, 1.0)


def clopper_pearson_interval(successes, n, confidence):
    r"""Exact interval for the probability of success p after a number of successes in n independent trials.

    successes : integer, or array of them, from 0 to n;  n : trials > 0;  confidence : e.g. 0.95.
    Returns (low, high): as many or more successes than observed have the probability (1 - confidence)/2 at p = low,
    and as many or fewer at p = high; low is 0 if there is no success, high is 1 if there is no failure.
    It covers every true p with at least this probability, and is wider than `wilson_interval`.

    >>> low, high = clopper_pearson_interval(10, 10, confidence=0.95)
    >>> round(float(low), 4), float(high)
    (0.6915, 1.0)
    """
    k, tail = np.asarray(successes, dtype=float), (1 - confidence) / 2
    low = betaincinv(np.maximum(k, 1), n - k + 1, tail)  # P(at least k successes | p) = I_p(k, n - k + 1)
    high = betaincinv(k + 1, np.maximum(n - k, 1), 1 - tail)
    return np.where(k > 0, low, 0.0), np.where(k < n, high, 1.0)


def confusion_matrix(y, y_pred, labels=None):
    """How often each class was taken for which.

    y : (n,) labels;  y_pred : (n,) predicted labels (ValueError for another shape);  labels : (K,) the classes in the
    order wanted, by default all that occur in y or y_pred, sorted; a sample whose label or predicted label is not
    among them is not counted.
    Returns integers (K, K): row i, column j counts the samples of class i that were predicted as j.

    >>> confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    array([[1, 1],
           [0, 2]])
    """
    correct(y, y_pred)  # the shapes
    labels = np.union1d(y, y_pred) if labels is None else np.asarray(labels)
    is_class, is_taken_for = (np.equal(np.asarray(given)[:, None], labels).astype(float) for given in (y, y_pred))
    return (is_class.T @ is_taken_for).astype(int)  # a count is a sum of products of zeros and ones


def bootstrap_scores(score, y, y_pred, repeats, rng):
    """A score on resampled test sets: the samples drawn with replacement, as many as there are.

    score : callable (y, y_pred) -> float;  y : (n,) labels;  y_pred : what the score takes with them, n rows of
    predicted labels, scores or probabilities;  repeats : number of resampled sets;  rng : numpy Generator.
    Returns (repeats,) scores; their standard deviation estimates the standard error of score(y, y_pred), their
    quantiles an interval. Whatever `score` raises, as for a set without positives, is raised.

    >>> y, y_pred = np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])
    >>> bootstrap_scores(accuracy_score, y, y_pred, 5, np.random.default_rng(0)).shape
    (5,)
    """
    draws = (rng.integers(len(y), size=len(y)) for _ in range(repeats))
    return np.array([score(y[draw], y_pred[draw]) for draw in draws])
