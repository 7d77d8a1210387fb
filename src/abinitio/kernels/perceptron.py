r"""The kernel perceptron: Rosenblatt's rule in the features of a kernel.

The perceptron's weights are a sum of the samples it was wrong on, $w = \sum_i a_i\, \varphi(x_i)$, so that all it needs
is $x_j^\top w \to \sum_i a_i\, k(x_j, x_i)$, and a mistake on sample i adds its label to $a_i$: |a_i| counts mistakes.
Samples that the features separate with a margin $\gamma$ cost at most $R^2/\gamma^2$ mistakes, $R^2 = \max_i k(x_i,
x_i)$, however many features there are.

Time n for a mistake and nothing for a visit, once the kernel matrix ($8 n^2$ bytes) is there.
Source: M. A. Aizerman, E. M. Braverman, L. I. Rozonoer, Autom. Remote Control 25 (1964) 821.
"""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from abinitio._core.random import as_generator
from abinitio.kernels.classification import KernelClassifier


def kernel_perceptron_step(a, K, y, i):
    r"""The perceptron's coefficients after it has seen sample i.

    a : (n,) coefficients before;  K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) labels, -1 or +1;  i : integer.
    If $y_i \sum_j a_j K_{ij} > 0$ the sample is right and the coefficients stay as they are; otherwise (0 included) it
    is a mistake and $y_i$ is added to $a_i$.
    Returns the coefficients after, (n,); a itself is not changed.

    >>> K, y = np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1, -1])
    >>> a = kernel_perceptron_step(np.zeros(2), K, y, 0)
    >>> a, kernel_perceptron_step(a, K, y, 1)
    (array([1., 0.]), array([ 1., -1.]))
    """
    if y[i] * (K[i] @ a) > 0:
        return a
    a = a.copy()
    a[i] += y[i]
    return a


def kernel_perceptron_walk(K, y, a, rng):
    """The kernel perceptron's walk through the samples, in a new random order in every epoch (endless generator).

    K : (n, n) kernel matrix;  y : (n,) labels, -1 or +1;  a : (n,) coefficients to start from (not itself yielded);
    rng : numpy Generator. Yields the coefficients, (n,), after every sample, n times an epoch.

    >>> walk = kernel_perceptron_walk(np.eye(2), np.array([1, -1]), np.zeros(2), np.random.default_rng(0))
    >>> [next(walk) for _ in range(3)][-1]  # after two mistakes there are none
    array([ 1., -1.])
    """
    while True:
        for i in rng.permutation(len(y)):
            a = kernel_perceptron_step(a, K, y, i)
            yield a


def kernel_perceptron_epoch(a, K, y, order):
    """The coefficients after one epoch of `kernel_perceptron_step`, which goes from mistake to mistake.

    a : (n,) coefficients before;  K : (n, n), symmetric;  y : (n,) labels, -1 or +1;
    order : integer array, the samples in the order of the visit.  Returns (n,); a itself where there is no mistake.

    >>> kernel_perceptron_epoch(np.zeros(2), np.eye(2), np.array([1, -1]), np.array([1, 0]))
    array([ 1., -1.])
    """
    margins, labels, t, start = y[order] * (K[order] @ a), y[order], 0, a
    while (wrong := np.flatnonzero(margins[t:] <= 0)).size:
        t += int(wrong[0])
        i = order[t]
        a = a.copy() if a is start else a
        a[i] += y[i]
        margins += y[i] * labels * K[i, order]
        t += 1
    return a


kernel_perceptron_step.fast = kernel_perceptron_epoch  # what an estimator runs where there is one, and else the step


class KernelPerceptron(KernelClassifier):
    """The kernel perceptron with scikit-learn's interface; more than two classes are learnt one against the rest.

    kernel, gamma, degree, coef0, kernel_params : as in `KernelRidge`;  fit_intercept : whether a constant feature 1 is
    added, that is, 1 to the kernel;  max_iter : epochs allowed; a ConvergenceWarning is given if the last one still had
    mistakes;  shuffle : a new random order in every epoch, or always that of the rows;
    random_state : seed or Generator of the orders.
    After fit: classes_ (c,);  support_ (s,), the samples with mistakes;  dual_coef_ (1, s) or (c, s), signed numbers of
    mistakes;  intercept_ (1,) or (c,);  X_fit_ (s, d);  n_iter_, epochs until there was no mistake.

    >>> ring, core = [[2.0, 0.0], [-2.0, 0.0], [0.0, 2.0], [0.0, -2.0]], [[0.5, 0.0], [-0.5, 0.0]]
    >>> model = KernelPerceptron(gamma=1.0).fit(ring + core, ["ring"] * 4 + ["core"] * 2)
    >>> model.predict([[0.0, 0.0], [1.4, 1.4]])
    array(['core', 'ring'], dtype='<U4')
    """

    def __init__(
        self,
        kernel="rbf",
        *,
        gamma=None,
        degree=3,
        coef0=1,
        kernel_params=None,
        fit_intercept=True,
        max_iter=1000,
        shuffle=True,
        random_state=0,
    ):
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.kernel_params = kernel_params
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state

    def fit(self, X, y):
        """Fit to X (n, d), or K (n, n) if precomputed, and labels y (n,); returns self."""
        if not self.max_iter >= 1:
            raise ValueError(f"max_iter is {self.max_iter}; at least one epoch is needed")
        X, codes, K = self._checked_data(X, y)
        K = K + 1.0 if self.fit_intercept else K
        ones = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        rng, self.n_iter_ = as_generator(self.random_state), 0
        a = np.stack([self._walk(K, np.where(codes == k, 1.0, -1.0), rng) for k in ones])
        self._set_expansion(X, a, a.sum(axis=1) if self.fit_intercept else np.zeros(len(a)))
        return self

    def _walk(self, K, y, rng):
        """The coefficients (n,) after the first epoch without a mistake, or after the last one allowed."""
        a, still = np.zeros(len(y)), np.arange(len(y))
        fast = getattr(kernel_perceptron_step, "fast", None)
        for epoch in range(1, self.max_iter + 1):
            self.n_iter_ = max(self.n_iter_, epoch)
            before, order = a, rng.permutation(len(y)) if self.shuffle else still
            if fast:
                a = fast(a, K, y, order)
            else:
                for i in order:
                    a = kernel_perceptron_step(a, K, y, i)
            if np.array_equal(a, before):
                break
        else:
            message = f"mistakes in every one of max_iter = {self.max_iter} epochs; raise it, or gamma"
            warnings.warn(message, ConvergenceWarning, stacklevel=4)
        return a
