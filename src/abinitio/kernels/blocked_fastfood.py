r"""Structured transforms with the long axis on the SIMD lanes: 32 samples side by side, one coordinate after another.

A butterfly of the Hadamard transform adds and subtracts two numbers; with the samples of a block next to each other in
memory it adds and subtracts two contiguous runs, whatever the distance of the coordinates, and the permutation moves
runs as well. Two stages of butterflies at a time halve the traffic. Oracles: the readable `structured_fourier_features`
(Fastfood) and `structured_orthogonal_features`.
"""

import numba
import numpy as np

from abinitio.kernels.blocked_features import cosines_and_sines

LANES = 32  # samples in a tile: 1024 coordinates of them are 128 kB in float32, 256 kB in float64
ROWS = 256  # samples whose phases are made before their cosines


def blocked_structured_features(X, parts, m):
    """`structured_features.structured_fourier_features` of X, (n, d), with the first m frequencies of parts, (n, 2m).

    X and the parts must have one type, float64 or float32.
    """
    return _features(X, parts, m, _project)


def blocked_structured_orthogonal_features(X, parts, m):
    """`structured_orthogonal_features` of X, (n, d), with the first m frequencies of parts, (n, 2m).

    X and the parts must have one type, float64 or float32.
    """
    return _features(X, parts, m, _rotate)


def _features(X, parts, m, project):
    """Cosines and sines, (n, 2m), of the phases that `project` makes of X, (n, d), with the arrays of parts."""
    n, dtype = len(X), X.dtype
    p = parts.scales.shape[1]
    Z = np.empty((n, 2 * m), dtype)
    P, tile, mixed = np.empty((ROWS, m), dtype), np.empty((p, LANES), dtype), np.empty((p, LANES), dtype)
    for start in range(0, n, ROWS):
        rows = np.ascontiguousarray(X[start : start + ROWS])
        block = P[: len(rows)]
        project(rows, *parts, tile, mixed, block)
        cosines_and_sines(block, Z[start : start + ROWS], dtype.type(1 / np.sqrt(m)))
    return Z


@numba.njit(cache=True, nogil=True)
def _project(X, signs, permutations, diagonals, scales, tile, mixed, P):
    """Phases of the rows of X, (rows, d), with the first frequencies, into P, (rows, m).  tile, mixed : (p, LANES)."""
    (n, d), m = X.shape, P.shape[1]
    p, lanes = tile.shape
    for first in range(0, n, lanes):
        used = min(lanes, n - first)
        for group in range(len(signs)):
            for j in range(p):
                for i in range(lanes):
                    tile[j, i] = X[first + i, j] * signs[group, j] if j < d and i < used else 0
            _hadamard(tile)
            for j in range(p):
                source, g = tile[permutations[group, j]], diagonals[group, j]
                for i in range(lanes):
                    mixed[j, i] = g * source[i]
            _hadamard(mixed)
            for i in range(used):
                for j in range(min(p, m - group * p)):
                    P[first + i, group * p + j] = mixed[j, i] * scales[group, j]


@numba.njit(cache=True, nogil=True)
def _rotate(X, signs, scales, once, tile, P):
    """Phases of the rows of X, (rows, d), into P, (rows, m).  signs : (g, 3, p);  once, tile : (p, LANES)."""
    (n, d), m = X.shape, P.shape[1]
    p, lanes = tile.shape
    for first in range(0, n, lanes):
        used = min(lanes, n - first)
        for j in range(p):
            for i in range(lanes):
                once[j, i] = X[first + i, j] if j < d and i < used else 0
        for group in range(len(signs)):
            for j in range(p):
                for i in range(lanes):
                    tile[j, i] = once[j, i] * signs[group, 0, j]
            _hadamard(tile)
            for stage in range(1, 3):
                for j in range(p):
                    for i in range(lanes):
                        tile[j, i] *= signs[group, stage, j]
                _hadamard(tile)
            for i in range(used):
                for j in range(min(p, m - group * p)):
                    P[first + i, group * p + j] = tile[j, i] * scales[group, j]


@numba.njit(cache=True, nogil=True)
def _hadamard(A):
    """A, (p, lanes), becomes H A: two stages at a time, and a single one where their number is odd."""
    p, lanes = A.shape
    half = 1
    while 4 * half <= p:
        for start in range(0, p, 4 * half):
            for j in range(start, start + half):
                a, b, c, d = A[j], A[j + half], A[j + 2 * half], A[j + 3 * half]
                for i in range(lanes):
                    s, t, u, v = a[i] + b[i], a[i] - b[i], c[i] + d[i], c[i] - d[i]
                    a[i], b[i], c[i], d[i] = s + u, t + v, s - u, t - v
        half *= 4
    if 2 * half == p:
        for j in range(half):
            a, b = A[j], A[j + half]
            for i in range(lanes):
                a[i], b[i] = a[i] + b[i], a[i] - b[i]
