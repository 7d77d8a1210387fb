r"""Is this gradient right? Two numerical derivatives to hold it against.

Central differences $[f(w + h) - f(w - h)]/2h$ work for every smooth f; truncation $\sim h^2$ and rounding
$\sim \epsilon/h$ balance at $h \sim \epsilon^{1/3}$ and leave about 10 digits. The complex step $\Im f(w + ih)/h$
subtracts nothing, so h can be $10^{-20}$ and all 16 digits come out, for an f made of analytic operations.

Source: W. Squire, G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40 (1998)
110.
"""

import numpy as np


def central_difference(f, w):
    r"""Gradient of f at w by central differences, one entry after the other; relative error about 1e-10.

    f : callable, array of w's shape -> float, three times differentiable around w;  w : array of floats, any shape.
    The step of each entry is $\epsilon^{1/3} \max(1, |w_i|)$.  Returns an array of w's shape.

    >>> central_difference(lambda w: w[0] ** 2 * w[1], np.array([3.0, 1.0])).round(8)
    array([6., 9.])
    """
    w = np.asarray(w, dtype=float)
    gradient = np.empty_like(w)
    for i in np.ndindex(w.shape):
        right, left = w.copy(), w.copy()
        h = np.cbrt(np.finfo(float).eps) * max(1.0, abs(w[i]))
        right[i], left[i] = w[i] + h, w[i] - h
        gradient[i] = (f(right) - f(left)) / (right[i] - left[i])  # the step that was really made, after rounding
    return gradient


def complex_step(f, w):
    r"""Gradient of f at w by the complex step, exact to rounding.

    f : callable, complex array of w's shape -> complex number, made of analytic operations only: no abs, no
    conjugate, no comparison, x @ x and not np.linalg.norm(x)**2;
    w : array of floats, any shape.  Returns an array of w's shape.

    >>> complex_step(lambda w: np.exp(w[0]) * w[1], np.array([0.0, 2.0]))
    array([2., 1.])
    """
    w = np.asarray(w, dtype=float)
    gradient = np.empty_like(w)
    for i in np.ndindex(w.shape):
        z = w.astype(complex)
        z[i] += 1e-20j
        gradient[i] = np.imag(f(z)) / 1e-20
    return gradient


def gradient_error(f, gradient, w):
    r"""How far a gradient is from the central difference: $\max_i |g_i - \hat g_i| / \max(1, \max_i |\hat g_i|)$.

    f : callable, w -> float;  gradient : callable, w -> array of w's shape, said to be its gradient;
    w : array of floats, a point where f is smooth.
    Returns a float: below about 1e-7 the gradient is right, for an f of order one; a wrong sign gives 2, a wrong
    factor two 1 or 0.5. ValueError where gradient(w) has not w's shape.

    >>> gradient_error(lambda w: w @ w, lambda w: 2 * w, np.ones(3)) < 1e-9
    True
    >>> round(gradient_error(lambda w: w @ w, lambda w: w, np.ones(3)), 6)
    0.5
    """
    claimed, numerical = np.asarray(gradient(w)), central_difference(f, w)
    if claimed.shape != numerical.shape:
        raise ValueError(f"gradient(w) has shape {claimed.shape}; it must have w's shape {numerical.shape}")
    scale = max(1.0, np.max(np.abs(numerical), initial=0.0))
    return float(np.max(np.abs(claimed - numerical), initial=0.0) / scale)
