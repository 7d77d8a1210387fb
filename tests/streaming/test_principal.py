"""Streamed principal components against the library's, which see all samples at once."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.decomposition import PCA
from abinitio.streaming import StreamedPCA

X = np.random.default_rng(0).normal(size=(400, 5)) @ np.diag([5, 3, 2, 1, 0.3]) + 1000


def test_it_is_the_pca_of_all_samples():
    ours, theirs = StreamedPCA(3), PCA(3).fit(X)
    for part in np.array_split(X, 8):
        ours.partial_fit(part)
    for name in ("components_", "explained_variance_", "explained_variance_ratio_", "mean_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-10)
    assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-8, atol=1e-8)
    assert_allclose(StreamedPCA().fit(X).inverse_transform(StreamedPCA().fit(X).transform(X)), X, rtol=1e-9)


@pytest.mark.parametrize("k", [0, 6])
def test_the_number_of_components_must_fit(k):
    with pytest.raises(ValueError, match="n_components"):
        StreamedPCA(k).fit(X)
