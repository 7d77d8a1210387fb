"""Types of columns, and integers that a float cannot hold."""

import numpy as np
import pytest

from abinitio.data.streams.files import Column, finite, float_type, put


@pytest.mark.parametrize("name", ["float16", "float32", "int8", "int16", "uint16", "bool"])
def test_float32_is_chosen_only_where_it_is_exact(name):
    assert float_type([name]) == np.float32
    assert float_type([name, "int32"]) == float_type([name, "float64"]) == np.float64
    kind = np.dtype(name)
    extremes = [0, 1] if name == "bool" else [np.iinfo(kind).min, np.iinfo(kind).max] if kind.kind in "iu" else [0.1]
    values = np.array(extremes, kind)
    assert np.array_equal(values.astype(np.float32).astype(kind), values)


@pytest.mark.parametrize(
    "word", ["string", "decimal128(5, 2)", "list<item: double>", "of shape (3,), type float64", "|S4"]
)
def test_words_that_are_no_numbers(word):
    assert not Column("x", word).numeric


def test_integers_beyond_2_53_are_refused_and_none_below():
    out = np.empty(2)
    put(out, np.array([2**53, -(2**53)]), "id", 0, str)
    assert out.tolist() == [2.0**53, -(2.0**53)]
    for values in ([0, 2**53 + 1], [-(2**53) - 1, 0], [0, np.iinfo(np.int64).min]):
        with pytest.raises(ValueError, match=r"row 7 or after: column 'id' holds integers beyond 2\^53"):
            put(out, np.array(values), "id", 7, "row {}".format)


def test_finite_is_not_misled_by_overflow_or_cancellation():
    assert finite(np.full((9, 2), 3e38, np.float32))
    assert not finite(np.array([[np.inf], [-np.inf]])) and not finite(np.array([[1.0], [np.nan]]))
