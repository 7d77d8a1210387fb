"""Selection: criteria against exact expectations and the evidence, splits against scikit-learn, honest losses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import linear_model, preprocessing
from sklearn.model_selection import KFold, PredefinedSplit, RepeatedKFold, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline

from abinitio.linear_model import LinearRegression, Ridge
from abinitio.metrics import mean_squared_error
from abinitio.neighbors import KNeighborsRegressor
from abinitio.statistics.bayesian_regression import linear_log_evidence
from abinitio.statistics.empirical import mean_with_error
from abinitio.statistics.likelihood import normal_log_density
from abinitio.statistics.selection import (
    akaike_criterion,
    bayesian_criterion,
    corrected_akaike_criterion,
    cross_validated_losses,
    held_out_predictions,
    k_fold_splits,
    nested_cross_validation,
    one_standard_error_choice,
    repeated_k_fold_splits,
)


def gaussian_fit(X, y):
    """Coefficients, standard deviation and log-likelihood at the maximum."""
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    sigma = np.sqrt(np.mean((y - X @ w) ** 2))
    return w, sigma, normal_log_density(y, (X @ w, sigma)).sum()


def test_akaikes_criterion_for_small_samples_is_the_loss_on_new_data_on_average():
    rng, (n, d) = np.random.default_rng(0), (15, 3)
    X = rng.standard_normal((n, d))
    differences, plain = [], []
    for _ in range(8000):
        y, new = X.sum(axis=1) + rng.standard_normal((2, n))
        w, sigma, log_likelihood = gaussian_fit(X, y)
        loss = -2 * normal_log_density(new, (X @ w, sigma)).sum()
        differences.append(corrected_akaike_criterion(log_likelihood, d + 1, n) - loss)
        plain.append(akaike_criterion(log_likelihood, d + 1) - loss)
    mean, error = mean_with_error(np.array(differences))
    assert abs(mean) < 4 * error
    assert np.mean(plain) < -10 * error  # too hopeful by 2 d (d + 1)/(n - d - 1) = 4 for the d = 4 fitted numbers
    assert corrected_akaike_criterion(-3.0, 2, 10**9) == pytest.approx(akaike_criterion(-3.0, 2))


def test_schwarz_s_criterion_is_the_evidence_but_for_a_bounded_rest():
    """-2 log evidence - BIC stays put while n grows by a factor 1000; a wrong power of n would add d log 1000."""
    rng, rests = np.random.default_rng(1), []
    for n in (100, 100_000):
        X = rng.standard_normal((n, 3))
        y = X @ np.array([0.5, -1.0, 0.3]) + rng.standard_normal(n)
        w = np.linalg.solve(X.T @ X, X.T @ y)
        log_likelihood = normal_log_density(y, (X @ w, 1.0)).sum()
        rests.append(-2 * linear_log_evidence(X, y, 1.0, 1.0) - bayesian_criterion(log_likelihood, 3, n))
    assert abs(rests[1] - rests[0]) < 1


def test_the_criteria_choose_a_degree():
    """Schwarz finds the true one more and more often, Akaike keeps a chance of some more."""
    rng, chosen = np.random.default_rng(2), {"aic": [], "bic": []}
    for _ in range(200):
        x = rng.uniform(-1, 1, 200)
        y = 1 - 2 * x + 3 * x**2 + 0.5 * rng.standard_normal(200)
        fits = [gaussian_fit(np.vander(x, k + 1), y)[2] for k in range(7)]
        chosen["aic"].append(np.argmin([akaike_criterion(l, k + 2) for k, l in enumerate(fits)]))
        chosen["bic"].append(np.argmin([bayesian_criterion(l, k + 2, 200) for k, l in enumerate(fits)]))
    assert min(chosen["aic"] + chosen["bic"]) == 2
    assert np.mean(np.equal(chosen["bic"], 2)) > 0.93 and 0.6 < np.mean(np.equal(chosen["aic"], 2)) < 0.85


@pytest.mark.parametrize("n, k", [(10, 2), (11, 4), (7, 7)])
def test_splits_are_partitions_as_scikit_learns(n, k):
    rng = np.random.default_rng(3)
    splits = list(k_fold_splits(n, k, rng))
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(n))
    assert all(np.array_equal(np.sort(np.concatenate(pair)), np.arange(n)) for pair in splits)
    theirs = [len(test) for _, test in KFold(k, shuffle=True).split(np.zeros(n))]
    assert [len(test) for _, test in splits] == theirs
    repeated = list(repeated_k_fold_splits(n, k, 3, rng))
    assert len(repeated) == RepeatedKFold(n_splits=k, n_repeats=3).get_n_splits()
    if k < n:
        assert not np.array_equal(repeated[0][1], repeated[k][1])


def test_every_sample_is_as_likely_in_every_part():
    rng = np.random.default_rng(4)
    counts = sum(np.isin(np.arange(6), next(k_fold_splits(6, 3, rng))[1]).astype(int) for _ in range(3000))
    assert np.all(np.abs(counts - 1000) < 5 * np.sqrt(3000 * 2 / 9))
    with pytest.raises(ValueError, match="k is 1"):
        next(k_fold_splits(6, 1, rng))


@pytest.mark.parametrize("alpha", [0.0, 0.3, 50.0])
def test_held_out_predictions_are_those_of_a_pipeline(alpha):
    rng = np.random.default_rng(5)
    X, parts = rng.normal(size=(23, 4)) * [1, 10, 0.1, 3] + 5, rng.integers(3, size=23)
    y = X @ [1.0, 0.2, -5.0, 0.0] + rng.normal(size=23) + 100
    theirs = make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge(alpha))
    wanted = cross_val_predict(theirs, X, y, cv=PredefinedSplit(parts))
    assert_allclose(held_out_predictions(X, y, alpha, parts), wanted, rtol=1e-10)


def test_a_sample_does_not_know_of_itself():
    rng = np.random.default_rng(6)
    X, y, parts = rng.normal(size=(12, 2)), rng.normal(size=12), np.repeat([0, 1, 2], 4)
    before = held_out_predictions(X, y, 1.0, parts)
    X[0], y[0] = 2 * X[0], y[0] + 7
    after = held_out_predictions(X, y, 1.0, parts)
    assert_allclose(after[1:4], before[1:4], rtol=1e-12)
    assert np.abs(after[4:] - before[4:]).min() > 0


def test_losses_are_cross_val_scores():
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    splits, models = list(k_fold_splits(30, 5, rng)), [LinearRegression(), Ridge(10.0)]
    ours = cross_validated_losses(models, X, y, iter(splits), mean_squared_error)
    theirs = [-cross_val_score(model, X, y, cv=splits, scoring="neg_mean_squared_error") for model in models]
    assert_allclose(ours, theirs, rtol=1e-9)


def test_the_rule_of_one_standard_error():
    losses = np.array([[9.0, 9.0, 9.0], [3.0, 3.0, 3.0], [1.0, 2.0, 3.0], [2.5, 2.5, 2.5]])
    assert one_standard_error_choice(losses) == 2  # 2 ± 0.577: 3 is too far
    losses[1] = 2.5
    assert one_standard_error_choice(losses) == 1
    assert one_standard_error_choice(losses[::-1]) == 0


def test_the_least_of_many_losses_flatters_and_the_nested_one_does_not():
    """Targets that features do not tell: the mean of k neighbours loses exactly 1 + 1/k on new samples."""
    rng, flattered, honest, neighbours = np.random.default_rng(6), [], [], np.array([3, 5, 8, 12])
    models = [KNeighborsRegressor(k) for k in neighbours]
    for _ in range(40):
        X, y = rng.standard_normal((30, 2)), rng.standard_normal(30)
        losses = cross_validated_losses(models, X, y, k_fold_splits(30, 5, rng), mean_squared_error).mean(axis=1)
        excess = losses - 1 - 1 / neighbours  # 0 on average for each model, not for the one that looks best
        flattered.append(excess[losses.argmin()] - excess.mean())
        losses, choices = nested_cross_validation(models, X, y, mean_squared_error, 3, 4, rng)
        honest.append(np.mean(losses - 1 - 1 / neighbours[choices]))
    mean, error = mean_with_error(np.array(honest))
    assert abs(mean) < 4 * error
    mean, error = mean_with_error(np.array(flattered))
    assert mean < -4 * error
