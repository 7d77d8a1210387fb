r"""Proper scores of predicted probabilities, with their errors: the log loss and the Brier score.

A score is proper if its expectation is least for the true probabilities: no other forecast does better on average.
Both are means over the samples, known to within $s/\sqrt n$.

Oracles: the expectations, entropy plus Kullback-Leibler divergence and $\sum_k (p_k - q_k)^2 + 1 - \sum_k q_k^2$;
scikit-learn.
Source: T. Gneiting, A. E. Raftery, J. Am. Stat. Assoc. 102 (2007) 359, section 3.
"""

import numpy as np


def log_loss(y, y_proba):
    r"""The log loss $-\frac1n \sum_i \ln p_i$ in nats, where $p_i$ is the probability given to the true class.

    y : (n,) true classes as integers 0 ... K-1;  y_proba : (n, K) predicted probabilities, or (n,) those of class 1
    where K = 2. Probabilities below 2.2e-16 (the machine epsilon) count as that, so that the loss is finite: a single
    sample that was called impossible adds 36/n. ValueError for classes that y_proba does not have.

    >>> print(f"{log_loss(np.array([0, 1]), np.array([0.5, 0.25])):.6f}")  # (ln 2 + ln 4) / 2
    1.039721
    """
    return float(np.mean(surprises(y, y_proba)))


def log_loss_with_error(y, y_proba):
    """The log loss in nats and its standard error.

    y : (n,) true classes of n >= 2 independent samples;  y_proba : (n, K) or (n,), as in `log_loss`.
    Returns (log loss, standard error of this mean).

    >>> log_loss_with_error(np.array([0, 1, 1]), np.full((3, 2), 0.5))
    (0.6931471805599453, 0.0)
    """
    terms = surprises(y, y_proba)
    return float(terms.mean()), float(terms.std(ddof=1) / np.sqrt(len(terms)))


def surprises(y, y_proba):
    r"""What each sample adds to the log loss: $-\ln p_i$ in nats, (n,).

    y : (n,) true classes as integers;  y_proba : (n, K) or (n,) probabilities, as in `log_loss`.

    >>> surprises(np.array([1, 0]), np.array([[0.5, 0.5], [0.25, 0.75]]))
    array([0.69314718, 1.38629436])
    """
    P, rows = class_probabilities(y, y_proba), np.arange(len(y))
    return -np.log(np.maximum(P[rows, np.asarray(y, dtype=int)], np.finfo(float).eps))


def brier_score_loss(y, y_proba):
    r"""The Brier score, the mean squared error of probabilities.

    y : (n,) true classes as integers 0 ... K-1;  y_proba : (n, K), or (n,) the probability of class 1 where K = 2.
    Returns $\frac1n \sum_i (p_i - y_i)^2$ for (n,), from 0 to 1; $\frac1n \sum_i \sum_k (p_{ik} - [y_i = k])^2$ for
    (n, K), from 0 to 2: for two classes twice the former.

    >>> brier_score_loss(np.array([0, 1]), np.array([0.5, 1.0]))
    0.125
    """
    return float(np.mean(brier_terms(y, y_proba)))


def brier_score_loss_with_error(y, y_proba):
    """The Brier score and its standard error.

    y : (n,) true classes of n >= 2 independent samples;  y_proba : (n, K) or (n,), as in `brier_score_loss`.
    Returns (Brier score, standard error of this mean).

    >>> brier_score_loss_with_error(np.array([0, 1]), np.array([0.5, 1.0]))
    (0.125, 0.125)
    """
    terms = brier_terms(y, y_proba)
    return float(terms.mean()), float(terms.std(ddof=1) / np.sqrt(len(terms)))


def brier_terms(y, y_proba):
    """What each sample adds to the Brier score, (n,).

    y : (n,) true classes as integers;  y_proba : (n, K) or (n,) probabilities, as in `brier_score_loss`.

    >>> brier_terms(np.array([0, 1]), np.array([[0.5, 0.5], [0.0, 1.0]]))
    array([0.5, 0. ])
    """
    P = class_probabilities(y, y_proba)
    squares = (P - (np.asarray(y)[:, None] == np.arange(P.shape[1]))) ** 2
    return squares[:, 1] if np.ndim(y_proba) == 1 else squares.sum(axis=1)


def class_probabilities(y, y_proba):
    """Probabilities as (n, K), whether given so or, for K = 2, as those of class 1 alone.

    y : (n,) true classes, which must be integers 0 ... K-1;  y_proba : (n, K) or (n,), from 0 to 1.
    ValueError for another class, length or range.

    >>> class_probabilities(np.array([1]), np.array([0.75]))
    array([[0.25, 0.75]])
    """
    y, P = np.asarray(y), np.asarray(y_proba, dtype=float)
    if len(y) != len(P):
        raise ValueError(f"y has {len(y)} samples and y_proba {len(P)}; they must be equal")
    if not (P.min() >= 0 and P.max() <= 1):
        raise ValueError(f"y_proba goes from {P.min():.6g} to {P.max():.6g}; probabilities are from 0 to 1")
    P = np.column_stack([1 - P, P]) if P.ndim == 1 else P
    if not np.isin(y, np.arange(P.shape[1])).all():
        raise ValueError(f"y holds the classes {np.unique(y)}; those of y_proba are 0 to {P.shape[1] - 1}")
    return P
