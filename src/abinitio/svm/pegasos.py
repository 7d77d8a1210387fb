r"""Pegasos: the soft-margin support-vector machine by subgradients of a few samples at a time.

In the units of $F(w, b) = \frac12 |w|^2 + \sum_i C_i \max(0, 1 - y_i (x_i \cdot w + b))$ the published step
$1/(\lambda t)$ with $\lambda = 1/(nC)$ is simply $1/t$: F has the curvature 1 of $\frac12 |w|^2$, and n/m times the
loss of m random samples has the loss of all n as its mean. With the step 1/t the weights after t steps are the plain
mean of the t pulls $\sum_i C_i y_i x_i$ of the samples that were inside their margin: the start is forgotten.

The intercept. F alone does not bend in the direction of b, and there a step 1/t has no guarantee. So b is the weight of
a constant feature of the height s = `intercept_scaling`: what is minimised is $F + b^2/2s^2$, a step moves b by $s^2$
times its derivative, and every theorem holds with $R^2 = \max_i |x_i|^2 + s^2$. s = 0 has no intercept; a large s
hardly penalises it, at the price of a larger R.
Source: S. Shalev-Shwartz, Y. Singer, N. Srebro, A. Cotter, Math. Program. 127 (2011) 3.
"""

import numpy as np

from abinitio.svm.hinge import hinge_subgradient


def pegasos_step(w, b, X, y, C, t, intercept_scaling):
    r"""The t-th step of Pegasos on the samples of one batch.

    w : (d,) coefficients;  b : float, intercept;  X : (m, d) features of the batch;  y : (m,) labels -1 or +1;
    C : float > 0 or (m,), the price of a unit of margin, already multiplied by n/m;
    t : int >= 1, the number of the step, whose length is 1/t;  intercept_scaling : float >= 0, the height s of the
    constant feature whose weight gives b: the penalty on b is $b^2/2s^2$, and with s = 0 it stays 0.
    Returns (w, b) after the step.

    >>> X, y = np.array([[1.0], [-2.0]]), np.array([1, -1])
    >>> w, b = pegasos_step(np.array([9.0]), 0.0, X, y, C=0.25, t=1, intercept_scaling=1.0)
    >>> w, float(b)  # both samples are outside their margin, and the penalty alone pulls w to 0 in the first step
    (array([0.]), 0.0)
    """
    dw, db = hinge_subgradient(w, b, X, y, C)
    return w - dw / t, b - (b + intercept_scaling**2 * db) / t


def pegasos(X, y, C, rng, batch=1, intercept_scaling=1.0):
    r"""The walk of Pegasos from w = 0, b = 0 (endless generator).

    X : (n, d) features;  y : (n,) labels -1 or +1;  C : float > 0, the price of a unit of margin, or (n,);
    rng : numpy Generator, which draws the batches;  batch : int, samples in a batch, drawn anew for every step,
    without replacement; with n the walk is not random;
    intercept_scaling : float >= 0, the s of the penalty $b^2/2s^2$ on the intercept; with 0 there is no intercept.
    Yields (w, b), (d,) and a number: first the start, then the state after every step t = 1, 2, ... of length 1/t.

    >>> walk = pegasos(np.array([[1.0], [-2.0]]), np.array([1, -1]), 0.25, np.random.default_rng(0), batch=2)
    >>> [next(walk)[0].tolist() for _ in range(3)]
    [[0.0], [0.75], [0.5]]
    """
    n, d = X.shape
    prices, w, b, t = np.broadcast_to(C, n), np.zeros(d), 0.0, 0
    while True:
        yield w, b
        t += 1
        drawn = rng.choice(n, size=batch, replace=False) if batch < n else np.arange(n)
        w, b = pegasos_step(w, b, X[drawn], y[drawn], prices[drawn] * (n / batch), t, intercept_scaling)


def averaged(walk):
    r"""The mean of all states of a walk so far: what Pegasos's bound is about, and much steadier than the last one.

    walk : iterable of states (w, b).
    Yields (w, b), after every state the mean of it and all before.

    >>> [(w.tolist(), b) for w, b in averaged([(np.array([0.0]), 0.0), (np.array([4.0]), 1.0)])]
    [([0.0], 0.0), ([2.0], 0.5)]
    """
    w_mean, b_mean = 0.0, 0.0
    for t, (w, b) in enumerate(walk, start=1):
        w_mean, b_mean = w_mean + (w - w_mean) / t, b_mean + (b - b_mean) / t
        yield w_mean, b_mean


def pegasos_bound(X, C, steps, intercept_scaling=1.0):
    r"""The bound on $F + b^2/2s^2$ above its minimum for the mean of the first T states of Pegasos, in expectation.

    X : (n, d) features;  C : float > 0 or (n,);  steps : int T >= 1, or an array of them, states averaged over;
    intercept_scaling : float >= 0, the s of `pegasos`.
    No subgradient of a batch is longer than $G = 2 n \max_i C_i\, R$ with $R^2 = \max_i |x_i|^2 + s^2$, and the bound
    is $G^2 (1 + \log T)/2T$; with all samples in the batch it holds without the expectation.
    Returns a number, or an array of the shape of `steps`.

    >>> float(pegasos_bound(np.array([[1.0], [-2.0]]), 0.25, steps=1, intercept_scaling=0.0))
    2.0
    """
    longest = (X**2).sum(axis=1).max() + intercept_scaling**2
    return 2 * (len(X) * np.max(C)) ** 2 * longest * (1 + np.log(steps)) / steps
