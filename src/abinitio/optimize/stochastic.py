r"""Stochastic gradient descent: the gradient of a few samples in place of the gradient of all.

The mean over a random batch is an unbiased estimate of the mean over all n samples; its variance is that of one
sample's gradient over the batch size m, times $(n - m)/(n - 1)$ because the batch is drawn without replacement. With
a constant rate the walk ends in a stationary cloud around the minimum whose squared width grows with the rate.

Source: L. Bottou, F. E. Curtis, J. Nocedal, "Optimization methods for large-scale machine learning", SIAM Review 60
(2018) 223, sections 3.1 and 4.2.
"""


def minibatches(n, size, rng):
    """One epoch: all indices 0 ... n-1, each exactly once and in random order, in batches.

    n : int, number of samples;  size : int >= 1, samples in a batch (the last batch holds what remains);
    rng : numpy Generator, which makes one permutation of the n indices.
    Yields integer arrays of length `size`, the last one possibly shorter.

    >>> import numpy as np
    >>> [len(batch) for batch in minibatches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    order = rng.permutation(n)
    for start in range(0, n, size):
        yield order[start : start + size]


def stochastic_gradient_descent(gradient, w, n, size, rate, rng):
    r"""Minibatch gradient descent, as an endless generator of the weights after every step.

    gradient : callable, gradient(w, batch) -> array of w's shape, the gradient of the *mean* loss over the samples
    with the indices in the integer array batch;
    w : array, where the walk starts (not modified; not itself yielded);  n : int, number of samples;
    size : int, samples in a batch;  rng : numpy Generator that shuffles the samples anew for every epoch;
    rate : float, or callable rate(t) of the number t = 0, 1, 2, ... of steps taken.
    Yields $w_1, w_2, \dots$: ceil(n / size) steps an epoch.

    >>> import itertools
    >>> import numpy as np
    >>> x = np.array([1.0, 2.0, 3.0, 6.0])  # mean((w - x)²) is smallest at the mean of x, 3
    >>> gradient, rng = lambda w, batch: 2 * (w - x[batch]).mean(), np.random.default_rng(0)
    >>> walk = stochastic_gradient_descent(gradient, 0.0, 4, 1, lambda t: 0.5 / (t + 1), rng)
    >>> round(float(list(itertools.islice(walk, 4))[-1]), 12)  # one epoch at rate 1/(2t) is the running mean
    3.0
    """
    steps = 0
    while True:
        for batch in minibatches(n, size, rng):
            w = w - (rate(steps) if callable(rate) else rate) * gradient(w, batch)
            steps += 1
            yield w
