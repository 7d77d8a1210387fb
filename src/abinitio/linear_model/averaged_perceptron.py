r"""The averaged perceptron: the mean of all the weights on the perceptron's walk.

Weights that are right for long count for more than those that the next sample overthrows, so the mean is close to a
vote of all of them. On data that no plane separates the walk goes on for ever, and the mean settles.

Oracles: Bayes' error of two Gaussians; `sklearn.linear_model.SGDClassifier` with the perceptron's loss and average.
Source: Y. Freund, R. E. Schapire, "Large margin classification using the perceptron algorithm", Machine Learning 37
(1999) 277 (there beside the vote of all the weights).
"""

import numpy as np

from abinitio.linear_model.perceptron import Perceptron, perceptron_walk


def averaged_perceptron_walk(X, y, w, rng):
    r"""The mean of all the weights on a perceptron's walk so far, $\frac1t \sum_{s=1}^t w_s$ (endless generator).

    X : (n, d) samples;  y : (n,) labels, -1 or +1;  w : (d,) weights to start from, not part of the mean;
    rng : numpy Generator, for the walk `perceptron_walk`, whose weights after sample s are $w_s$.
    Yields the mean, (d,), after every sample.

    >>> walk = averaged_perceptron_walk(np.eye(1), np.array([1]), np.array([-1.0]), np.random.default_rng(0))
    >>> [next(walk).tolist() for _ in range(4)]  # of 0, 1, 1, 1
    [[0.0], [0.5], [0.6666666666666666], [0.75]]
    """
    total = np.zeros(len(w))
    for t, visited in enumerate(perceptron_walk(X, y, w, rng), start=1):
        total = total + visited
        yield total / t


class AveragedPerceptron(Perceptron):
    """The perceptron that keeps the mean of the weights after every visit to a sample; else as `Perceptron`.

    >>> X, y = [[0.0], [1.0], [3.0], [4.0]], ["low", "low", "high", "high"]
    >>> AveragedPerceptron().fit(X, y).predict([[0.5], [3.5]])
    array(['low', 'high'], dtype='<U4')
    """

    def _kept(self, walk, X, y, rates):
        total, visits = 0.0, 0
        for epoch, w, steps in walk:
            total, visits = total + steps * w, visits + steps
            yield epoch, total / max(visits, 1)
