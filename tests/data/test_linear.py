"""make_linear: the condition number is exact, the noise is as asked, the truth explains y."""

import numpy as np
import pytest

from abinitio.data import make_linear


@pytest.mark.parametrize("condition", [1.0, 10.0, 1e6])
@pytest.mark.parametrize(("n", "d"), [(8, 7), (300, 5)])
def test_condition_number_and_eigenvalues_are_exact(n, d, condition):
    found = make_linear(n, d, condition=condition, rng=np.random.default_rng(0))
    eigenvalues = np.linalg.eigvalsh(found.X.T @ found.X / n)[::-1]
    assert np.allclose(eigenvalues, np.geomspace(1, 1 / condition, d), rtol=1e-8, atol=1e-14)
    assert np.isclose(np.linalg.cond(found.X) ** 2, condition, rtol=1e-8)
    assert np.allclose(found.truth["eigenvalues"], eigenvalues, rtol=1e-8, atol=1e-14)
    assert np.abs(found.X.mean(axis=0)).max() < 1e-12  # so centring changes nothing


def test_without_a_condition_number_features_are_standard_normal_also_for_n_below_d():
    found = make_linear(30, 400, rng=np.random.default_rng(1))
    size = found.X.size
    assert abs(found.X.mean()) < 4 / np.sqrt(size)
    assert abs((found.X**2).sum() - size) < 4 * np.sqrt(2 * size)
    assert found.truth["eigenvalues"].shape == (400,) and np.count_nonzero(found.truth["eigenvalues"]) == 30


def test_the_truth_explains_y_up_to_the_noise():
    n = 5000
    found = make_linear(n, 6, intercept=3.0, noise=0.5, rng=np.random.default_rng(2))
    residual = found.y - found.X @ found.truth["coefficients"] - found.truth["intercept"]
    assert abs(residual.mean()) < 4 * 0.5 / np.sqrt(n)
    assert abs((residual**2).sum() / 0.25 - n) < 4 * np.sqrt(2 * n)
    assert (found.sigma == 0.5).all()


def test_sparse_coefficients():
    found = make_linear(10, 200, nonzero=20, rng=np.random.default_rng(3))
    w = found.truth["coefficients"]
    assert np.count_nonzero(w) == 20
    size = np.abs(w[w != 0])
    assert size.min() >= 1 and size.max() <= 2 and {-1.0, 1.0} == set(np.sign(w[w != 0]))


def test_directions_are_random():
    """The leading eigenvector is uniform on the sphere: its first component has mean square 1/d."""
    d, draws = 4, 400
    first = [
        np.linalg.svd(make_linear(9, d, condition=50.0, rng=np.random.default_rng(seed)).X)[2][0, 0] ** 2
        for seed in range(draws)
    ]
    variance = 3 / (d * (d + 2)) - 1 / d**2  # of the square of a component of a uniform unit vector
    assert abs(np.mean(first) - 1 / d) < 4 * np.sqrt(variance / draws)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 5, "d": 5, "condition": 10.0}, "only for n > d"),
        ({"condition": 0.5}, "it is >= 1"),
        ({"d": 1, "condition": 2.0}, "1 for a single feature"),
        ({"nonzero": 11}, "0 <= nonzero <= d"),
        ({"n": 0}, "n >= 1"),
        ({"noise": -1.0}, "noise is -1.0"),
    ],
)
def test_the_impossible_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        make_linear(**wrong, rng=np.random.default_rng(0))
