"""The robust solver: as accurate as QR on classic ill-conditioned problems, minimum norm where rank is lacking."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import cho_solve, hilbert

from abinitio.linear_model import normal_equations
from abinitio.linear_model.normal_equations import penalised_least_squares, scaled_cholesky

# J. W. Longley, Journal of the American Statistical Association 62 (1967) 819; certified values: NIST StRD, "Longley"
LONGLEY = np.array([
    [60323, 83.0, 234289, 2356, 1590, 107608, 1947], [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
    [60171, 88.2, 258054, 3682, 1616, 109773, 1949], [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
    [63221, 96.2, 328975, 2099, 3099, 112075, 1951], [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
    [64989, 99.0, 365385, 1870, 3547, 115094, 1953], [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
    [66019, 101.2, 397469, 2904, 3048, 117388, 1955], [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
    [68169, 108.4, 442769, 2936, 2798, 120445, 1957], [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
    [68655, 112.6, 482704, 3813, 2552, 123366, 1959], [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
    [69331, 115.7, 518173, 4806, 2572, 127852, 1961], [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
])  # fmt: skip
CERTIFIED = [15.0618722713733, -0.358191792925910e-01, -2.02022980381683, -1.03322686717359, -0.511041056535807e-01]
CERTIFIED = np.array([*CERTIFIED, 1829.15146461355])


def exact(X, y, alpha=0.0, s=None, centre=True):
    """The augmented problem by Householder QR in extended precision: slow, simple, independent."""
    n, d = X.shape
    root = np.sqrt(np.ones(n) if s is None else s).astype(np.longdouble)
    A = np.hstack([X, np.ones((n, 1))]).astype(np.longdouble)[:, : d + centre] * root[:, None]
    A = np.vstack([A, np.sqrt(np.longdouble(alpha)) * np.eye(d, d + centre)])
    b = np.concatenate([y * root, np.zeros(d)])
    for j in range(A.shape[1]):
        v = A[j:, j].copy()
        v[0] += np.copysign(np.sqrt(v @ v), v[0])
        v /= np.sqrt(v @ v)
        A[j:] -= 2 * np.outer(v, v @ A[j:])
        b[j:] -= 2 * v * (v @ b[j:])
    w = np.zeros(A.shape[1], dtype=np.longdouble)
    for j in reversed(range(len(w))):
        w[j] = (b[j] - A[j, j + 1 : len(w)] @ w[j + 1 :]) / A[j, j]
    return w[:d].astype(float), float(w[d]) if centre else 0.0


def relative(w, expected):
    return np.abs(w - expected).max() / np.abs(expected).max()


def test_longley():
    w, b = penalised_least_squares(LONGLEY[:, 1:], LONGLEY[:, 0])
    assert_allclose(w, CERTIFIED, rtol=1e-10)
    assert_allclose(b, -3482258.63459582, rtol=1e-10)


@pytest.mark.parametrize("coefficients", [np.ones(6), 10.0 ** -np.arange(6)], ids=["Wampler1", "Wampler2"])
def test_wampler(coefficients):
    """R. H. Wampler, JASA 65 (1970) 549: a polynomial of degree five at 0 ... 20, exact; NIST StRD."""
    x = np.arange(21.0)
    y = np.polynomial.polynomial.polyval(x, coefficients)
    w, b = penalised_least_squares(x[:, None] ** np.arange(1, 6), y)
    assert_allclose(w, coefficients[1:], rtol=1e-8)
    assert_allclose(b, coefficients[0], rtol=1e-7)


@pytest.mark.parametrize(
    "X",
    [hilbert(12)[:, :4], hilbert(20)[:, :6], np.vander(np.linspace(0, 1, 50), 8), np.vander(np.linspace(1, 2, 80), 6)],
    ids=["Hilbert 4", "Hilbert 6", "Vandermonde 8", "Vandermonde 6"],
)
@pytest.mark.parametrize("noise", [0.0, 1e-2])
def test_as_accurate_as_orthogonal_methods(X, noise):
    rng = np.random.default_rng(0)
    y = X @ rng.standard_normal(X.shape[1]) + noise * rng.standard_normal(len(X))
    expected, _ = exact(X, y, centre=False)
    ours = penalised_least_squares(X, y, fit_intercept=False)[0]
    theirs = np.linalg.lstsq(X, y)[0]
    kappa = np.linalg.cond(X)
    assert relative(ours, expected) <= max(20 * relative(theirs, expected), 100 * np.finfo(float).eps * kappa)


@pytest.mark.parametrize("log_kappa", [0, 1, 2, 3, 4, 5, 6, 8])
def test_all_ways_meet_the_perturbation_bound(log_kappa, monkeypatch):
    """Error of the coefficients ~ eps κ (1 + κ |r|/(|X||w|)), across the borders between the ways."""
    rng = np.random.default_rng(log_kappa)
    U, V = (np.linalg.qr(rng.standard_normal(shape))[0] for shape in [(200, 8), (8, 8)])
    X = U @ np.diag(np.logspace(0, -log_kappa, 8)) @ V.T
    w = rng.standard_normal(8)
    y = X @ w + 1e-6 * rng.standard_normal(200)
    expected, b = exact(X, y)
    ours, intercept = penalised_least_squares(X, y)
    kappa = 10.0**log_kappa
    bound = 200 * np.finfo(float).eps * kappa * (1 + kappa * 1e-6 * np.sqrt(200) / np.linalg.norm(expected))
    assert relative(ours, expected) < bound
    assert abs(intercept - b) < bound
    if log_kappa in (2, 3):  # without the refinement the normal equations would lose twice the digits
        monkeypatch.setattr(normal_equations, "WELL", np.inf)
        unrefined = penalised_least_squares(X, y)[0]
        assert relative(unrefined, expected) > 3 * relative(ours, expected)


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6])
def test_ill_centred_data_keep_twelve_digits(offset):
    rng = np.random.default_rng(1)
    X = rng.standard_normal((1000, 10)) + offset
    y = X @ rng.standard_normal(10) + rng.standard_normal(1000)
    assert relative(penalised_least_squares(X, y)[0], exact(X - offset, y)[0]) < 1e-12 * max(1, offset / 1e6)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(3, 25),
    d=st.integers(1, 30),
    rank=st.integers(1, 30),
    centre=st.booleans(),
    weighted=st.booleans(),
    k=st.integers(0, 2),
)
@example(seed=0, n=3, d=2, rank=1, centre=True, weighted=False, k=0)  # rounded at 3, its rank is 2 by a hair
def test_minimum_norm_whatever_the_rank(seed, n, d, rank, centre, weighted, k):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, d)) + 3
    y, s = rng.standard_normal((n, k) if k else n), rng.uniform(0.1, 3, n) if weighted else None
    weights, root = (np.ones(n), 1.0) if s is None else (s, np.sqrt(s))
    x_mean, y_mean = (np.average(A, axis=0, weights=weights) * centre for A in (X, y))
    w, b = penalised_least_squares(X, y, 0.0, s, centre)
    expected = np.linalg.lstsq(((X - x_mean).T * root).T, ((y - y_mean).T * root).T, rcond=1e-11)[0]
    assert w.shape == y.shape[1:][:0] + ((d, k) if k else (d,))
    assert_allclose(w, expected, rtol=1e-6, atol=1e-8 * np.abs(expected).max())
    assert_allclose(b, y_mean - x_mean @ w, atol=1e-11 * (1 + np.abs(w).sum()))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(2, 30),
    d=st.integers(1, 40),
    log_alpha=st.floats(-6, 6),
    centre=st.booleans(),
    weighted=st.booleans(),
)
def test_the_penalised_gradient_vanishes(seed, n, d, log_alpha, centre, weighted):
    rng = np.random.default_rng(seed)
    X, y, alpha = rng.standard_normal((n, d)), rng.standard_normal(n), 10.0**log_alpha
    s = rng.uniform(0.1, 3, n) if weighted else np.ones(n)
    w, b = penalised_least_squares(X, y, alpha, s if weighted else None, centre)
    residual = s * (y - X @ w - b)
    scale = np.abs(X).sum() * np.abs(y).max()
    assert_allclose(X.T @ residual, alpha * w, atol=1e-11 * scale)
    assert abs(residual.sum()) < 1e-11 * scale if centre else b == 0


@pytest.mark.parametrize("alpha", [1e-14, 1e-9, 1e-3])
@pytest.mark.parametrize("shape", [(300, 6), (6, 30)])
def test_a_tiny_penalty_on_dependent_columns(alpha, shape):
    rng = np.random.default_rng(2)
    X = rng.standard_normal(shape)
    X[:, 1] = X[:, 0]
    y = rng.standard_normal(shape[0])
    w, _ = penalised_least_squares(X, y, alpha, fit_intercept=False)
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    s[s < 1e-12] = 0
    assert_allclose(w, Vt.T @ (s / (s**2 + alpha) * (U.T @ y)), rtol=1e-7, atol=1e-9)


def test_qr_by_blocks_equals_qr_at_once(monkeypatch):
    rng = np.random.default_rng(3)
    X = rng.standard_normal((3000, 5))
    X[:, 4] = X[:, 0] + 1e-7 * X[:, 4]
    y, s = rng.standard_normal(3000), rng.uniform(0.5, 2, 3000)
    whole = penalised_least_squares(X, y, 0.0, s)[0]
    monkeypatch.setattr("abinitio.linear_model.gram.BLOCK", 100)  # rows of at least 256: twelve blocks
    blocks = penalised_least_squares(X, y, 0.0, s)[0]
    assert_allclose(blocks, whole, rtol=1e-6)
    assert relative(blocks, exact(X, y, s=s)[0]) < 1e-6


@pytest.mark.parametrize(("n", "d"), [(3000, 5), (900, 40), (7, 7), (40, 40), (200, 1)])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_triangle_is_that_of_qr_at_once(n, d, weighted, monkeypatch):
    rng = np.random.default_rng(8)
    X, Y, s = rng.standard_normal((n, d)), rng.standard_normal((n, 2)), rng.uniform(0.5, 2, n)
    X[:, d // 2] = 0 if d > 5 else X[:, d // 2]
    centre = rng.standard_normal(d + 2) * (np.arange(d + 2) != d // 2)
    A = (np.hstack([X, Y]) - centre) * np.sqrt(s)[:, None] ** weighted
    monkeypatch.setattr(normal_equations, "BLOCK", 4000)  # some blocks of rows
    R = normal_equations._triangle(X, Y, s if weighted else None, centre)
    assert_array_equal(R, np.triu(R))
    assert_allclose(R.T @ R, A.T @ A, atol=1e-11 * n)
    singular = [np.linalg.svd(M[:, :d], compute_uv=False)[:d] for M in (R, A)]
    assert_allclose(*singular, rtol=1e-12, atol=1e-12)


def test_units_of_the_columns_do_not_matter():
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((50, 4)), rng.standard_normal(50)
    units = np.array([1e-30, 1.0, 1e12, 1e40])
    assert_allclose(penalised_least_squares(X * units, y)[0] * units, penalised_least_squares(X, y)[0], rtol=1e-12)
    X[:, 1] = X[:, 0] + 1e-6 * X[:, 1]  # through QR too
    assert_allclose(penalised_least_squares(X * units, y)[0] * units, penalised_least_squares(X, y)[0], rtol=1e-7)


def test_constant_features_get_no_coefficient():
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    with_constant = np.insert(X, 1, 0.1, axis=1)
    for alpha in (0.0, 1e-3):
        w, _ = penalised_least_squares(with_constant, y, alpha)
        assert w[1] == 0
        assert_allclose(np.delete(w, 1), penalised_least_squares(X, y, alpha)[0], rtol=1e-12)


def test_the_textbook_solver_is_used_where_it_is_as_good():
    rng = np.random.default_rng(6)
    calls = []

    def textbook(X, y, alpha):
        calls.append((X.mean(axis=0), y.shape, alpha))
        return np.full(X.shape[1], 7.0)

    def uses(X, y, alpha=0.5):
        calls.clear()
        return penalised_least_squares(X, y, alpha, textbook=textbook)[0]

    X, y = rng.standard_normal((400, 3)) + 5, rng.standard_normal((400, 2))
    assert_array_equal(uses(X, y), 7.0)
    assert len(calls) == 2 and calls[0][1:] == ((400,), 0.5) and np.abs(calls[0][0]).max() < 1e-14
    X[:, 1] = X[:, 0] + 1e-4 * X[:, 1]
    uses(X, y, 0.0)
    assert not calls  # ill-conditioned
    uses(rng.standard_normal((50000, 3)), rng.standard_normal(50000))
    assert not calls  # large
    uses(rng.standard_normal((3, 50)), rng.standard_normal(3))
    assert not calls  # wide


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 8), alpha=st.sampled_from([0.0, 0.3]))
def test_scaled_cholesky_solves_and_estimates_the_condition(seed, d, alpha):
    rng = np.random.default_rng(seed)
    A = np.cov(rng.standard_normal((d, 3 * d + 2))).reshape(d, d) * np.outer(*[10.0 ** np.arange(d)] * 2)
    factor, scale, condition = scaled_cholesky(A, alpha)
    b = rng.standard_normal(d)
    x = scale * cho_solve(factor, scale * b)
    assert_allclose((A + alpha * np.eye(d)) @ x, b, rtol=1e-8, atol=1e-8 * np.abs(b).max())
    R = (A + alpha * np.eye(d)) * np.outer(scale, scale)
    assert_allclose(R.diagonal(), 1, rtol=1e-14)
    true = np.linalg.cond(R, 1)
    assert true / 10 < condition < true * 1.01


def test_inputs_are_not_changed():
    rng = np.random.default_rng(7)
    for shape in [(30, 3), (3, 30)]:
        X, y, s = rng.standard_normal(shape), rng.standard_normal(shape[0]), rng.uniform(1, 2, shape[0])
        before = X.copy(), y.copy(), s.copy()
        for alpha in (0.0, 1.0):
            penalised_least_squares(X, y, alpha, s)
        for array, copy in zip((X, y, s), before):
            assert_array_equal(array, copy)
