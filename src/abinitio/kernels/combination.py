r"""Kernels out of kernels: sums, products and positive multiples are kernels again.

The features of a sum are those of its terms, side by side; the features of a product are all products of a feature of
one factor with a feature of the other (I. Schur: the entrywise product of positive semidefinite matrices is one).
A kernel is a callable (X, Y) -> (m, n), as in `kernel_matrix`.

>>> from functools import partial
>>> from abinitio.kernels.functions import gaussian_kernel, periodic_kernel
>>> drift, tide = partial(gaussian_kernel, gamma=0.5), partial(periodic_kernel, length=1.0, period=12.42)
>>> kernel = sum_kernel(product_kernel(4.0, drift), tide)  # in hours; a drift of variance 4, a tide of variance 1
>>> kernel(np.array([[0.0]]), np.array([[0.0], [12.42]])).round(6)
array([[5., 1.]])
"""

from functools import partial, reduce

import numpy as np


def sum_kernel(*kernels):
    r"""The kernel $k_1(x, x') + k_2(x, x') + \dots$; a sum of independent Gaussian processes has it.

    kernels : callables (X, Y) -> (m, n), and numbers c >= 0, which stand for the constant kernel c.
    Returns a callable (X, Y) -> (m, n), which can be copied and pickled where its parts can.

    >>> sum_kernel(1.0, lambda X, Y: X @ Y.T)(np.array([[2.0]]), np.array([[3.0], [0.0]]))
    array([[7., 1.]])
    """
    return partial(_combined, operation=np.add, kernels=_checked(kernels))


def product_kernel(*kernels):
    r"""The kernel $k_1(x, x')\, k_2(x, x') \cdots$.

    kernels : callables (X, Y) -> (m, n), and numbers c >= 0, which stand for the constant kernel c.
    Returns a callable (X, Y) -> (m, n), which can be copied and pickled where its parts can.

    >>> product_kernel(2.0, lambda X, Y: X @ Y.T)(np.array([[2.0]]), np.array([[3.0], [0.0]]))
    array([[12.,  0.]])
    """
    return partial(_combined, operation=np.multiply, kernels=_checked(kernels))


def _combined(X, Y, operation, kernels):
    return reduce(operation, (k(X, Y) if callable(k) else np.full((len(X), len(Y)), float(k)) for k in kernels))


def _checked(kernels):
    if not kernels:
        raise ValueError("no kernel was given; name at least one")
    for k in kernels:
        if not callable(k) and not k >= 0:
            raise ValueError(f"the constant kernel {k!r} is negative; only numbers >= 0 are kernels")
    return kernels
