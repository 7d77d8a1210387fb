"""The sign of a principal component, which the mathematics leaves free, and a table of results must not.

The convention is scikit-learn's: the entry of largest magnitude is positive.
"""

import numpy as np


def with_positive_peaks(components):
    """The rows of components, (k, d), each with the sign that makes its entry of largest magnitude positive.

    >>> with_positive_peaks(np.array([[0.6, -0.8], [0.8, 0.6]]))
    array([[-0.6,  0.8],
           [ 0.8,  0.6]])
    """
    peaks = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(len(components)), peaks])
    return components * np.where(signs == 0, 1, signs)[:, None]
