"""Ready-made functions that an exercise hands to an answer: objectives, gradients, proximal maps, kernels, bases.

An input cannot hold a function, since only plain data crosses to the answer; so it holds `Named("quadratic", {"A": A,
"b": b})`, and the function is made on the answer's side. Nothing here uses the library's methods: no answer can be had
from it.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., Any]


def quadratic(A: np.ndarray, b: np.ndarray) -> Function:
    """f(w) = w'Aw/2 - b'w, for symmetric A : (d, d), b : (d,)."""
    return lambda w: 0.5 * w @ A @ w - b @ w


def quadratic_gradient(A: np.ndarray, b: np.ndarray) -> Function:
    """g(w) = Aw - b, the gradient of `quadratic`."""
    return lambda w: A @ w - b


def least_squares(X: np.ndarray, y: np.ndarray) -> Function:
    """f(w) = |y - Xw|²/n, for X : (n, d), y : (n,)."""
    return lambda w: np.mean((X @ w - y) ** 2)


def least_squares_gradient(X: np.ndarray, y: np.ndarray) -> Function:
    """g(w) = (2/n) X'(Xw - y), the gradient of `least_squares`."""
    return lambda w: 2 / len(y) * X.T @ (X @ w - y)


def half_least_squares_gradient(X: np.ndarray, y: np.ndarray) -> Function:
    """g(w) = X'(Xw - y)/n, the gradient of |y - Xw|²/(2n)."""
    return lambda w: X.T @ (X @ w - y) / len(y)


def batch_gradient(X: np.ndarray, y: np.ndarray) -> Function:
    """g(w, batch): `least_squares_gradient` of the rows of X and y whose indices are in `batch`."""
    return lambda w, batch: 2 / len(batch) * X[batch].T @ (X[batch] @ w - y[batch])


def rosenbrock() -> Function:
    """f(w) = sum_i 100 (w_{i+1} - w_i²)² + (1 - w_i)²; its minimum is 0 at (1, ..., 1)."""
    return lambda w: np.sum(100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2)


def rosenbrock_gradient() -> Function:
    """The gradient of `rosenbrock`."""

    def gradient(w: np.ndarray) -> np.ndarray:
        g = np.zeros(w.shape)
        valley = w[1:] - w[:-1] ** 2
        g[:-1] = -400 * w[:-1] * valley - 2 * (1 - w[:-1])
        g[1:] += 200 * valley
        return g

    return gradient


def sum_of_exponentials(a: np.ndarray) -> Function:
    """f(w) = sum_i exp(a_i w_i), for a : (d,); works for complex w too."""
    return lambda w: np.sum(np.exp(a * w))


def l1_proximal(weight: float) -> Function:
    """p(z, t): the minimiser over w of |w - z|²/2 + t weight |w|₁, entry by entry."""
    return lambda z, t: np.where(z > t * weight, z - t * weight, np.where(z < -t * weight, z + t * weight, 0.0))


def l2_proximal(weight: float) -> Function:
    """p(z, t): the minimiser over w of |w - z|²/2 + t weight |w|²/2."""
    return lambda z, t: z / (1 + t * weight)


def gaussian_kernel(bandwidth: float) -> Function:
    """k(u) = exp(-u²/(2 h²)), h the bandwidth."""
    return lambda u: np.exp(-0.5 * (np.asarray(u) / bandwidth) ** 2)


def box_kernel(bandwidth: float) -> Function:
    """k(u) = 1 where |u| <= bandwidth, else 0."""
    return lambda u: (np.abs(u) <= bandwidth) * 1.0


def polynomial_basis(degree: int) -> Function:
    """B(x) : (n, degree + 1), the columns 1, x, ..., x^degree, for x : (n,)."""
    return lambda x: np.asarray(x)[:, None] ** np.arange(degree + 1)


def gaussian_arms(means: np.ndarray, sigma: float) -> Function:
    """pull(arm, rng): one reward of a bandit's arm, normal around means[arm] with standard deviation sigma."""
    return lambda arm, rng: means[arm] + sigma * rng.standard_normal()


def normal_cdf(mean: float, sigma: float) -> Function:
    """F(t) of the normal distribution with this mean and standard deviation sigma."""
    erf = np.vectorize(math.erf, otypes=[float])
    return lambda t: 0.5 * (1 + erf((np.asarray(t) - mean) / (sigma * np.sqrt(2))))


def uniform_cdf() -> Function:
    """F(t) of the uniform distribution on [0, 1]."""
    return lambda t: np.clip(t, 0.0, 1.0)


REGISTRY: dict[str, Function] = {
    make.__name__: make
    for make in (
        quadratic,
        quadratic_gradient,
        least_squares,
        least_squares_gradient,
        half_least_squares_gradient,
        batch_gradient,
        rosenbrock,
        rosenbrock_gradient,
        sum_of_exponentials,
        l1_proximal,
        l2_proximal,
        gaussian_kernel,
        box_kernel,
        polynomial_basis,
        gaussian_arms,
        normal_cdf,
        uniform_cdf,
    )
}


def make_callable(name: str, arguments: dict[str, Any]) -> Function:
    """The ready-made function `name`, made with `arguments`; ValueError with the list of names if there is none."""
    if name not in REGISTRY:
        raise ValueError(f"there is no ready-made function {name!r}; there are: {', '.join(REGISTRY)}")
    return REGISTRY[name](**arguments)
