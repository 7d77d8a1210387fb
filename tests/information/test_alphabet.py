"""Alphabets: round trips for characters, bytes and words; what is not in the alphabet is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abinitio.information.alphabet import (
    alphabet_of,
    common_words,
    decode_text,
    encode_text,
    replace_unknown,
    words_of,
)


@settings(max_examples=50, deadline=None)
@given(text=st.one_of(st.text("aZé☃\n\0 "), st.lists(st.sampled_from(["to", "be", "or", "é"]))))
def test_round_trip(text):
    alphabet = alphabet_of(text)
    codes = encode_text(text, alphabet)
    assert decode_text(codes, alphabet) == text and len(codes) == len(text)
    assert list(alphabet) == sorted(set(text)) and set(codes.tolist()) == set(range(len(alphabet)))


def test_bytes_are_numbers():
    assert alphabet_of(b"banana") == (97, 98, 110) and encode_text(b"nab", alphabet_of(b"banana")).tolist() == [2, 0, 1]


@pytest.mark.parametrize(("text", "named"), [("cat", "'c'"), (["to", "bee"], "'bee'")])
def test_an_unknown_symbol_is_named(text, named):
    with pytest.raises(ValueError, match=f"{named} is not in the alphabet of 2 symbols"):
        encode_text(text, ("to", "be") if isinstance(text, list) else "at")


def test_words():
    assert words_of("O'er naïve 3rd-rate words_here; 'tis Ay!") == [
        *["o'er", "naïve", "rd", "rate", "words", "here", "tis", "ay"]
    ]
    assert common_words("b a b c a".split(), 2) == ("a", "b") and common_words([], 3) == ()
    assert replace_unknown(["x", "a", "y"], ["a"]) == ["<unknown>", "a", "<unknown>"]
