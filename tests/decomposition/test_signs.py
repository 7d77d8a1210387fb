"""Signs of components: scikit-learn's convention, and the same component whatever the sign that came in."""

import numpy as np
from numpy.testing import assert_array_equal
from sklearn.utils.extmath import svd_flip

from abinitio.decomposition.signs import with_positive_peaks


def test_signs_are_scikit_learns():
    U, _, Vt = np.linalg.svd(np.random.default_rng(0).standard_normal((30, 12)), full_matrices=False)
    assert_array_equal(with_positive_peaks(Vt), svd_flip(U, Vt, u_based_decision=False)[1])
    assert_array_equal(with_positive_peaks(U.T), svd_flip(U, None)[0].T)


def test_the_peak_is_positive_whatever_came_in():
    V = np.random.default_rng(1).standard_normal((20, 7))
    signs = np.where(np.random.default_rng(2).random(20) < 0.5, -1, 1)[:, None]
    assert_array_equal(with_positive_peaks(V * signs), with_positive_peaks(V))
    assert_array_equal(with_positive_peaks(V).max(axis=1), np.abs(V).max(axis=1))
    assert_array_equal(with_positive_peaks(np.zeros((2, 3))), 0)
