r"""Kernels whose lengths and periods the data choose, with scikit-learn's names; `composition` has the rest.

With one length a feature (automatic relevance determination), $q = \sum_a (x_a - x'_a)^2 / l_a^2$ and a stationary
kernel is f(q); its derivative in $\log l_a$ is $-2 f'(q)\,(x_a - x'_a)^2 / l_a^2$. A length that the data drive to its
upper bound says that its feature does not matter.

Oracles: `abinitio.kernels.functions`; central differences; `sklearn.gaussian_process.kernels`.
Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), section 4.2 and 5.1.
"""

import numpy as np

from abinitio.gaussian_process.composition import ConstantKernel, FixedKernel, Kernel, Product, Sum, WhiteKernel
from abinitio.kernels.functions import linear_kernel

__all__ = [
    "RBF",
    "ConstantKernel",
    "DotProduct",
    "ExpSineSquared",
    "FixedKernel",
    "Kernel",
    "Matern",
    "Product",
    "RationalQuadratic",
    "Sum",
    "WhiteKernel",
]
BOUNDS = (1e-5, 1e5)


class Stationary(Kernel):
    """Base of the kernels f(q) with lengths: a subclass has `shape(q)`, which is f, and `slope(q)`, which is -2 f'.

    Where the slope is the shape itself (`slope = shape`) it is computed once.
    """

    parameters = ("length_scale",)

    def values(self, X, Y, same):
        """f(q), (m, n)."""
        return self.shape(_squares(*self._scaled(X, Y), same))

    def _scaled(self, X, Y):
        """X and Y in units of the lengths."""
        if np.ndim(self.length_scale) and len(self.length_scale) != X.shape[1]:
            raise ValueError(
                f"length_scale has {len(self.length_scale)} entries, X has {X.shape[1]} features; give equal"
            )
        return X / self.length_scale, Y / self.length_scale

    def expand(self, X, Y, same):
        """f(q), and its derivatives in the logarithm of the length, or of each length."""
        X, Y = self._scaled(X, Y)
        q = _squares(X, Y, same)
        K = self.shape(q)
        return K, self._length_derivatives(X, Y, q, K) if "length_scale" in self._free() else ()

    def _length_derivatives(self, X, Y, q, K):
        slope = K if type(self).slope is type(self).shape else self.slope(q)
        if np.ndim(self.length_scale):
            return (slope * (X[:, a, None] - Y[:, a]) ** 2 for a in range(X.shape[1]))
        return [slope * q]

    def diag(self, X):
        """1 for each row of X, (n,)."""
        return np.ones(len(X))


class RBF(Stationary):
    r"""The Gaussian kernel $e^{-q/2}$: $\gamma = 1/2l^2$ in `gaussian_kernel`.

    length_scale : l > 0 in the unit of X, or (d,) one a feature;  length_scale_bounds : (lowest, highest), or "fixed".

    >>> RBF(2.0)(np.array([[0.0]]), np.array([[0.0], [2.0]])).round(6)
    array([[1.      , 0.606531]])
    """

    def __init__(self, length_scale=1.0, length_scale_bounds=BOUNDS):
        self._set(length_scale=_lengths(length_scale), length_scale_bounds=length_scale_bounds)

    def shape(self, q):
        """The kernel at squared distances q in units of the length."""
        return np.exp(-q / 2)

    slope = shape  # -2 f' = f


class Matern(Stationary):
    r"""The Matérn kernel: $e^{-u}$, $(1 + u) e^{-u}$, $(1 + u + u^2/3) e^{-u}$ for $\nu$ = 1/2, 3/2, 5/2, with
    $u = \sqrt{2\nu q}$; the Gaussian kernel for infinite $\nu$.

    length_scale : l > 0 in the unit of X, or (d,) one a feature;  length_scale_bounds : (lowest, highest), or "fixed";
    nu : 0.5, 1.5, 2.5 or infinity; it is never chosen by the data.

    >>> Matern(2.0, nu=0.5)(np.array([[0.0]]), np.array([[0.0], [2.0]])).round(6)
    array([[1.      , 0.367879]])
    """

    def __init__(self, length_scale=1.0, length_scale_bounds=BOUNDS, nu=1.5):
        if nu not in (0.5, 1.5, 2.5, np.inf):
            raise ValueError(f"nu = {nu!r} must be 0.5, 1.5, 2.5 or infinity; others are in abinitio.kernels")
        self._set(length_scale=_lengths(length_scale), length_scale_bounds=length_scale_bounds)
        self.nu = nu

    def shape(self, q):
        """The kernel at squared distances q in units of the length."""
        if np.isinf(self.nu):
            return np.exp(-q / 2)
        u = np.sqrt(2 * self.nu * q)
        return {0.5: 1, 1.5: 1 + u, 2.5: 1 + u + u**2 / 3}[self.nu] * np.exp(-u)

    def slope(self, q):
        """Minus twice the derivative in q; 0 where it is infinite, at q = 0 for nu = 1/2, since q times it is 0."""
        if np.isinf(self.nu):
            return np.exp(-q / 2)
        u = np.sqrt(2 * self.nu * q)  # -2 f'(q) = 2ν (-df/du) / u
        if self.nu == 0.5:
            return np.divide(np.exp(-u), u, out=np.zeros_like(u), where=u > 0)
        return {1.5: 3.0, 2.5: 5 / 3 * (1 + u)}[self.nu] * np.exp(-u)


class RationalQuadratic(Stationary):
    r"""$(1 + q/2a)^{-a}$: Gaussian kernels of all lengths, their inverse squares spread as a gamma distribution.

    length_scale : l > 0 in the unit of X, or (d,) one a feature;  alpha : a > 0;
    length_scale_bounds, alpha_bounds : (lowest, highest), or "fixed".

    >>> RationalQuadratic(1.0, alpha=1.0)(np.array([[0.0]]), np.array([[0.0], [2.0]])).round(6)
    array([[1.      , 0.333333]])
    """

    parameters = ("alpha", "length_scale")

    def __init__(self, length_scale=1.0, alpha=1.0, length_scale_bounds=BOUNDS, alpha_bounds=BOUNDS):
        self._set(length_scale=_lengths(length_scale), length_scale_bounds=length_scale_bounds)
        self._set(alpha=alpha, alpha_bounds=alpha_bounds)

    def shape(self, q):
        """The kernel at squared distances q in units of the length."""
        return np.exp(-self.alpha * np.log1p(q / (2 * self.alpha)))

    def slope(self, q):
        """Minus twice the derivative in q."""
        return np.exp(-(self.alpha + 1) * np.log1p(q / (2 * self.alpha)))

    def expand(self, X, Y, same):
        """f(q), and its derivatives in log a and in the logarithms of the lengths."""
        K, by_lengths = super().expand(X, Y, same)
        if "alpha" not in self._free():
            return K, by_lengths
        t = _squares(*self._scaled(X, Y), same) / (2 * self.alpha)
        return K, [self.alpha * K * (t / (1 + t) - np.log1p(t)), *by_lengths]


class ExpSineSquared(Kernel):
    r"""The periodic kernel $\exp\big(-\frac{2}{l^2} \sum_a \sin^2 \frac{\pi (x_a - x'_a)}{p}\big)$.

    For one feature it is scikit-learn's; for more, scikit-learn puts the Euclidean distance into one sine, which is
    no kernel (its matrices may have negative eigenvalues).
    length_scale : l > 0, without a unit;  periodicity : p > 0, in the unit of X;
    length_scale_bounds, periodicity_bounds : (lowest, highest), or "fixed".

    >>> ExpSineSquared(1.0, periodicity=24.0)(np.array([[0.0]]), np.array([[24.0], [12.0]])).round(6)
    array([[1.      , 0.135335]])
    """

    parameters = ("length_scale", "periodicity")

    def __init__(self, length_scale=1.0, periodicity=1.0, length_scale_bounds=BOUNDS, periodicity_bounds=BOUNDS):
        self._set(length_scale=length_scale, length_scale_bounds=length_scale_bounds)
        self._set(periodicity=periodicity, periodicity_bounds=periodicity_bounds)

    def _phases(self, X, Y):
        return (np.pi / self.periodicity * (x[:, None] - y) for x, y in zip(X.T, Y.T))

    def values(self, X, Y, same):
        """The kernel, (m, n)."""
        return np.exp(-2 / self.length_scale**2 * sum(np.sin(phase) ** 2 for phase in self._phases(X, Y)))

    def expand(self, X, Y, same):
        """The kernel, and its derivatives in the logarithms of the length and of the period."""
        K, found, scale = self.values(X, Y, same), [], 2 / self.length_scale**2
        if "length_scale" in self._free():
            found.append(2 * scale * K * sum(np.sin(phase) ** 2 for phase in self._phases(X, Y)))
        if "periodicity" in self._free():
            found.append(scale * K * sum(phase * np.sin(2 * phase) for phase in self._phases(X, Y)))
        return K, found

    def diag(self, X):
        """1 for each row of X, (n,)."""
        return np.ones(len(X))


class DotProduct(Kernel):
    r"""$\sigma_0^2 + x \cdot x'$: linear functions with unit variance of each slope and $\sigma_0^2$ of the intercept.

    sigma_0 : > 0, in the unit of X;  sigma_0_bounds : (lowest, highest), or "fixed".

    >>> DotProduct(2.0)(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]))
    array([[15.]])
    """

    parameters = ("sigma_0",)

    def __init__(self, sigma_0=1.0, sigma_0_bounds=BOUNDS):
        self._set(sigma_0=sigma_0, sigma_0_bounds=sigma_0_bounds)

    def values(self, X, Y, same):
        """The kernel, (m, n)."""
        return self.sigma_0**2 + linear_kernel(X, Y)

    def expand(self, X, Y, same):
        """The kernel, and its derivative in the logarithm of sigma_0."""
        return self.values(X, Y, same), [np.array([[2.0 * self.sigma_0**2]]) for _ in self._free()]

    def diag(self, X):
        """The squared length of each row of X plus the constant, (n,)."""
        return self.sigma_0**2 + np.einsum("ij,ij->i", X, X)


def _squares(X, Y, same):
    """Squared distances (m, n): |x|² + |y|² - 2 x·y about the mean of Y, in place; exactly 0 of a point to itself."""
    centre = Y.mean(axis=0)
    X, Y = X - centre, Y - centre
    q = X @ (-2 * Y).T
    q += np.einsum("ij,ij->i", X, X)[:, None]
    q += np.einsum("ij,ij->i", Y, Y)
    if same:
        np.fill_diagonal(q, 0)  # a root would make 1e-8 of rounding 1e-16
    return np.maximum(q, 0, out=q)  # rounding may leave a small negative number


def _lengths(length_scale):
    return np.array(length_scale, dtype=float) if np.ndim(length_scale) else length_scale
