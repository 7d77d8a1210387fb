"""A confusion matrix: which class was taken for which, as a table whose shade is the part of the row."""

import numpy as np


def draw_confusion(ax, matrix, names):
    """Draw the counts of a confusion matrix; the shade says what part of the true class a count is.

    ax : matplotlib axes;  matrix : (K, K) counts >= 0, row i, column j: class i predicted as j;  names : K words.
    Only the errors are shaded, on a scale of their own, so that they do not vanish beside the diagonal; counts of 0
    are left empty. Returns the parts (K, K) that are shaded, 0 on the diagonal and in empty rows. ValueError where
    the matrix is not (K, K) with K names.
    """
    matrix = np.asarray(matrix)
    if matrix.shape != (len(names), len(names)):
        raise ValueError(f"the matrix has shape {matrix.shape}; with {len(names)} names it must be (K, K)")
    parts = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(parts, 0.0)
    top = max(parts.max(), 1e-12)
    ax.imshow(parts, cmap="Oranges", vmin=0, vmax=1.3 * top)
    for (i, j), count in np.ndenumerate(matrix):
        if count > 0:
            ax.text(j, i, f"{count}", ha="center", va="center", fontsize="x-small", color="0.45" if i == j else "0.05")
    ax.set_xticks(range(len(names)), labels=names)
    ax.set_yticks(range(len(names)), labels=names)
    ax.tick_params(length=0)
    ax.set(xlabel="predicted as", ylabel="true class")
    return parts
