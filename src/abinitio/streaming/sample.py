"""A small sample of rows in memory, from all over a file: where iterative methods start, and learn the curvature."""

import numpy as np

PLACES = 32  # stretches of neighbouring rows, evenly spaced, since reading one row often costs a whole row group


def spread_sample(rows, m):
    """About m rows, in stretches from all over.

    rows : what `abinitio.data.open_rows` returns, or anything with its `read`;  m : how many rows are wanted.
    Returns (min(m, n), d) or a few rows less; all rows where there are no more. It stands for all rows where neighbours
    are no more alike than others; where rows are sorted, each stretch is of one kind, but every frequent kind is there.

    >>> from abinitio.data import ArrayRows
    >>> spread_sample(ArrayRows(np.arange(1000.0)[:, None]), 64)[::16].ravel()
    array([  0., 257., 515., 772.])
    """
    n = len(rows)
    if n <= m:
        return rows.read(0, n)
    each = max(m // PLACES, 1)
    starts = np.linspace(0, n - each, min(PLACES, m)).astype(int)
    return np.concatenate([rows.read(int(start), int(start) + each) for start in starts])
