r"""The pocket algorithm: walk like the perceptron, and keep in the pocket the best weights that were met.

Best is what makes the fewest errors on the training samples, so the errors of the pocket never rise (the "ratchet").
All weights that the walk comes to are counted on all n samples: n d operations for each mistake, many weights at a
time as one product of matrices. (Gallant counts only those that have been right for long, which is cheaper.)

Oracles: the best of all weights met, by counting; the fewest errors possible on a line, by enumeration.
Source: S. I. Gallant, "Perceptron-based learning algorithms", IEEE Trans. Neural Netw. 1 (1990) 179.
"""

from itertools import islice

import numpy as np

from abinitio.linear_model.perceptron import Perceptron, perceptron_walk

BATCH = 64  # weights counted together: enough for a matrix product to be fast, and (n, 64) scores in memory


def pocket_perceptron_walk(X, y, w, rng):
    r"""The best weights so far on a perceptron's walk (endless generator).

    X : (n, d) samples;  y : (n,) labels, -1 or +1;  w : (d,) weights to start from, the first in the pocket;
    rng : numpy Generator, for the walk `perceptron_walk`.
    Weights of the walk that are wrong ($y_i\, x_i^\top w \le 0$) for fewer of the n samples than those in the pocket
    replace them; equally good ones do not.
    Yields the weights in the pocket, (d,), after every sample of the walk.

    >>> X, y = np.array([[1.0], [2.0], [-1.0]]), np.array([1, 1, 1])  # one of the three is wrong at best
    >>> walk = pocket_perceptron_walk(X, y, np.zeros(1), np.random.default_rng(0))
    >>> bool([next(walk) for _ in range(6)][-1] > 0)
    True
    """
    pocket, fewest, last = w, np.sum(y * (X @ w) <= 0), w
    for visited in perceptron_walk(X, y, w, rng):
        if visited is not last and (wrong := np.sum(y * (X @ visited) <= 0)) < fewest:
            pocket, fewest = visited, wrong
        last = visited
        yield pocket


class PocketPerceptron(Perceptron):
    """The perceptron that keeps the weights with the fewest training errors that it met; else as `Perceptron`.

    Errors count with the weights of their samples and classes. For more than two classes every one-against-the-rest
    problem has its own pocket.

    >>> X, y = [[0.0], [1.0], [3.0], [4.0]], ["low", "low", "high", "high"]
    >>> PocketPerceptron().fit(X, y).predict([[0.5], [3.5]])
    array(['low', 'high'], dtype='<U4')
    """

    def _kept(self, walk, X, y, rates):
        pocket, fewest = None, np.inf
        while batch := list(islice(walk, BATCH)):
            W = np.stack([w for _, w, _ in batch])
            wrong = rates @ (y[:, None] * (X @ W.T) <= 0)
            best = wrong.argmin()
            if wrong[best] < fewest:
                pocket, fewest = W[best], wrong[best]
            yield batch[-1][0], pocket
