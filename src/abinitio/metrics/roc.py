r"""The receiver operating characteristic of a score, the area under it, and the area's error.

Labels are 0 and 1 (or booleans), 1 the positive class; ValueError for others. The area is the probability that a random
positive scores higher than a random negative, a mean over pairs and not over samples: its variance, after DeLong, is
that of the positives' placements among the negatives plus that of the negatives' among the positives.

Oracles: $\Phi(\Delta/\sqrt2)$, the area for two Gaussians a distance $\Delta\sigma$ apart; the sum over pairs; the
scatter of the area over repeated test sets; scikit-learn.
Sources: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988) 837; X. Sun, W. Xu, IEEE Signal
Process. Lett. 21 (2014) 1389 (sorting in place of pairs: n log n).
"""

import numpy as np


def roc_curve(y, score):
    """The receiver operating characteristic: the rates of false and true positives at every threshold.

    y : (n,) labels 0 or 1, both present;  score : (n,) numbers, larger for what looks like 1.
    Returns (false_positive_rate, true_positive_rate, threshold), each (m + 1,) for m different scores: the parts of the
    samples of class 0 and of class 1 with a score >= threshold. The thresholds are infinity, where both rates are 0,
    then the different scores, falling. Equal scores cross the threshold together.

    >>> roc_curve(np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8]))
    (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]), array([inf, 0.8, 0.4, 0.1]))
    """
    positive = both_classes(y)
    order = np.argsort(score)[::-1]
    threshold, true = score[order], np.cumsum(positive[order])
    last = np.append(np.flatnonzero(np.diff(threshold)), len(threshold) - 1)  # of each group of equal scores
    true, false = true[last], last + 1 - true[last]
    rate = lambda counts: np.append(0, counts) / counts[-1]
    return rate(false), rate(true), np.append(np.inf, threshold[last])


def roc_auc_score(y, score):
    r"""The area under the ROC curve: how often a positive sample scores higher than a negative one.

    y : (n,) labels 0 or 1, both present;  score : (n,) numbers, larger for what looks like 1.
    Returns $\frac{1}{n_1 n_0} \sum_{i \in 1} \sum_{j \in 0} [s_i > s_j] + \frac12 [s_i = s_j]$, a float: 1 for perfect
    order, 1/2 for chance.

    >>> roc_auc_score(np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8]))
    0.875
    """
    positive = both_classes(y)
    return float(placements(score[positive], score[~positive]).mean())


def roc_auc_score_with_error(y, score):
    """The area under the ROC curve and its standard error after DeLong.

    y : (n,) labels 0 or 1 of independent samples, at least two of each class;  score : (n,) numbers.
    Returns (area, standard error). The error is 0 for perfect order, which says little for few samples.

    >>> roc_auc_score_with_error(np.array([0, 0, 1, 1]), np.array([1.0, 3.0, 2.0, 4.0]))
    (0.75, 0.3535533905932738)
    """
    areas, covariance = roc_auc_covariance(y, np.asarray(score)[None, :])
    return float(areas[0]), float(np.sqrt(covariance[0, 0]))


def roc_auc_covariance(y, scores):
    r"""The areas under several classifiers' ROC curves on the same samples, and their covariance after DeLong.

    y : (n,) labels 0 or 1 of independent samples, at least two of each class;  scores : (m, n), one row a classifier.
    With the placements $V_i$ of each positive among the negatives, and 1 minus those of each negative among the
    positives, the covariance is $S_1/n_1 + S_0/n_0$ with their sample covariance matrices $S_1$, $S_0$.
    Returns (areas (m,), covariance (m, m)); two classifiers differ by $a_1 - a_2 \pm \sqrt{C_{11} + C_{22} - 2C_{12}}$.

    >>> areas, C = roc_auc_covariance(np.array([0, 0, 1, 1]), np.array([[1.0, 3.0, 2.0, 4.0], [1.0, 3.0, 2.0, 4.0]]))
    >>> bool(C[0, 0] + C[1, 1] - 2 * C[0, 1] == 0)  # twice the same
    True
    """
    positive = both_classes(y)
    if min(positive.sum(), (~positive).sum()) < 2:
        raise ValueError("DeLong's error needs at least two samples of each class; give more samples")
    ones, zeros = scores[:, positive], scores[:, ~positive]
    V1 = np.array([placements(one, zero) for one, zero in zip(ones, zeros)])
    V0 = 1 - np.array([placements(zero, one) for one, zero in zip(ones, zeros)])
    covariance = np.cov(V1) / V1.shape[1] + np.cov(V0) / V0.shape[1]
    return V1.mean(axis=1), covariance.reshape(len(scores), len(scores))


def placements(x, sample):
    """Where each x lies in a sample: the fraction of the sample that is smaller, equal ones counted half.

    x : (m,) numbers;  sample : (n,) numbers.  Returns (m,), from 0 to 1.

    >>> placements(np.array([0.0, 2.0, 5.0]), np.array([1.0, 2.0, 2.0, 3.0]))
    array([0. , 0.5, 1. ])
    """
    sample, order = np.sort(sample), np.argsort(x)  # sorted queries, since neighbours then share the processor's cache
    below, not_above = (np.searchsorted(sample, x[order], side) for side in ("left", "right"))
    fractions = np.empty(len(x))
    fractions[order] = (below + not_above) / (2 * len(sample))
    return fractions


def both_classes(y):
    """The labels y, (n,), 0 or 1, as booleans; ValueError if they are others or only one of the two occurs.

    >>> both_classes(np.array([0, 1, 1]))
    array([False,  True,  True])
    """
    y = np.asarray(y)
    positive, negative = y == 1, y == 0
    if not (positive.any() and negative.any() and np.all(positive | negative)):
        raise ValueError(f"y holds {np.unique(y)}; both 0 and 1 must occur, and nothing else: y > 0 for labels ±1")
    return positive
