"""From texts to arrays of numbers and back: characters or words as codes 0 ... K - 1.

A text is a string (its symbols are characters), bytes (their symbols are bytes) or a sequence of words. An alphabet is
what a text is made of, in a fixed order: a string of characters, or a tuple of words.
"""

import re
from collections import Counter

import numpy as np


def alphabet_of(text):
    """The distinct symbols of a text, sorted.

    text : a string, or a sequence of words.  Returns a string, or a tuple of words.

    >>> alphabet_of("banana"), alphabet_of(["to", "be", "or", "to"])
    ('abn', ('be', 'or', 'to'))
    """
    symbols = sorted(set(text))
    return "".join(symbols) if isinstance(text, str) else tuple(symbols)


def encode_text(text, alphabet):
    """The codes (n,) of a text: the place of each of its symbols in the alphabet.

    text : a string or a sequence of words;  alphabet : a string, or a sequence of words, without repetitions.
    ValueError, which names it, where a symbol is not in the alphabet.

    >>> encode_text("cab", "abc"), encode_text(["be", "to"], ("to", "be"))
    (array([2, 0, 1]), array([1, 0]))
    """
    place = {symbol: i for i, symbol in enumerate(alphabet)}
    try:
        return np.fromiter(map(place.__getitem__, text), dtype=np.intp, count=len(text))
    except KeyError as unknown:
        raise ValueError(
            f"{unknown} is not in the alphabet of {len(alphabet)} symbols; give it one that has it"
        ) from None


def decode_text(codes, alphabet):
    """The text that `encode_text` turned into codes.

    codes : (n,) integers;  alphabet : a string, or a sequence of words.  Returns a string, or a list of words.

    >>> decode_text([2, 0, 1], "abc"), decode_text([1, 0], ("to", "be"))
    ('cab', ['be', 'to'])
    """
    symbols = [alphabet[i] for i in codes]
    return "".join(symbols) if isinstance(alphabet, str) else symbols


def words_of(text):
    """The words of a text in small letters, in their order; an apostrophe between letters belongs to a word.

    text : a string.  Returns a list of strings; digits and punctuation are dropped.

    >>> words_of("Who's there? -- Nay, answer me: 'tis 12.")
    ["who's", 'there', 'nay', 'answer', 'me', 'tis']
    """
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower())


def common_words(words, n):
    """The n commonest words, commonest first; of equally common ones those that come first in the alphabet.

    words : sequence of strings;  n : integer.  Returns a tuple of at most n strings.

    >>> common_words(["to", "be", "or", "not", "to", "be"], 3)
    ('be', 'to', 'not')
    """
    return tuple(word for word, _ in sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))[:n])


def replace_unknown(words, vocabulary, unknown="<unknown>"):
    """The words, each that is not in the vocabulary replaced by one and the same word `unknown`.

    words : sequence of strings;  vocabulary : words that are kept;  unknown : a string.  Returns a list of strings.

    >>> replace_unknown(["to", "bee"], ("to", "be"))
    ['to', '<unknown>']
    """
    known = set(vocabulary)
    return [word if word in known else unknown for word in words]
