r"""Curves that are linear in their parameters: $y(x) = \sum_j w_j f_j(x)$ with basis functions $f_j$.

A basis is a callable that takes the points x, (n,), to the design matrix of their $f_j(x)$, (n, p).
"""

from functools import partial

import numpy as np


class Basis(partial):
    """A function of the points with its other arguments settled, which prints as it was written.

    >>> Basis(fourier_basis, order=2, period=24.0)
    fourier(order=2, period=24.0)
    """

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in self.keywords.items())
        return f"{self.func.__name__.removesuffix('_basis')}({settings})"


def polynomial_basis(x, degree):
    """The powers 1, x, ..., x^degree at the points x.

    x : (n,);  degree : int >= 0.  Returns (n, degree + 1).

    >>> polynomial_basis(np.array([1.0, 2.0]), degree=2)
    array([[1., 1., 1.],
           [1., 2., 4.]])
    """
    return x[:, None] ** np.arange(degree + 1)


def fourier_basis(x, order, period):
    r"""The Fourier series to the given order: $1, \cos kx', \sin kx'$ for k = 1 ... order, $x' = 2\pi x/$period.

    x : (n,);  order : int >= 0;  period : float > 0, in the unit of x.
    Returns (n, 2 order + 1) with the columns 1, cos x', sin x', cos 2x', sin 2x', ...

    >>> fourier_basis(np.array([0.0, 0.25]), order=1, period=1.0).round(12)
    array([[1., 1., 0.],
           [1., 0., 1.]])
    """
    phases = 2 * np.pi / period * np.outer(x, np.arange(1, order + 1))
    waves = np.stack([np.cos(phases), np.sin(phases)], axis=-1)
    return np.column_stack([np.ones(len(x)), waves.reshape(len(x), -1)])


def polynomial(degree):
    """The basis 1, x, ..., x^degree, for `CurveFit`.

    degree : int >= 0.  Returns a callable x -> (n, degree + 1).

    >>> polynomial(1)(np.array([3.0]))
    array([[1., 3.]])
    """
    return Basis(polynomial_basis, degree=degree)


def fourier(order, period):
    """The Fourier basis of the given order and period, for `CurveFit`; see `fourier_basis`.

    order : int >= 0;  period : float > 0, in the unit of x.  Returns a callable x -> (n, 2 order + 1).

    >>> fourier(1, period=4.0)(np.array([0.0])).round(12)
    array([[1., 1., 0.]])
    """
    return Basis(fourier_basis, order=order, period=period)


def design_matrix(basis, x):
    """The basis functions at the points x, a float array of shape (n, p).

    basis : callable x -> (n, p), or a sequence of p callables x -> (n,) or number, for example
    ``[np.ones_like, np.sin, np.exp]``;  x : (n,), or (n, d) for functions of d variables.
    ValueError where the result has not n rows or is not finite, and for a basis of one variable given several.

    >>> design_matrix([np.ones_like, np.sqrt], np.array([4.0, 9.0]))
    array([[1., 2.],
           [1., 3.]])
    """
    maker = getattr(basis, "func", None)
    if np.ndim(x) > 1 and maker in (polynomial_basis, fourier_basis):
        raise ValueError(
            f"{maker.__name__} is a function of one variable, and X has {x.shape[1]} columns: "
            "give one of them, or a list of functions of X as the basis"
        )
    if callable(basis):
        F = np.asarray(basis(x), dtype=float)
    else:
        F = np.stack([np.broadcast_to(f(x), (len(x),)) for f in basis], axis=1).astype(float)
    if F.ndim != 2 or len(F) != len(x):
        raise ValueError(f"basis(x) has shape {F.shape} for {len(x)} points; it must be ({len(x)}, p)")
    if not np.all(np.isfinite(F)):
        row, column = np.argwhere(~np.isfinite(F))[0]
        raise ValueError(
            f"basis function {column} is {F[row, column]} at x = {x[row]}; it must be finite at all points"
        )
    return F


def parameter_names(basis, count, features=("x",)):
    """Names of the count parameters of a basis: the function that each multiplies, or w0, w1, ... where unknown.

    basis : as in `design_matrix`, or None for 1 and the `features` themselves.

    >>> parameter_names(polynomial(2), 3)
    ['1', 'x', 'x^2']
    """
    maker, settings = getattr(basis, "func", None), getattr(basis, "keywords", {})
    if basis is None:
        return ["1", *features]
    if maker is polynomial_basis:
        return ["1", "x", *(f"x^{k}" for k in range(2, count))][:count]
    if maker is fourier_basis:
        unit = f"2 pi x / {settings['period']:g}"
        waves = [f"{wave}({'' if k == 1 else f'{k} '}{unit})" for k in range(1, count) for wave in ("cos", "sin")]
        return ["1", *waves][:count]
    names = [getattr(f, "__name__", "<lambda>") for f in basis] if not callable(basis) else ["<lambda>"] * count
    return [f"w{j}" if name == "<lambda>" else name for j, name in enumerate(names)]
