"""Simulated pairs of jets: the same rows whatever the blocks, the stated distributions, and the exact ratio."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import chi2, kstest, norm, uniform

from abinitio.data import make_dijets
from abinitio.data.dijets import (
    DIJET_COLUMNS,
    DIJET_UNITS,
    PAIRS,
    QUARK,
    ROWS,
    dijet_blocks,
    dijet_log_ratio,
    falling_density,
)


def rows_of(n, **settings):
    return np.concatenate(list(dijet_blocks(n, **settings)))


@pytest.fixture(scope="module")
def background():
    return rows_of(200_000, fraction=0.0, seed=1).astype(float)


@pytest.fixture(scope="module")
def signal():
    return rows_of(100_000, fraction=1.0, seed=2).astype(float)


@pytest.mark.parametrize("rows", [1000, ROWS, ROWS + 1, 10**6])
def test_the_same_rows_come_whatever_the_blocks(rows):
    n = 2 * ROWS + 500
    blocks = list(dijet_blocks(n, rows=rows, seed=5))
    assert {len(block) for block in blocks[:-1]} <= {rows} and blocks[0].dtype == np.float32
    assert np.array_equal(np.concatenate(blocks), rows_of(n, seed=5))


def test_a_row_depends_on_the_seed_and_its_number_alone():
    whole = rows_of(2 * ROWS, seed=6)
    for start, n in ((0, 5), (ROWS - 3, 6), (ROWS, ROWS), (17, 2000)):
        assert np.array_equal(rows_of(n, start=start, seed=6), whole[start : start + n])
    assert not np.array_equal(rows_of(100, seed=7), whole[:100])
    assert not np.array_equal(whole[:100], whole[ROWS : ROWS + 100])


def test_blocks_are_the_callers_own():
    block = next(dijet_blocks(10, seed=8))
    block[:] = 0
    assert next(dijet_blocks(10, seed=8)).any()


def test_the_background_falls_as_the_function(background):
    edges = np.array([2.6, 2.7, 2.85, 3.0, 3.3, 3.7, 4.2, 5.0, 7.0])
    total = quad(falling_density, 2.6, 7.0)[0]
    expected = len(background) * np.array([quad(falling_density, a, b)[0] for a, b in pairwise(edges)]) / total
    found = np.histogram(background[:, 0], edges)[0]
    assert found.sum() == len(background)
    assert chi2(len(found) - 1).sf(np.sum((found - expected) ** 2 / expected)) > 0.001


@pytest.mark.parametrize("extreme", [2.6, 7.0])
def test_rounding_carries_no_mass_out_of_the_range(extreme, monkeypatch):
    monkeypatch.setattr("abinitio.data.dijets._falling_mass", lambda u: np.full(len(u), extreme))
    masses = rows_of(5, fraction=0.0, seed=0)[:, 0].astype(float)
    assert (masses >= 2.6).all() and (masses <= 7.0).all() and masses == pytest.approx(extreme, rel=1e-6)


def test_features_of_the_background_have_the_stated_laws(background):
    m, eta = background[:, 0], background[:, 2]
    assert kstest(np.expm1(eta) / np.expm1(1.3), uniform.cdf).pvalue > 0.001
    jets = np.log(background[:, 3:5] / QUARK.median) - 0.3 * np.log(m / 3.5)[:, None]
    logits = np.log(background[:, 5:7] / (1 - background[:, 5:7])) - QUARK.logit
    assert (background[:, 3] >= background[:, 4]).all()
    z = jets.ravel() / QUARK.width  # both jets together are independent again
    assert kstest(z, norm.cdf).pvalue > 0.001
    correlation = np.corrcoef(z, logits.ravel() / QUARK.spread)[0, 1]
    assert abs(correlation - QUARK.correlation) < 4 / np.sqrt(len(z))
    assert kstest(logits.ravel() / QUARK.spread, norm.cdf).pvalue > 0.001
    assert abs(np.corrcoef(jets.sum(axis=1), m)[0, 1]) < 4 / np.sqrt(len(m))


def test_the_momentum_is_that_of_two_jets_back_to_back(background):
    ratio = np.log(background[:, 1] * 2 * np.cosh(background[:, 2] / 2) / background[:, 0]) / 0.03
    assert kstest(ratio, norm.cdf).pvalue > 0.001


def test_the_resonance_has_mass_width_and_even_decays(signal):
    assert kstest((signal[:, 0] / 3.5 - 1) / 0.03, norm.cdf).pvalue > 0.001
    assert kstest(np.tanh(signal[:, 2] / 2) / np.tanh(0.65), uniform.cdf).pvalue > 0.001
    heavy, light = PAIRS
    mean = np.log(signal[:, 3] * signal[:, 4]).mean()
    error = np.sqrt((heavy.width**2 + light.width**2) / len(signal))
    assert abs(mean - np.log(heavy.median * light.median)) < 4 * error
    rows = rows_of(50_000, fraction=0.5, mass=4.0, width=0.01, seed=9)
    chosen = rows[rows[:, 7] == 1, 0]
    assert abs(chosen.mean() - 4.0) < 4 * 0.04 / np.sqrt(len(chosen))


def test_the_share_of_signal_is_the_fraction():
    signals = rows_of(300_000, fraction=0.01, seed=10)[:, 7].sum()
    assert abs(signals - 3000) < 4 * np.sqrt(3000)


def test_the_ratio_is_that_of_densities(background, signal):
    """E_b[r/(1 + r)] = E_s[1/(1 + r)], an integral of s b/(s + b) both; and in bins of r, s/b is what r says."""
    assert (background[:, 7] == 0).all() and (signal[:, 7] == 1).all()
    at_one_mass, other = background.copy(), signal.copy()
    at_one_mass[:, 3:5] *= (3.5 / background[:, :1]) ** 0.3
    at_one_mass[:, 0] = other[:, 0] = 3.5  # the signal's jets do not depend on it
    s, b = dijet_log_ratio(other), dijet_log_ratio(at_one_mass)
    one, two = expit(b), expit(-s)
    error = np.hypot(one.std() / np.sqrt(len(b)), two.std() / np.sqrt(len(s)))
    assert abs(one.mean() - two.mean()) < 4 * error < 0.1 * one.mean()
    edges = np.arange(-3.0, 4.0)
    in_s, in_b = np.histogram(s, edges)[0], np.histogram(b, edges)[0]
    ratio = (in_s / len(s)) / (in_b / len(b))
    error = 4 * ratio * np.sqrt(1 / in_s + 1 / in_b)
    assert (ratio > np.exp(edges[:-1]) - error).all() and (ratio < np.exp(edges[1:]) + error).all()


def test_the_set_keeps_the_truth_apart():
    data = make_dijets(3000, fraction=0.2, rng=np.random.default_rng(0))
    assert data.feature_names == DIJET_COLUMNS[:-1] and "signal" not in data.feature_names
    assert data.X.dtype == np.float32 and data.X.shape == (3000, 7) and set(np.unique(data.y)) == {0, 1}
    assert data.units == DIJET_UNITS and data.axis("mass") == "mass (TeV)"
    again = make_dijets(3000, fraction=0.2, rng=np.random.default_rng(0))
    assert np.array_equal(data.X, again.X)


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"n": -1}, "n = -1"), ({"n": 1, "rows": 0}, "rows = 0"), ({"n": 1, "fraction": 2}, "fraction is 2"),
     ({"n": 1, "mass": 2.7}, "six widths")],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(settings, told):
    with pytest.raises(ValueError, match=told):
        next(dijet_blocks(**settings, seed=0))
