"""Simulated points in the plane: blobs, moons, concentric circles. X : (n, 2), without units; y : (n,) class labels.

The classes are as equal in number as n allows, in random order, and each point is drawn independently of the others;
`noise` and `spread` are the standard deviation of each of the two coordinates.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from abinitio.data.record import Dataset


def make_blobs(
    n: int = 300,
    *,
    centres: Sequence[Sequence[float]] | np.ndarray = ((-2.0, -1.0), (2.0, -1.0), (0.0, 2.0)),
    spread: float = 0.6,
    rng: np.random.Generator,
) -> Dataset:
    """n points of isotropic Gaussian blobs, one class a blob.

    centres : (k, d), in any dimension d;  spread : the standard deviation of every coordinate about its centre.

    >>> data = make_blobs(6, centres=[[0, 0], [9, 9]], spread=0.0, rng=np.random.default_rng(0))
    >>> np.bincount(data.y)
    array([3, 3])
    """
    centres = np.array(centres, dtype=float)
    if centres.ndim != 2:
        raise ValueError(f"centres has shape {centres.shape}; give (k, d): one row a blob")
    y = _labels(n, len(centres), rng)
    return _points("blobs", centres[y], y, spread, rng, {"centres": centres}, len(centres))


def make_moons(n: int = 300, *, noise: float = 0.1, rng: np.random.Generator) -> Dataset:
    r"""n points on two interleaved half circles of radius 1, which no straight line separates.

    Class 0 : $(\cos t, \sin t)$;  class 1 : $(1 - \cos t, \tfrac12 - \sin t)$;  t uniform in $[0, \pi]$, as in
    scikit-learn's set of that name (there t is evenly spaced).  noise : the standard deviation of each coordinate.

    >>> make_moons(4, rng=np.random.default_rng(0)).X.shape
    (4, 2)
    """
    y = _labels(n, 2, rng)
    t = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)
    return _points("moons", np.where(y[:, None] == 0, upper, np.array([1.0, 0.5]) - upper), y, noise, rng, {}, 2)


def make_circles(
    n: int = 300, *, radii: Sequence[float] = (1.0, 0.5), noise: float = 0.05, rng: np.random.Generator
) -> Dataset:
    """n points on concentric circles about the origin, one class a circle, the angle uniform.

    radii : one radius per class;  noise : the standard deviation of each coordinate.

    >>> data = make_circles(4, radii=(3, 3), noise=0.0, rng=np.random.default_rng(0))
    >>> np.allclose(np.hypot(*data.X.T), 3)
    True
    """
    y = _labels(n, len(radii), rng)
    t = rng.uniform(0, 2 * np.pi, n)
    circle = np.asarray(radii, dtype=float)[y, None] * np.stack([np.cos(t), np.sin(t)], axis=1)
    return _points("circles", circle, y, noise, rng, {"radii": tuple(radii)}, len(radii))


def _labels(n: int, classes: int, rng: np.random.Generator) -> np.ndarray:
    if n < 1 or classes < 1:
        raise ValueError(f"n is {n} with {classes} classes; give at least 1 point and 1 class")
    return rng.permutation(np.arange(n) % classes)


def _points(
    name: str,
    clean: np.ndarray,
    y: np.ndarray,
    noise: float,
    rng: np.random.Generator,
    truth: dict[str, Any],
    classes: int,
) -> Dataset:
    if not noise >= 0:
        raise ValueError(f"{name}: the standard deviation of the points is {noise}; give 0 or more")
    X = clean + noise * rng.standard_normal(clean.shape)
    features = tuple(f"x{j}" for j in range(X.shape[1]))
    words = tuple(f"class {k}" for k in range(classes))
    return Dataset(name, X, y, truth={**truth, "noise": noise}, feature_names=features, target_names=words)
