"""The compiled coder: bit by bit that of the readable one, back again, for all sizes and shapes of frequencies."""

import numpy as np
import pytest

from abinitio.information.arithmetic_coding import decode_message, encode_message
from abinitio.information.interval_coder import decode_with_table, encode_intervals


def intervals(codes, cumulative):
    return cumulative[codes], cumulative[codes + 1], np.full(len(codes), cumulative[-1])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 50, 400])
@pytest.mark.parametrize("K", [1, 2, 7, 256])
def test_equal_to_the_readable_coder(n, K):
    rng = np.random.default_rng(1000 * n + K)
    for largest in (2, 300, (1 << 24) // K):
        cumulative = np.concatenate([[0], np.cumsum(rng.integers(1, largest, K, endpoint=True))])
        codes = rng.integers(0, K, n)
        data = encode_intervals(*intervals(codes, cumulative))
        assert data == encode_message(codes, lambda _, cumulative=cumulative: cumulative)
        assert np.array_equal(decode_with_table(data, n, cumulative), codes)
    assert np.array_equal(decode_message(data, n, lambda _: cumulative), codes)


@pytest.mark.parametrize("after", [[], [0], [2]])
def test_digits_that_wait_long(after):
    half = (1 << 23) - 1
    cumulative, codes = np.array([0, half, half + 2, 2 * half + 2]), np.array([1] * 300 + after)
    data = encode_intervals(*intervals(codes, cumulative))
    assert data == encode_message(codes, lambda _: cumulative)
    assert np.array_equal(decode_with_table(data, len(codes), cumulative), codes)


def test_a_long_message_has_the_length_of_its_surprise():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(64, 0.3))
    cumulative = np.concatenate([[0], np.cumsum(1 + np.floor(p * (1 << 20)).astype(int))])
    codes = rng.choice(64, 300_000, p=p)
    data = encode_intervals(*intervals(codes, cumulative))
    bits = -np.log2(np.diff(cumulative)[codes] / cumulative[-1]).sum()
    assert abs(8 * len(data) - bits) < 1e-4 * bits + 64  # the rounding of the intervals costs 2^-8 of a bit at most
    assert np.array_equal(decode_with_table(data, len(codes), cumulative), codes)


def test_damaged_data_give_a_message_all_the_same():
    cumulative = np.array([0, 3, 5, 11])
    assert len(decode_with_table(b"", 40, cumulative)) == len(decode_with_table(b"\xff" * 9, 40, cumulative)) == 40


@pytest.mark.parametrize("wrong", [(2, 2, 5), (3, 2, 5), (-1, 2, 5), (0, 6, 5), (0, 1, (1 << 24) + 1)])
def test_an_interval_that_is_none_is_named(wrong):
    start, stop, total = (np.array([0 if name == 0 else 1, value]) for name, value in enumerate(wrong))
    with pytest.raises(ValueError, match=f"symbol 1 has {wrong[0]} ... {wrong[1]} of {wrong[2]};"):
        encode_intervals(start, stop, total)
    with pytest.raises(ValueError, match="symbol 1 has frequency 0"):
        decode_with_table(b"a", 3, np.array([0, 2, 2]))
