r"""Exact nearest neighbours in many dimensions: a cheap lower bound of every distance, the distance itself for a few.

With orthonormal V, (d, p), the map $\varphi(x) = \big(V^\top (x - c),\; |(1 - VV^\top)(x - c)|\big)$ never takes two
points apart: $|\varphi(x) - \varphi(q)| \le |x - q|$, by Pythagoras and the triangle inequality. With the leading
principal axes for V, and the norm of what they leave out as one more coordinate, the bound is so close that few samples
remain that could be among the k nearest. Their distances are then summed in float64, coordinate by coordinate.

The images are stored and multiplied in float32, and the bound is lowered by all that rounding can do (`_slack`): no
neighbour is lost to it. How many axes pay is measured on a few of the samples; where the spectrum is flat none do, and
all d coordinates serve, in float32.

Oracle: the distances themselves. Source of the bound: the Pythagorean theorem; for principal axes and nearest
neighbours, P. N. Yianilos, SODA 1993, and C. Elkan, ICML 2003, use the triangle inequality in the same way.
"""

import numba
import numpy as np

AXES = (15, 31, 63, 95, 127, 191)  # with the coordinate for the rest, multiples of 16
PILOTS = 16  # samples that stand for the queries when the number of axes is chosen
BLOCK = 1024  # samples whose bounds are formed together, for 512 queries: 2 MB, which stay in a second-level cache
QUERIES = 512
REFINE = 200.0  # time of a coordinate of an exact distance, in units of that of one in the matrix product: about 50,
# and a factor of four because queries have farther neighbours than the samples that stand for them
SCAN = 64.0  # time to look at one bound, in the same unit
PIECE = 112  # coordinates after which the sum is compared with the k-th distance
FAST = {"reassoc", "contract", "nsz"}  # sums in any order, so that they fill the SIMD lanes


class PrincipalBound:
    """Samples X : (n, d), float32 or float64, with their images under phi, for the search of about k neighbours.

    axes : how many principal axes, d for all the coordinates as they are; chosen by a pilot search if None.

    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((500, 40))
    >>> PrincipalBound(X, k=1).nearest(X[:3], k=1)[0].ravel()
    array([0, 1, 2])
    """

    def __init__(self, X, k, axes=None):
        self.X = np.ascontiguousarray(X)
        n, d = X.shape
        some = X[:: -(-n // 2000)].astype(np.float64)
        self.centre = some.mean(axis=0)
        some -= self.centre
        self.scale = np.sqrt(np.einsum("ij,ij->i", some, some).max()) or 1.0  # float32 images are of order one
        self.V, self.axes = None, d if axes is None else axes
        most = max((p for p in AXES if p < d), default=0) if axes is None else axes % d
        if most:
            self.V = _principal_axes(some / self.scale, most)
            self.axes = self._choose(k) if axes is None else axes
            self.V = np.ascontiguousarray(self.V[:, : self.axes]) if self.axes < d else None
        blocks = [self._image(X[i : i + BLOCK]) for i in range(0, n, BLOCK)]
        self.images = np.vstack([image for image, _ in blocks])
        self.squares = np.einsum("ij,ij->i", self.images, self.images)
        self.extent = max(extent for _, extent in blocks)

    def _image(self, X):
        """phi of the rows of X, in float32, and the largest |x - c|, which sets the scale of rounding; unit: scale."""
        centred = X.astype(np.float64)
        centred -= self.centre
        centred /= self.scale
        norms = np.einsum("ij,ij->i", centred, centred)
        if self.V is not None:
            inside = centred @ self.V
            outside = np.sqrt(np.maximum(norms - np.einsum("ij,ij->i", inside, inside), 0))
            centred = np.column_stack([inside, outside])
        return centred.astype(np.float32), np.sqrt(norms.max())

    @np.errstate(over="ignore", invalid="ignore")  # float32 samples may overflow here, which only costs time
    def _choose(self, k):
        """The number of axes with the least expected time, from exact neighbours of a few samples among all."""
        n, d = self.X.shape
        pilots = self.X[:: -(-n // PILOTS)].astype(np.float64)
        squares = _squares(pilots.astype(self.X.dtype), self.X)  # uncentred: a rough scale is enough here
        nearest = np.partition(squares, min(k, n - 1), axis=1)[:, min(k, n - 1)] / self.scale**2  # without itself
        some = self.X[:: -(-n // 8000)]  # bounds are counted on a part of the samples
        bounds = _leading_squares((pilots - self.centre) / self.scale, (some - self.centre) / self.scale, self.V)
        refined = (bounds < nearest[:, None]).mean(axis=(1, 2))
        costs = [p + SCAN + REFINE * d * share for p, share in zip(AXES, refined)]
        without = d + SCAN + REFINE * d * min(k / n, 1)  # the k neighbours are measured in any case
        return AXES[int(np.argmin(costs))] if min(costs) < without else d

    @np.errstate(over="ignore", invalid="ignore")  # queries far outside: an infinite image excludes nothing
    def nearest(self, X, k):
        """Indices and distances, (m, k) each, of the k samples nearest to each row of X (m, d), the lower index first
        at equal distance.
        """
        indices, squares = np.full((len(X), k), len(self.X)), np.full((len(X), k), np.inf)
        bounds = np.empty((QUERIES, BLOCK), dtype=np.float32)
        for i in range(0, len(X), QUERIES):
            rows = slice(i, i + QUERIES)
            Q = np.ascontiguousarray(X[rows], dtype=np.float64)
            images, extent = self._image(Q)
            squared, slack = np.einsum("ij,ij->i", images, images), _slack(self.extent, extent, *Q.shape[1:])
            twice = -2 * images
            for j in range(0, len(self.X), BLOCK):
                samples = self.images[j : j + BLOCK]
                block = bounds[: len(Q), : len(samples)]
                if block.flags.c_contiguous:
                    np.matmul(twice, samples.T, out=block)
                else:
                    block = twice @ samples.T
                bounded = block, squared, self.squares[j : j + BLOCK]
                _refine(*bounded, slack, self.scale, self.X, j, Q, indices[rows], squares[rows])
        return indices, np.sqrt(squares)


def _principal_axes(centred, p):
    """The p leading principal axes of centred samples, orthonormal columns (d, p)."""
    return np.linalg.eigh(centred.T @ centred)[1][:, : -p - 1 : -1]


def _squares(A, B):
    """Squared distances of the rows of A from those of B."""
    return np.maximum(np.einsum("ij,ij->i", A, A)[:, None] + np.einsum("ij,ij->i", B, B) - 2 * A @ B.T, 0)


def _leading_squares(A, B, V):
    """Squared bounds of the distances of the rows of A from those of B, for each number of axes: (axes, A, B)."""
    norms = [np.einsum("ij,ij->i", M, M) for M in (A, B)]
    A, B = A @ V, B @ V
    total, first, bounds = 0.0, 0, []
    for p in (p for p in AXES if p <= V.shape[1]):
        a, b = A[:, first:p], B[:, first:p]
        total, first = total + _squares(a, b), p
        norms = [norm - np.einsum("ij,ij->i", M, M) for norm, M in zip(norms, (a, b))]
        rest = [np.sqrt(np.maximum(norm, 0)) for norm in norms]
        bounds.append(total + (rest[0][:, None] - rest[1]) ** 2)
    return np.array(bounds)


def _slack(samples, queries, d):
    r"""How much rounding can raise the bound: (length, square); the bound b is safe as $b^2 \le (r + l)^2 + s$.

    samples, queries : the largest |x - c| of each;  d : coordinates. The images are off by their float32 rounding, and
    their last coordinate by the square root of a float64 sum's; the float32 products and sums by $(d + 8)$ ulps.
    """
    u32, u64, reach = 2.0**-24, 2.0**-53, samples + queries
    return reach * (2 * u32 + np.sqrt(8 * (d + 8) * u64)), 2 * (d + 8) * u32 * reach**2


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _refine(products, squared, image_squares, slack, scale, X, offset, Q, indices, squares):
    """Go through the bounds of a block of samples, X[offset:...]; measure those that could be among the k nearest.

    products : (m, b) of images, times -2;  squared, image_squares : |phi|^2 of queries and samples, in units of
    scale^2;  indices, squares : (m, k), the neighbours so far. A bound that overflowed (nan) excludes nothing.
    """
    length, extra = slack
    last = squares.shape[1] - 1
    for i in range(len(products)):
        row, near, found = products[i], squares[i], indices[i]
        limit = np.float32((np.sqrt(near[last]) / scale + length) ** 2 + extra - squared[i])
        for c in range(0, len(row), 64):
            end, hopeful = min(len(row), c + 64), 0
            for j in range(c, end):
                hopeful += not row[j] + image_squares[j] > limit
            if hopeful == 0:
                continue
            for j in range(c, end):
                if not row[j] + image_squares[j] > limit:
                    s = _squared_distance(X[offset + j], Q[i], near[last])
                    if s < near[last] or (s == near[last] and offset + j < found[last]):
                        p = last
                        while p > 0 and s < near[p - 1]:
                            near[p], found[p] = near[p - 1], found[p - 1]
                            p -= 1
                        near[p], found[p] = s, offset + j
                        limit = np.float32((np.sqrt(near[last]) / scale + length) ** 2 + extra - squared[i])


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _squared_distance(x, q, enough):
    """Squared distance in float64; some number above `enough` as soon as it is above."""
    total = 0.0
    for first in range(0, len(x), PIECE):
        for a in range(first, min(len(x), first + PIECE)):
            u = np.float64(x[a]) - q[a]
            total += u * u
        if total > enough:
            break
    return total
