r"""Covariances with parameters that the data may choose: what all of them share, sums, products, constants, noise.

The parameters are positive and enter by their logarithms $\theta$. A kernel gives its values, alone or expanded by
their derivatives in $\theta$, for a block of rows and columns: a sum adds them, a product follows the product rule.
Names, defaults and the order of $\theta$ are those of `sklearn.gaussian_process.kernels`.

Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), sections 4.2.4 and 5.4.
"""

import copy
from itertools import chain

import numpy as np


class Kernel:
    """Base of covariances with parameters; `+` and `*` combine them, also with numbers and with plain kernels.

    A subclass has `values(X, Y, same)` (m, n), `expand(X, Y, same)`, which returns the values and an iterable of their
    derivatives, one (m, n) for each entry of theta (all may be smaller where they broadcast), and `diag(X)` (n,).
    `same` says that the rows of X are the first of Y, sample by sample: entry (i, i) belongs to one measurement.
    Its parameters are named in `parameters`; each may be a number or (d,), one a feature, with `<name>_bounds` beside.
    """

    parameters = ()

    @property
    def theta(self):
        """Logarithms of the free parameters, (p,)."""
        return np.log(np.concatenate([np.empty(0), *(np.atleast_1d(getattr(self, n)) for n in self._free())]))

    @property
    def bounds(self):
        """Lower and upper bounds of theta, (p, 2)."""
        pairs = [np.broadcast_to(getattr(self, f"{n}_bounds"), (np.size(getattr(self, n)), 2)) for n in self._free()]
        return np.log(np.concatenate([np.empty((0, 2)), *pairs]))

    def clone_with_theta(self, theta):
        """The same kernel with the free parameters exp(theta), theta : (p,)."""
        new, start, values = copy.copy(self), 0, np.exp(theta)
        for name in self._free():
            size, old = np.size(getattr(self, name)), getattr(self, name)
            setattr(new, name, values[start : start + size] if np.ndim(old) else float(values[start]))
            start += size
        return new

    def __call__(self, X, Y=None):
        """The covariances (m, n) of X (m, d) and Y (n, d); without Y those of measurements at X, noise included."""
        X = np.asarray(X, dtype=float)
        K = self.values(X, X, True) if Y is None else self.values(X, np.asarray(Y, dtype=float), False)
        return np.array(np.broadcast_to(K, (len(X), len(X if Y is None else Y))))

    def gradients(self, X):
        """The derivatives of the covariances of X (n, d) in theta, (p, n, n)."""
        X = np.asarray(X, dtype=float)
        found = [np.broadcast_to(dK, (len(X), len(X))) for dK in self.expand(X, X, True)[1]]
        return np.array(found).reshape(-1, len(X), len(X))

    def _free(self):
        return [name for name in self.parameters if not isinstance(getattr(self, f"{name}_bounds"), str)]

    def _set(self, **parameters):
        """Store the parameters and their bounds; ValueError where they are not positive, or the bounds cross."""
        for name, value in parameters.items():
            valid = _is_bounds(value) if name.endswith("_bounds") else _is_positive(value)
            if not valid:
                rule = "(lowest, highest), both > 0, or 'fixed'" if name.endswith("_bounds") else "> 0"
                raise ValueError(f"{name} = {value!r} of {type(self).__name__} must be {rule}")
            setattr(self, name, value)

    def __add__(self, other):
        return Sum(self, as_kernel(other))

    def __radd__(self, other):
        return Sum(as_kernel(other), self)

    def __mul__(self, other):
        return Product(self, as_kernel(other))

    def __rmul__(self, other):
        return Product(as_kernel(other), self)

    def __repr__(self):
        shown = (f"{n}={np.array2string(np.asarray(getattr(self, n)), precision=4)}" for n in self.parameters)
        return f"{type(self).__name__}({', '.join(shown)})"


def _is_positive(value):
    return not isinstance(value, str) and bool(np.all(np.asarray(value, dtype=float) > 0))


def _is_bounds(value):
    if isinstance(value, str):
        return value == "fixed"
    pairs = np.asarray(value, dtype=float)
    return pairs.shape[-1:] == (2,) and _is_positive(pairs) and bool(np.all(pairs[..., 0] <= pairs[..., 1]))


def as_kernel(thing):
    """A `Kernel` from one (as it is), from a number (a `ConstantKernel`) or from a plain kernel (`FixedKernel`).

    thing : any of these.  TypeError for anything else, scikit-learn's kernel objects included: ours have their names.

    >>> as_kernel(2.0)
    ConstantKernel(constant_value=2.)
    """
    if isinstance(thing, Kernel):
        return thing
    if isinstance(thing, int | float | np.number):
        return ConstantKernel(float(thing))
    if callable(thing) and not hasattr(thing, "theta"):
        return FixedKernel(thing)
    raise TypeError(
        f"{thing!r} is not a kernel; take one of abinitio.gaussian_process.kernels, a number, or a function (X, Y) -> K"
    )


class ConstantKernel(Kernel):
    """The constant kernel c: a constant function of variance c; as a factor, the variance of what it multiplies.

    constant_value : c > 0;  constant_value_bounds : (lowest, highest), or "fixed".

    >>> ConstantKernel(2.0)(np.zeros((1, 1)), np.zeros((2, 1)))
    array([[2., 2.]])
    """

    parameters = ("constant_value",)

    def __init__(self, constant_value=1.0, constant_value_bounds=(1e-5, 1e5)):
        self._set(constant_value=constant_value, constant_value_bounds=constant_value_bounds)

    def values(self, X, Y, same):
        """The constant, (1, 1)."""
        return np.array([[self.constant_value]], dtype=float)

    def expand(self, X, Y, same):
        """The constant, and its derivative in log c, which is c."""
        c = self.values(X, Y, same)
        return c, [c for _ in self._free()]

    def diag(self, X):
        """c for each row of X, (n,)."""
        return np.full(len(X), float(self.constant_value))


class WhiteKernel(Kernel):
    r"""Noise: covariance $\sigma^2$ of a measurement with itself, 0 between any two, even at the same point.

    noise_level : the variance $\sigma^2 > 0$, in the unit of y squared;  noise_level_bounds : (lowest, highest), or
    "fixed".

    >>> WhiteKernel(2.0)(np.zeros((2, 1)))
    array([[2., 0.],
           [0., 2.]])
    """

    parameters = ("noise_level",)

    def __init__(self, noise_level=1.0, noise_level_bounds=(1e-5, 1e5)):
        self._set(noise_level=noise_level, noise_level_bounds=noise_level_bounds)

    def values(self, X, Y, same):
        """The variance where X and Y are the same measurements, else 0; (m, n)."""
        if not same:
            return np.zeros((1, 1))
        K = np.zeros((len(X), len(Y)))
        np.fill_diagonal(K, self.noise_level)
        return K

    def expand(self, X, Y, same):
        """The values, which are their own derivative in the logarithm of the variance."""
        K = self.values(X, Y, same)
        return K, [K for _ in self._free()]

    def diag(self, X):
        """The variance for each row of X, (n,)."""
        return np.full(len(X), float(self.noise_level))


class FixedKernel(Kernel):
    """A plain kernel, without parameters to choose.

    function : callable (X, Y) -> (m, n), such as those of `abinitio.kernels`, alone or as their sums and products.

    >>> FixedKernel(lambda X, Y: X @ Y.T)(np.ones((1, 2)))
    array([[2.]])
    """

    def __init__(self, function):
        self.function = function

    def values(self, X, Y, same):
        """The function's values, (m, n)."""
        return self.function(X, Y)

    def expand(self, X, Y, same):
        """The values, and no derivatives."""
        return self.function(X, Y), ()

    def diag(self, X):
        """k(x, x) of each row of X, (n,)."""
        parts = (X[i : i + 50] for i in range(0, len(X), 50))  # the diagonals of small squares
        return np.concatenate([np.diag(self.function(part, part)) for part in parts]).astype(float)

    def __repr__(self):
        return f"FixedKernel({getattr(self.function, '__name__', type(self.function).__name__)})"


class Pair(Kernel):
    """A kernel made of two.  k1, k2 : kernels; the theta of k1 comes first."""

    def __init__(self, k1, k2):
        self.k1, self.k2 = k1, k2

    @property
    def theta(self):
        """Logarithms of the free parameters, (p,)."""
        return np.concatenate([self.k1.theta, self.k2.theta])

    @property
    def bounds(self):
        """Lower and upper bounds of theta, (p, 2)."""
        return np.concatenate([self.k1.bounds, self.k2.bounds])

    def clone_with_theta(self, theta):
        """The same kernel with the free parameters exp(theta), theta : (p,)."""
        first = len(self.k1.theta)
        return type(self)(self.k1.clone_with_theta(theta[:first]), self.k2.clone_with_theta(theta[first:]))


class Sum(Pair):
    """The covariance of a sum of two independent processes: $k_1 + k_2$, which are k1 and k2.

    >>> (ConstantKernel(2.0) + WhiteKernel(1.0))(np.zeros((2, 1)))
    array([[3., 2.],
           [2., 3.]])
    """

    def values(self, X, Y, same):
        """The sum of both, (m, n)."""
        return self.k1.values(X, Y, same) + self.k2.values(X, Y, same)

    def expand(self, X, Y, same):
        """The sum, and the derivatives of k1, then those of k2."""
        (K1, dK1), (K2, dK2) = self.k1.expand(X, Y, same), self.k2.expand(X, Y, same)
        return K1 + K2, chain(dK1, dK2)

    def diag(self, X):
        """The sum of both, (n,)."""
        return self.k1.diag(X) + self.k2.diag(X)

    def __repr__(self):
        return f"{self.k1} + {self.k2}"


class Product(Pair):
    """The product of two kernels, entry by entry: $k_1 k_2$, which are k1 and k2.

    >>> (ConstantKernel(2.0) * WhiteKernel(3.0))(np.zeros((2, 1)))
    array([[6., 0.],
           [0., 6.]])
    """

    def values(self, X, Y, same):
        """The product of both, (m, n)."""
        return self.k1.values(X, Y, same) * self.k2.values(X, Y, same)

    def expand(self, X, Y, same):
        """The product, and the derivatives of k1 times k2, then those of k2 times k1."""
        (K1, dK1), (K2, dK2) = self.k1.expand(X, Y, same), self.k2.expand(X, Y, same)
        return K1 * K2, chain((dK * K2 for dK in dK1), (K1 * dK for dK in dK2))

    def diag(self, X):
        """The product of both, (n,)."""
        return self.k1.diag(X) * self.k2.diag(X)

    def __repr__(self):
        bracketed = lambda k: f"({k})" if isinstance(k, Sum) else f"{k}"
        return f"{bracketed(self.k1)} * {bracketed(self.k2)}"
