"""Scaling with the training set's mean and deviation alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from abinitio.linear_model.standardize import standardize

rng = np.random.default_rng(0)
TRAIN, TEST = rng.normal([0, 5, -300], [1, 0.01, 70], (50, 3)), rng.normal([1, 5, 0], [2, 0.02, 10], (20, 3))


def test_training_features_have_mean_zero_and_mean_square_one():
    train, _ = standardize(TRAIN, TEST)
    np.testing.assert_allclose(train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((train**2).mean(axis=0), 1, rtol=1e-12)  # 1/n


def test_equals_scikit_learn_fitted_on_the_training_set():
    scaler = StandardScaler().fit(TRAIN)
    for ours, theirs in zip(standardize(TRAIN, TEST), (scaler.transform(TRAIN), scaler.transform(TEST))):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_the_test_set_does_not_leak():
    train, _ = standardize(TRAIN, TEST)
    again, other = standardize(TRAIN, 100 * TEST[:1])
    np.testing.assert_array_equal(train, again)
    _, alone = standardize(TRAIN, TEST[3:4])
    np.testing.assert_array_equal(alone[0], standardize(TRAIN, TEST)[1][3])
    assert other.shape == (1, 3)


@given(st.sampled_from([0.1, 3.0, 1e9, -1e-9, 0.0]), st.integers(2, 12))
def test_a_constant_feature_is_shifted_not_scaled(constant, n):
    X = np.column_stack([np.full(n, constant), np.arange(n)])
    train, test = standardize(X, np.array([[constant + 2.0, 0.0]]))
    np.testing.assert_allclose(train[:, 0], 0, atol=1e-15 * abs(constant))
    np.testing.assert_allclose(test[0, 0], 2.0, rtol=1e-6)


@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_units_and_offset_drop_out(unit, offset):
    for ours, changed in zip(standardize(TRAIN, TEST), standardize(unit * TRAIN + offset, unit * TEST + offset)):
        np.testing.assert_allclose(changed, ours, atol=1e-5)


def test_inputs_stay_as_they_are():
    train, test = TRAIN.copy(), TEST.copy()
    standardize(train, test)
    np.testing.assert_array_equal(train, TRAIN)
    np.testing.assert_array_equal(test, TEST)
