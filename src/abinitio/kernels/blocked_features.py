r"""Random Fourier features block by block: product, phase, cosine and factor on rows that stay in the cache.

The readable versions are in `fourier_features`; these agree to 1e-15 and save passes over memory. For float64 the
cosine and the sine are computed here, in loops that fill the SIMD lanes: with $x = k \pi/2 + r$, $|r| \le \pi/4$, the
Taylor series of sine and cosine to $r^{15}$ and $r^{16}$ leave less than $5 \cdot 10^{-17}$; k mod 4 says which of the
two, and the sign. $\pi/2$ is subtracted in three parts of 33 bits, so that k times the first two is exact
(W. J. Cody, W. Waite, "Software manual for the elementary functions", 1980, chapter 8). float32 goes through NumPy's
own vectorised functions.
"""

import math
from fractions import Fraction

import numba
import numpy as np

ROWS = 2048  # rows of a product: enough for it
NUMBERS = 2**16  # phases at a time whose cosines are made: they stay in a second-level cache
LARGEST = 1e6  # phases beyond it, in radians, are left to NumPy: k must stay below 2^20
PI = Fraction(314159265358979323846264338327950288419716939937510, 10**50)


def _split(x, bits=33, parts=3):
    """The Fraction x as a sum of floats of so many bits each, largest first."""
    for _ in range(parts):
        unit = Fraction(2) ** (math.frexp(float(x))[1] - bits)
        part = (x // unit) * unit
        yield float(part)
        x -= part


A1, A2, A3 = _split(PI / 2)
S3, S5, S7, S9, S11, S13, S15 = (float(Fraction((-1) ** (j // 2), math.factorial(j))) for j in range(3, 16, 2))
C2, C4, C6, C8, C10, C12, C14, C16 = (float(Fraction((-1) ** (j // 2), math.factorial(j))) for j in range(2, 17, 2))


def blocked_fourier_features(X, W, b):
    """`fourier_features.random_fourier_features` of X (n, d), W (d, D), b (D,), all float64 or all float32, (n, D).

    >>> blocked_fourier_features(np.array([[0.0], [np.pi]]), np.array([[1.0, 2.0]]), np.zeros(2))
    array([[ 1.,  1.],
           [-1.,  1.]])
    """
    n, D = len(X), W.shape[1]
    Z, factor = np.empty((n, D), W.dtype), W.dtype.type(np.sqrt(2 / D))
    for rows in _blocks(n, ROWS):
        P = Z[rows]
        np.matmul(X[rows], W, out=P)
        for some in _blocks(len(P), NUMBERS // D):
            cosines(P[some], b, factor)
    return Z


def blocked_paired_features(X, W):
    """`fourier_features.paired_fourier_features` of X (n, d), W (d, m), both float64 or both float32, (n, 2m).

    >>> blocked_paired_features(np.array([[0.0]]), np.array([[1.0]]))
    array([[1., 0.]])
    """
    n, m = len(X), W.shape[1]
    Z, factor = np.empty((n, 2 * m), W.dtype), W.dtype.type(1 / np.sqrt(m))
    for rows in _blocks(n, ROWS):
        P, pairs = X[rows] @ W, Z[rows]
        for some in _blocks(len(P), NUMBERS // m):
            cosines_and_sines(P[some], pairs[some], factor)
    return Z


def cosines(P, b, factor):
    """Replace P, (n, m) C-contiguous float64 or float32, by `factor` times the cosines of P + b, with b : (m,).

    >>> P = np.array([[0.0, np.pi / 2]])
    >>> cosines(P, np.array([0.0, np.pi / 2]), 2.0)
    >>> P
    array([[ 2., -2.]])
    """
    P += b
    if P.dtype == np.float64 and _small(P):
        _scaled_cosines(P.reshape(-1), factor)
    else:
        np.cos(P, out=P)
        P *= factor


def cosines_and_sines(P, Z, factor):
    """Write `factor` times the cosines of P, (n, m), into the first m columns of Z, (n, 2m), times the sines into the
    others; both float64 or both float32, C-contiguous.

    >>> Z = np.empty((1, 4))
    >>> cosines_and_sines(np.array([[0.0, np.pi / 2]]), Z, 1.0)
    >>> Z.round(15) + 0.0
    array([[1., 0., 0., 1.]])
    """
    m = P.shape[1]
    if P.dtype == np.float64 and _small(P):
        _scaled_pairs(P, Z, factor)
    else:
        np.cos(P, out=Z[:, :m])
        np.sin(P, out=Z[:, m:])
        Z *= factor


def _blocks(n, step):
    """Slices that cover n rows, `step` at a time."""
    step = max(step, 1)
    return [slice(i, min(i + step, n)) for i in range(0, n, step)]


def _small(P):
    return P.size == 0 or (P.max() < LARGEST and P.min() > -LARGEST)


@numba.njit(inline="always")
def _cos_sin(x):
    """The cosine and the sine of x, |x| < LARGEST, without branches."""
    k = np.rint(x * (2 / np.pi))
    r = ((x - k * A1) - k * A2) - k * A3
    s = r * r
    sine = r + r * s * (S3 + s * (S5 + s * (S7 + s * (S9 + s * (S11 + s * (S13 + s * S15))))))
    cosine = 1 + s * (C2 + s * (C4 + s * (C6 + s * (C8 + s * (C10 + s * (C12 + s * (C14 + s * C16)))))))
    odd = k - 2 * np.floor(k / 2)  # k mod 2: at odd multiples of π/2 the two change places
    second, third = k - 4 * np.floor(k / 4), k + 1 - 4 * np.floor((k + 1) / 4)  # k and k + 1 mod 4: 2, 3 turn the sign
    c, s = (sine, cosine) if odd == 1 else (cosine, sine)
    return (-c if third >= 2 else c), (-s if second >= 2 else s)


@numba.njit(cache=True, nogil=True, fastmath={"nsz", "contract"})
def _scaled_cosines(P, factor):
    for i in range(len(P)):
        P[i] = factor * _cos_sin(P[i])[0]


@numba.njit(cache=True, nogil=True, fastmath={"nsz", "contract"})
def _scaled_pairs(P, Z, factor):
    m = P.shape[1]
    for i in range(len(P)):
        p, c, s = P[i], Z[i, :m], Z[i, m:]
        for j in range(m):
            cosine, sine = _cos_sin(p[j])
            c[j] = factor * cosine
            s[j] = factor * sine
