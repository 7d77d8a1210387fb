"""Simulated linear data in many dimensions, with known coefficients and a condition number that is exactly as asked."""

import numpy as np

from abinitio.data.record import Dataset


def make_linear(
    n: int = 200,
    d: int = 10,
    *,
    condition: float | None = None,
    nonzero: int | None = None,
    intercept: float = 0.0,
    noise: float = 1.0,
    rng: np.random.Generator,
) -> Dataset:
    r"""Rows of $y = Xw + b + \sigma\epsilon$ with $\epsilon \sim N(0, 1)$: n samples, d features, no units.

    condition : None for independent standard normal features (any n, d); or the condition number of the sample's
        $C = X^\top X/n$, and so of the Hessian 2C of the mean squared error: the columns of X then have mean 0 and the
        eigenvalues of C fall geometrically from 1 to 1/condition along random directions, all exactly (needs n > d);
    nonzero : how many of the d coefficients are not 0 (None: all), at random places; their size is uniform in [1, 2],
        their sign random;  intercept : b;  noise : sigma, the standard deviation of y.
    ``truth`` holds coefficients : (d,), intercept and the eigenvalues of C : (d,), descending.

    >>> data = make_linear(50, 3, condition=100.0, rng=np.random.default_rng(0))
    >>> round(float(np.linalg.cond(data.X.T @ data.X)), 6)
    100.0
    """
    nonzero = d if nonzero is None else nonzero
    if n < 1 or d < 1 or not 0 <= nonzero <= d:
        raise ValueError(f"n is {n}, d is {d}, nonzero is {nonzero}; give n >= 1, d >= 1 and 0 <= nonzero <= d")
    if not noise >= 0:
        raise ValueError(f"noise is {noise}; a standard deviation is 0 or more")
    X = rng.standard_normal((n, d)) if condition is None else _conditioned(n, d, condition, rng)
    w = np.zeros(d)
    w[rng.permutation(d)[:nonzero]] = rng.uniform(1, 2, nonzero) * rng.choice([-1.0, 1.0], nonzero)
    y = X @ w + intercept + noise * rng.standard_normal(n)
    eigenvalues = np.linalg.svd(X / np.sqrt(n), compute_uv=False) ** 2
    return Dataset(
        "linear", X, y, np.full(n, float(noise)),
        {"coefficients": w, "intercept": intercept, "eigenvalues": np.pad(eigenvalues, (0, d - len(eigenvalues)))},
        tuple(f"x{j}" for j in range(d)), ("y",),
    )  # fmt: skip


def _conditioned(n: int, d: int, condition: float, rng: np.random.Generator) -> np.ndarray:
    """X = sqrt(n) U sqrt(Lambda) V' with orthonormal, centred columns of U, so that X'X/n = V Lambda V'."""
    if n <= d:
        raise ValueError(f"n is {n} and d is {d}; centred features have a condition number only for n > d")
    if not condition >= 1 or (d == 1 and condition != 1):
        raise ValueError(f"condition is {condition}; it is >= 1, and 1 for a single feature")
    Z = rng.standard_normal((n, d))
    U, _ = np.linalg.qr(Z - Z.mean(axis=0))  # the span of centred columns is centred
    V, _ = np.linalg.qr(rng.standard_normal((d, d)))
    scale = np.geomspace(1, 1 / condition, d) ** 0.5
    return np.sqrt(n) * (U * scale) @ V.T
