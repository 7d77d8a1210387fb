r"""Many classes from machines that know two: one against one with votes, or one against the rest.

K classes have $K(K - 1)/2$ pairs. A machine for each pair decides between its two classes only, and the class with
most votes wins. Pairs are in the order (0, 1), (0, 2), ..., (0, K-1), (1, 2), ..., (K-2, K-1), and a positive score is
for the first class of the pair: the convention of `SVC.decision_function` with decision_function_shape="ovo" for K > 2
(for two classes a positive score of an SVC is for class 1, and in a OneVsOneClassifier always for the second class:
turn the sign).

Oracles: votes by hand; scikit-learn's SVC, predictions and continuous votes to the last bit.
Sources: S. Knerr, L. Personnaz, G. Dreyfus in "Neurocomputing" (1990) 41; J. Friedman, "Another approach to
polychotomous classification" (1996); C.-W. Hsu, C.-J. Lin, IEEE Trans. Neural Netw. 13 (2002) 415.
"""

from itertools import combinations

import numpy as np


def one_vs_one_votes(scores, K):
    r"""The class with most votes, of K classes, at m samples that the machines of all pairs have scored.

    scores : (m, K(K-1)/2), a column for each pair (i, j), i < j, in the order (0, 1), (0, 2), ..., (K-2, K-1);
    a score > 0 is a vote for class i, a score <= 0 for class j;  K : int >= 2, number of classes.
    Returns (m,) integers 0 ... K-1; of several classes with equally many votes the one with the smallest number.

    >>> one_vs_one_votes(np.array([[0.1, 0.2, -0.3], [-0.1, 5.0, 0.2], [1.0, -1.0, 1.0]]), 3)  # the last: one vote each
    array([0, 1, 0])
    """
    votes = np.zeros((len(scores), K), dtype=int)
    for score, (i, j) in zip(scores.T, combinations(range(K), 2)):
        votes[:, i] += score > 0
        votes[:, j] += score <= 0
    return votes.argmax(axis=1)  # the first of the largest


def one_vs_one_decision(scores, K):
    r"""The votes of all pairs for each class, plus a fraction in (-1/3, 1/3) that tells how sure they were.

    With the sum c of the scores in favour of a class less those against it, the fraction is $c/(3(|c| + 1))$: it can
    break a tie and never turns a difference of one vote.
    scores : (m, K(K-1)/2) as in `one_vs_one_votes`; here a score of exactly 0 is a vote for the *first* class of its
    pair, as in scikit-learn;  K : int >= 2, number of classes.
    Returns (m, K): scikit-learn's `SVC.decision_function` with decision_function_shape="ovr", whose largest entry is
    the prediction if break_ties=True.

    >>> one_vs_one_decision(np.array([[1.0, -1.0, 3.0]]), 3).round(3)  # one vote each; c = 0, 2, -2
    array([[1.   , 1.222, 0.778]])
    """
    votes, sums = np.zeros((len(scores), K)), np.zeros((len(scores), K))
    for score, (i, j) in zip(scores.T, combinations(range(K), 2)):
        votes[:, i] += score >= 0
        votes[:, j] += score < 0
        sums[:, i] += score
        sums[:, j] -= score
    return votes + sums / (3 * (np.abs(sums) + 1))


def one_vs_rest_labels(y, K):
    r"""The labels of K problems of two classes each: class k, +1, against all others, -1.

    y : (n,) integers 0 ... K-1;  K : int >= 2, number of classes.
    Returns (n, K) integers: column k is +1 where y = k and -1 elsewhere.

    >>> one_vs_rest_labels(np.array([0, 2, 1]), 3)
    array([[ 1, -1, -1],
           [-1, -1,  1],
           [-1,  1, -1]])
    """
    return np.where(y[:, None] == np.arange(K), 1, -1)
