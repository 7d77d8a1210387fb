"""The exercise on centring in feature space: the kernel matrix of images measured from their mean."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.decomposition.kernel_pca import centred_kernel
from abinitio.homework.hw3_features_kernels.exercise_inputs import big_kernel, is_kernel, kernel_of_samples, rows, table


def rows_sum_to_zero(Kc, K):
    """Every row sums to zero: the images, measured from their mean, have the mean zero."""
    return bool(np.abs(Kc.sum(axis=1)).max() <= 1e-7 * len(K) * (1 + np.abs(K).max()))


def the_matrix_stays_symmetric(Kc, K):
    """The matrix stays symmetric, as inner products are."""
    return bool(np.allclose(Kc, Kc.T, rtol=0, atol=1e-7 * (1 + np.abs(K).max())))


def _by_a_projection(K):
    n = len(K)
    P = np.eye(n) - np.full((n, n), 1 / n)  # takes the mean off
    return P @ K @ P


def _centred(row=1, column=1, grand=1, mean=np.mean):
    """K - row * (means of rows) - column * (means of columns) + grand * (mean of all), each by mean(K, axis)."""
    return lambda K: (
        K - row * mean(K, axis=1)[:, None] - column * mean(K, axis=0) + grand * mean(mean(K, axis=0), axis=0)
    )


def _correlations(K):
    Kc = _by_a_projection(K)
    length = np.sqrt(np.diag(Kc))
    return Kc / np.outer(length, length)


LINE = table([1, 2, 4])

CENTRED_KERNEL = Exercise(
    function=centred_kernel,
    points=3,
    inputs=lambda rng, size: {"K": kernel_of_samples(rng, rows(rng, size // 2))},
    valid=is_kernel,
    holds=(rows_sum_to_zero, the_matrix_stays_symmetric),
    large=lambda rng: {"K": big_kernel(rng, 400)},
    edges={
        "one sample": {"K": table([[3]])},
        "two samples": {"K": table([[1, 3], [3, 9]])},
        "samples at the same place": {"K": np.full((3, 3), 2.0)},
        "orthogonal images": {"K": np.eye(4)},
        "images that are centred already": {"K": np.outer([1, 0, -1.0], [1, 0, -1])},
        "samples on a line": {"K": np.outer(LINE, LINE)},
    },
    stable={
        "images far from the origin": {"K": np.outer(1e3 + LINE, 1e3 + LINE)},
        "large kernel values": {"K": 1e9 * np.outer(LINE, LINE)},
        "small kernel values": {"K": 1e-6 * np.outer(LINE, LINE) + np.eye(3)},
    },
    mistakes=(
        Mistake(
            "only the rows are centred",
            "The mean of each row was subtracted, which shifts one of the two images in each inner product. Both are "
            "to be measured from the mean: subtract the means of the columns too.",
            _centred(column=0, grand=0),
        ),
        Mistake(
            "only the columns are centred",
            "The mean of each column was subtracted, which shifts one of the two images in each inner product. Both "
            "are to be measured from the mean: subtract the means of the rows too.",
            _centred(row=0, grand=0),
        ),
        Mistake(
            "the mean of all is not added back",
            "The inner product of the mean with itself was subtracted twice, once with the rows and once with the "
            "columns. Add it back once.",
            _centred(grand=0),
        ),
        Mistake(
            "the mean of all with the wrong sign",
            "The mean of all entries was subtracted. In (u - m).(v - m) = u.v - m.v - u.m + m.m it has a plus.",
            _centred(grand=-1),
        ),
        Mistake(
            "only the mean of all",
            "One number was subtracted from all entries. That changes the mean of the matrix, not of the images: each "
            "image has its own inner product with the mean.",
            _centred(row=0, column=0, grand=-1),
        ),
        Mistake(
            "the signs of rows and columns",
            "The means were added. The images are to be measured from their mean: subtract them.",
            _centred(row=-1, column=-1),
        ),
        Mistake(
            "the means of the rows lost their axis",
            "The means of the rows and of the columns were both subtracted along the rows, since an array of shape "
            "(n,) counts as a row. Make one of them a column: [:, None] or keepdims=True.",
            _centred(row=0, column=2),
        ),
        Mistake(
            "sums in place of means",
            "Sums were subtracted. The mean image is the sum divided by n.",
            _centred(mean=np.sum),
        ),
        Mistake(
            "divided by n - 1",
            "The sums were divided by n - 1, as in an unbiased variance. The mean is the sum divided by n.",
            _centred(mean=lambda A, axis: A.sum(axis=axis) / (A.shape[axis] - 1)),
        ),
        Mistake(
            "divided by n",
            "The centred inner products were divided by n: that is on the way to a variance. Inner products are asked "
            "for.",
            lambda K: _by_a_projection(K) / len(K),
        ),
        Mistake(
            "scaled to length one",
            "The images were divided by their lengths: these are correlations. Only the mean is to be taken off.",
            _correlations,
        ),
        Mistake(
            "the rows of K taken for the images",
            "The rows of K were centred and multiplied with one another, as if they were the features. K already holds "
            "the inner products.",
            lambda K: (K - K.mean(axis=0)) @ (K - K.mean(axis=0)).T,
        ),
    ),
    hints=(
        "Multiply out (u - m).(v - m) for the images u, v and their mean m: each of the four terms is a mean of "
        "entries of K.",
        "K_ij - (mean of row i) - (mean of column j) + (mean of all entries).",
        "`K.mean(axis=0)` has shape (n,) and is subtracted as a row; with `[:, None]` it is a column. K is symmetric.",
    ),
    second_solution=_by_a_projection,
    equivalent_mutants=(  # K is symmetric
        "columns = K.mean(axis=0) -> columns = K.mean(axis=1)",
        "columns = K.mean(axis=0) -> columns = K.mean(axis=-1)",
    ),
)
