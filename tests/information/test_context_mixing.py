"""Context mixing: mixing and its gradient, learning on a text, the contexts by hand."""

import numpy as np
import pytest

from abinitio.information.context_mixing import (
    confidence,
    contexts_at,
    mix_predictions,
    mixed_surprise,
    mixing_step,
)
from abinitio.linear_model.logistic import logistic_gradient

TEXT = b"She sells sea shells by the sea shore; the shells she sells are sea shells, for sure. " * 3


def test_the_step_is_down_the_gradient_of_the_surprise():
    rng = np.random.default_rng(0)
    w, x = rng.standard_normal((2, 5))
    for bit in (0, 1):
        surprise = lambda w, sign=2 * bit - 1: -np.log(mix_predictions(sign * x, w))  # 1 - σ(z) = σ(-z)
        slope = [(surprise(w + 1e-6 * e) - surprise(w - 1e-6 * e)) / 2e-6 for e in np.eye(5)]
        np.testing.assert_allclose((w - mixing_step(w, x, bit, 0.1)) / 0.1, slope, rtol=1e-5, atol=1e-8)
        theta = np.append(w, 0.0)  # the logistic regression of this one sample, without an intercept
        regression = logistic_gradient(theta, x[None], np.array([bit]), 0.0)[:-1]
        np.testing.assert_allclose((w - mixing_step(w, x, bit, 1.0)), regression, rtol=1e-12)


def test_one_prediction_with_weight_one_is_itself():
    for p in (0.01, 0.5, 0.9):
        assert mix_predictions(np.array([np.log(p / (1 - p))]), np.ones(1)) == pytest.approx(p)


def test_a_text_is_learnt():
    bits = mixed_surprise(TEXT) / np.log(2)
    third = len(TEXT) // 3
    assert bits[:third].mean() > 3 and bits[third + 10 :].mean() < 0.5
    assert mixed_surprise(b"").shape == (0,)


def test_random_bytes_cannot_be_learnt():
    bits = mixed_surprise(np.random.default_rng(1).integers(0, 256, 400, dtype=np.uint8).tobytes()) / np.log(2)
    assert bits.mean() > 8


def test_contexts():
    assert contexts_at(b"abc", 0) == [(i, b"") for i in range(7)] + [("word", b"")]
    assert contexts_at(b"I say", 5) == [
        *((i, b"I say"[5 - i :]) for i in range(6)),
        (6, b"I say"),
        ("word", b"say"),
    ]
    assert contexts_at(b"a1Bc", 4)[-1] == ("word", b"bc")
    assert {confidence(i) for i in range(7)} == {0, 1, 2}
