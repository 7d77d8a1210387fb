"""The estimator: scikit-learn at fixed and at optimised parameters, its contract, calibration, what it calls."""

import numpy as np
import pytest
import sklearn.gaussian_process
import sklearn.gaussian_process.kernels as their_kernels
from numpy.testing import assert_allclose
from scipy.stats import chi2
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.gaussian_process import kernels as our_kernels
from abinitio.gaussian_process import regression
from abinitio.gaussian_process.evidence import log_evidence, log_evidence_gradient
from abinitio.gaussian_process.posterior import gp_posterior, gp_posterior_marginals
from abinitio.gaussian_process.regression import GaussianProcessRegressor
from abinitio.kernels.functions import gaussian_kernel
from abinitio.kernels.ridge import KernelRidge

SIDES = ((GaussianProcessRegressor, our_kernels), (sklearn.gaussian_process.GaussianProcessRegressor, their_kernels))


def data(n=60, d=2, k=None, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-3, 3, (n, d))
    f = np.sin(2 * X[:, 0])
    y = (
        f + 0.2 * rng.standard_normal(n)
        if k is None
        else f[:, None] * np.arange(1, k + 1) + rng.standard_normal((n, k))
    )
    return X, 5 + 3 * y, rng.uniform(-3, 3, (9, d))


def kernel_of(kernels, d=2):
    return kernels.ConstantKernel(2.0) * kernels.RBF(np.ones(d), (1e-2, 1e2)) + kernels.WhiteKernel(0.1, (1e-4, 1e2))


def both(X, y, **options):
    return [model(kernel_of(kernels, X.shape[1]), **options).fit(X, y) for model, kernels in SIDES]


@pytest.mark.parametrize("k", [None, 1, 2])
@pytest.mark.parametrize("normalize_y", [False, True])
@pytest.mark.parametrize("per_point", [False, True])
def test_equal_to_scikit_learn_at_fixed_parameters(k, normalize_y, per_point):
    X, y, queries = data(k=k)
    alpha = np.linspace(0.1, 0.5, len(y)) if per_point else 0.3
    ours, theirs = both(X, y, alpha=alpha, normalize_y=normalize_y, optimizer=None)
    flat = lambda a: np.asarray(a).reshape(-1)
    for options in ({}, {"return_std": True}, {"return_cov": True}):
        one, other = ours.predict(queries, **options), theirs.predict(queries, **options)
        for a, b in zip(one, other) if options else [(one, other)]:
            assert a.shape == b.shape
            assert_allclose(a, b, rtol=1e-9, atol=1e-11)
    assert_allclose(ours.L_, theirs.L_, atol=1e-12)
    assert_allclose(flat(ours.alpha_), flat(theirs.alpha_), rtol=1e-9, atol=1e-12)
    assert_allclose(ours.log_marginal_likelihood_value_, theirs.log_marginal_likelihood_value_, rtol=1e-12)
    theta = np.array([0.3, -0.2, 0.5, -1.0])
    for a, b in zip(*(model.log_marginal_likelihood(theta, eval_gradient=True) for model in (ours, theirs))):
        assert_allclose(a, b, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:The optimal value found for dimension 1:sklearn.exceptions.ConvergenceWarning")
def test_equal_to_scikit_learn_at_the_parameters_that_the_evidence_chooses():
    X, y, queries = data(80)
    ours, theirs = both(X, y, normalize_y=True)
    assert ours.log_marginal_likelihood_value_ >= theirs.log_marginal_likelihood_value_ - 1e-5
    assert_allclose(ours.predict(queries), theirs.predict(queries), atol=2e-3)
    _, gradient = ours.log_marginal_likelihood(ours.kernel_.theta, eval_gradient=True)
    inside = np.min(np.abs(ours.kernel_.theta[:, None] - ours.kernel_.bounds), axis=1) > 0.1
    assert np.all(np.abs(gradient[inside]) < 1e-2)


def test_the_evidence_finds_the_parameters_that_made_the_data():
    """200 values of one draw: the logarithms lie within 4 standard errors by Fisher's information of the truth."""
    rng = np.random.default_rng(1)
    X = rng.uniform(0, 20, (200, 1))
    truth = our_kernels.ConstantKernel(4.0) * our_kernels.RBF(1.5) + our_kernels.WhiteKernel(0.25)
    A = truth(X)
    y = np.linalg.cholesky(A) @ rng.standard_normal(200)
    start = our_kernels.ConstantKernel(1.0) * our_kernels.RBF(0.5) + our_kernels.WhiteKernel(1.0)
    model = GaussianProcessRegressor(start, n_restarts_optimizer=1, random_state=0).fit(X, y)
    B = np.linalg.solve(A, truth.gradients(X))
    errors = np.sqrt(np.diag(np.linalg.inv(np.einsum("aij,bji->ab", B, B) / 2)))
    assert np.all(np.abs(model.kernel_.theta - truth.theta) < 4 * errors)
    assert model.log_marginal_likelihood_value_ >= model.log_marginal_likelihood(truth.theta)


def test_an_irrelevant_feature_gets_a_long_length():
    X, y, _ = data(80)
    lengths = GaussianProcessRegressor(kernel_of(our_kernels), normalize_y=True).fit(X, y).kernel_.k1.k2.length_scale
    assert lengths[0] < 1.5 and lengths[1] > 5


def test_further_starts_never_lower_the_evidence_and_are_reproducible():
    X, y, queries = data(30)
    fit = lambda starts, seed: GaussianProcessRegressor(
        kernel_of(our_kernels), n_restarts_optimizer=starts, random_state=seed, normalize_y=True
    ).fit(X, y)
    one, many, again = fit(0, 0), fit(3, 0), fit(3, 0)
    assert many.log_marginal_likelihood_value_ >= one.log_marginal_likelihood_value_
    assert np.array_equal(many.predict(queries), again.predict(queries))


def test_the_mean_is_kernel_ridge_regression():
    X, y, queries = data()
    model = GaussianProcessRegressor(lambda A, B: gaussian_kernel(A, B, 0.5), alpha=0.3).fit(X, y)
    assert_allclose(
        model.predict(queries), KernelRidge(0.3, kernel="rbf", gamma=0.5).fit(X, y).predict(queries), rtol=1e-9
    )


def test_the_predicted_errors_are_honest():
    rng, z2 = np.random.default_rng(2), []
    kernel = our_kernels.ConstantKernel(2.0) * our_kernels.Matern(0.8) + our_kernels.WhiteKernel(0.3)
    for _ in range(40):
        X = rng.uniform(-3, 3, (60, 1))
        y = np.linalg.cholesky(kernel(X)) @ rng.standard_normal(60)
        model = GaussianProcessRegressor(kernel, optimizer=None).fit(X[:40], y[:40])
        mean, covariance = model.predict(X[40:], return_cov=True)
        z2.append((y[40:] - mean) @ np.linalg.solve(covariance, y[40:] - mean))
        assert_allclose(model.predict(X[40:], return_std=True)[1] ** 2, np.diag(covariance), rtol=1e-9)
    assert 1e-4 < chi2.cdf(sum(z2), 40 * 20) < 1 - 1e-4


def test_before_fit_it_is_the_prior():
    X = np.linspace(0, 1, 4)[:, None]
    model, kernel = GaussianProcessRegressor(our_kernels.RBF(0.5) * 3.0), our_kernels.RBF(0.5) * 3.0
    mean, covariance = model.predict(X, return_cov=True)
    assert_allclose(mean, 0)
    assert_allclose(covariance, kernel(X))
    assert_allclose(model.predict(X, return_std=True)[1], np.sqrt(3))
    draws = model.sample_y(X, 20_000)
    errors = np.sqrt((9 + covariance**2) / 20_000)
    assert np.all(np.abs(draws @ draws.T / 20_000 - covariance) < 4.5 * errors)
    with pytest.raises(NotFittedError):
        model.log_marginal_likelihood()


@pytest.mark.parametrize("k", [None, 2])
def test_draws_of_the_posterior_have_its_moments(k):
    X, y, queries = data(k=k)
    model = GaussianProcessRegressor(kernel_of(our_kernels), alpha=0.1, normalize_y=True, optimizer=None).fit(X, y)
    mean, covariance = model.predict(queries, return_cov=True)
    draws = model.sample_y(queries, 4000, random_state=1)
    assert draws.shape == (*mean.shape, 4000)
    variance = np.einsum("ii...->i...", covariance)
    assert np.all(np.abs(draws.mean(axis=-1) - mean) < 4.5 * np.sqrt(variance / 4000))
    assert np.all(np.abs(draws.var(axis=-1) - variance) < 4.5 * variance * np.sqrt(2 / 4000))


def test_draws_at_the_samples_themselves_without_noise():
    X, y, _ = data(15)
    draws = GaussianProcessRegressor(our_kernels.RBF(1.0, "fixed")).fit(X, y).sample_y(X, 3)
    assert_allclose(draws, y[:, None] * np.ones(3), atol=1e-3)


def test_the_functions_of_the_course_are_those_that_run(monkeypatch):
    """A plain function put in the place of ours, as a student's is, answers for the estimator."""
    X, y, queries = data(25)
    expected = GaussianProcessRegressor(kernel_of(our_kernels), alpha=0.1, normalize_y=True).fit(X, y)
    mean, std = expected.predict(queries, return_std=True)
    _, covariance = expected.predict(queries, return_cov=True)
    for function in (log_evidence, log_evidence_gradient, gp_posterior, gp_posterior_marginals):
        plain = lambda *arguments, function=function: function(*arguments)
        monkeypatch.setattr(regression, function.__name__, plain)
    model = GaussianProcessRegressor(kernel_of(our_kernels), alpha=0.1, normalize_y=True).fit(X, y)
    assert_allclose(model.log_marginal_likelihood_value_, expected.log_marginal_likelihood_value_, rtol=1e-7)
    assert_allclose(model.predict(queries), mean, rtol=1e-4)
    assert_allclose(model.predict(queries, return_std=True)[1], std, rtol=1e-3)
    assert_allclose(model.predict(queries, return_cov=True)[1], covariance, rtol=1e-2, atol=1e-3)
    monkeypatch.setattr(regression, "gp_posterior_marginals", lambda K, K_cross, k_new, y, noise: (0 * k_new, k_new))
    assert_allclose(model.predict(queries), y.mean())


def test_float32_in_float32_out():
    X, y, queries = data()
    model = GaussianProcessRegressor(kernel_of(our_kernels), alpha=0.1, optimizer=None).fit(X, y)
    mean, std = model.predict(queries.astype(np.float32), return_std=True)
    assert mean.dtype == std.dtype == np.float32
    assert_allclose(mean, model.predict(queries), rtol=1e-5)


def test_an_optimiser_of_ones_own():
    X, y, _ = data(30)
    seen = []

    def optimiser(cost, theta, bounds):
        value, gradient = cost(theta)
        seen.append((value, gradient, bounds))
        return theta + 0.1, value - 1

    model = GaussianProcessRegressor(kernel_of(our_kernels), optimizer=optimiser).fit(X, y)
    start = kernel_of(our_kernels)
    assert_allclose(model.kernel_.theta, start.theta + 0.1)
    assert_allclose(-seen[0][0], model.log_marginal_likelihood(start.theta))
    assert_allclose(seen[0][2], start.bounds)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": -1.0}, "alpha = -1.0 must be a number >= 0"),
        ({"alpha": np.ones(3)}, "one for each of the 10 samples"),
        ({"optimizer": "adam"}, "optimizer = 'adam' must be"),
        ({"n_restarts_optimizer": -1}, "n_restarts_optimizer = -1 must be"),
        (
            {"n_restarts_optimizer": 1, "kernel": our_kernels.RBF(1.0, (1e-3, np.inf))},
            "random starts need finite bounds",
        ),
    ],
)
def test_what_is_refused(options, message):
    X, y, _ = data(10)
    with pytest.raises(ValueError, match=message):
        GaussianProcessRegressor(**options).fit(X, y)


def test_what_cannot_be_factorised_says_what_to_do():
    with pytest.raises(np.linalg.LinAlgError, match="raise alpha"):
        GaussianProcessRegressor(our_kernels.RBF(1.0, "fixed"), alpha=0.0).fit(np.zeros((3, 1)), np.arange(3.0))
    model = GaussianProcessRegressor(our_kernels.RBF(1.0), alpha=1.0).fit(np.zeros((3, 1)), np.arange(3.0))
    with pytest.raises(ValueError, match=r"theta has shape \(2,\), the kernel's theta \(1,\)"):
        model.log_marginal_likelihood(np.zeros(2))
    with pytest.raises(RuntimeError, match="cannot both be asked for"):
        GaussianProcessRegressor().predict(np.zeros((1, 1)), return_std=True, return_cov=True)


def test_a_clone_keeps_the_kernel_and_fit_leaves_it_alone():
    X, y, _ = data(20)
    model = GaussianProcessRegressor(kernel_of(our_kernels), alpha=0.1)
    before = model.kernel.theta
    twin = clone(model).fit(X, y)
    model.fit(X, y)
    assert_allclose(model.kernel.theta, before)
    assert_allclose(twin.kernel_.theta, model.kernel_.theta)


@parametrize_with_checks(
    [
        GaussianProcessRegressor(),
        GaussianProcessRegressor(our_kernels.Matern() + our_kernels.WhiteKernel(), normalize_y=True),
    ]
)
def test_contract(estimator, check):
    check(estimator)
