"""The compressor: round trips byte for byte, its length, its readable twin, the tables that both sides share."""

import bz2
import hashlib
import lzma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abinitio.data import load_shakespeare
from abinitio.information import mixing_compressor as module
from abinitio.information.context_mixing import mixed_surprise
from abinitio.information.mixing_compressor import compress, decompress, model_surprise

RANDOM = np.random.default_rng(0).integers(0, 256, 5000, dtype=np.uint8).tobytes()


@settings(max_examples=20, deadline=None)
@given(text=st.binary(max_size=300), prior=st.binary(max_size=50))
def test_round_trip(text, prior):
    assert decompress(compress(text, prior), prior) == text


@pytest.mark.parametrize("text", [b"", b"\0", b"a", b"a" * 100_000, bytes(range(256)) * 20, RANDOM], ids=len)
def test_round_trip_and_length_of_the_unusual(text):
    data = compress(text)
    assert decompress(data) == text
    assert 8 * len(data) <= 1.01 * model_surprise(text).sum() / np.log(2) + 64


def test_random_bytes_grow_by_a_tenth_at_most_and_constant_ones_vanish():
    assert len(compress(RANDOM)) < 1.1 * len(RANDOM) and len(compress(b"a" * 100_000)) < 200
    assert len(compress(b"")) == 1


def test_a_play_against_the_usual_compressors():
    text = load_shakespeare().test[:60_000].encode()
    data = compress(text)
    assert decompress(data) == text
    bits = model_surprise(text).sum() / np.log(2)
    assert bits <= 8 * len(data) <= 1.01 * bits + 64
    assert len(data) < 0.8 * len(lzma.compress(text, preset=9)) and len(data) < 0.9 * len(bz2.compress(text))


def test_what_both_sides_know_need_not_be_sent():
    play = load_shakespeare()
    text, prior = play.test[:10_000].encode(), play.train[:80_000].encode()
    data = compress(text, prior)
    assert decompress(data, prior) == text and len(data) < 0.85 * len(compress(text))
    assert decompress(data) != text


def test_equal_to_the_readable_twin():
    text = load_shakespeare().train[:2500].encode()
    fast, readable = model_surprise(text), mixed_surprise(text)
    assert fast.sum() == pytest.approx(readable.sum(), rel=0.02)  # integers, and the last table, which the twin has not
    assert np.corrcoef(fast, readable)[0, 1] > 0.99


def test_the_tables_are_the_same_on_every_machine():
    """Encoder and decoder must round alike: a machine on which this fails cannot read the others' files."""
    tables = np.concatenate([module._LOGIT, module._SIGMOID, module._SHARE]).astype("<i8")
    assert (
        hashlib.sha256(tables.tobytes()).hexdigest()
        == "f55f10aa66d04d452b6f7c941fc73c18626706b3169e9b81b9c98c659dd52d3b"
    )
    assert (
        hashlib.sha256(compress(b"to be or not to be")).hexdigest()
        == "f53d801193ce8ccdececf26188420d5bf2ee11e8861651ce666bebaff5b35cd7"
    )


def test_data_that_end_within_the_length():
    for data in (b"", b"\x80\x80"):
        with pytest.raises(ValueError, match="end within the length"):
            decompress(data)
    assert len(decompress(compress(b"to be or not to be")[:5])) == 18  # garbled, but of the right length
