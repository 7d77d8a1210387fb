"""Texts: what ships is split by play and apart from tiny Shakespeare; 27 letters; entropies as the texts print them."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from abinitio.data import (
    fetch_tiny_shakespeare,
    letter_codes,
    load_author_counts,
    load_shakespeare,
    registry,
    to_letters,
)
from abinitio.data.registry import RemoteFile
from abinitio.data.texts import LETTERS, Text, letter_counts

TINY_BEGINS = "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n"


def entropy(counts):
    p = counts[counts > 0] / counts.sum()
    return -np.sum(p * np.log2(p))


def test_27_letters_by_hand():
    assert to_letters("  Ay,\n\n'tis 3 o'clock -- naïve Ångström! ") == "ay tis o clock naive angstrom"
    assert to_letters("123 ...") == "" and len(letter_codes("")) == 0
    assert "".join(LETTERS[i] for i in letter_codes("Zounds, sir!")) == "zounds sir"
    assert set(to_letters("".join(map(chr, range(1, 3000))))) == set(LETTERS)
    assert letter_counts(["Aa b", ""]).tolist() == [[1, 2, 1] + 24 * [0], 27 * [0]]
    assert letter_counts([]).shape == (0, 27)


def test_the_plays_are_whole_and_split_by_play():
    data = load_shakespeare()
    by_title = dict(zip(data.titles, data.documents))
    assert by_title["Macbeth"].startswith("First Witch:\nWhen shall we three meet again\nIn thunder, lightning, or in")
    assert "To be, or not to be: that is the question:\nWhether 'tis nobler" in by_title["Hamlet"]
    assert "All the world's a stage,\nAnd all the men and women merely players:" in by_title["As You Like It"]
    assert data.train == "\n".join(text for text, out in zip(data.documents, data.held_out) if not out)
    assert [title for title, out in zip(data.titles, data.held_out) if out] == ["Othello", "As You Like It", "Henry V"]
    assert {data.target_names[k] for k, out in zip(data.y, data.held_out) if out} == set(data.target_names)
    assert "Desdemona" in data.test and "Desdemona" not in data.train
    assert not set("[]<>#*\\") & set(data.train + data.test)


def test_every_speech_has_a_speaker():
    speeches = load_shakespeare().documents[0].rstrip("\n").split("\n\n")
    assert len(speeches) > 1000
    assert all(speech.split("\n")[0].endswith(":") and "\n" in speech for speech in speeches)


def test_what_ships_is_what_english_is():
    data = load_shakespeare()
    table = data.X.sum(axis=0)
    assert "".join(LETTERS[i] for i in np.argsort(-table)[:4]) == " eto"
    assert 4.0 < entropy(table) < 4.15  # C. E. Shannon (1951), 27 symbols: 4.03 bits
    assert np.array_equal(table, sum(np.bincount(letter_codes(text), minlength=27) for text in data.documents))


def test_pairs_by_author():
    data = load_author_counts()
    tables = data.X.reshape(-1, 27, 27)
    title, plays = data.truth["title"], load_shakespeare()
    for name, text in zip(("hamlet", "othello"), (plays.documents[0], plays.documents[10])):
        codes = letter_codes(text)
        expected = np.zeros((27, 27), dtype=int)
        np.add.at(expected, (codes[:-1], codes[1:]), 1)
        assert np.array_equal(tables[list(title).index(name)], expected)
    assert np.abs(tables.sum(axis=1) - tables.sum(axis=2))[:104].max() <= 1  # what follows is what is followed
    totals = np.array([tables[data.y == k].sum(axis=0) for k in range(3)])
    assert np.all(totals[:, 17, 21] > 0.95 * totals[:, 17].sum(axis=1))  # q, then u
    assert np.all(totals[:, 0, 0] == 0)  # never two spaces
    conditional = [entropy(table) - entropy(table.sum(axis=1)) for table in totals]
    assert all(3.0 < bits < 3.5 for bits in conditional)  # C. E. Shannon (1951): 3.32 bits
    assert title[38:40].tolist() == ["Genesis", "Exodus"] and title[-1] == "positive"


@pytest.fixture
def tiny(server, folder, monkeypatch):
    body = TINY_BEGINS.encode()
    server.answers["/tiny"] = lambda handler: handler.reply(body)
    file = RemoteFile("tiny.txt", hashlib.sha256(body).hexdigest(), len(body), (f"{server.url}/tiny",))
    entry = replace(registry.ENTRIES["tiny_shakespeare"], files=(file,))
    monkeypatch.setitem(registry.ENTRIES, "tiny_shakespeare", entry)
    return file


def test_tiny_shakespeare_is_cut_after_nine_tenths(tiny):
    first, second = fetch_tiny_shakespeare(progress=False), fetch_tiny_shakespeare(progress=False)
    assert (first.origin, second.origin) == ("downloaded", "cached") and first.sha256 == tiny.sha256
    assert first.train + first.test == TINY_BEGINS and len(first.train) == int(0.9 * len(TINY_BEGINS))
    assert np.array_equal(first.X.sum(axis=0), letter_counts([first.train])[0] + letter_counts([first.test])[0])


def test_without_a_network_the_plays_ship(tiny, server):
    server.answers = {}
    with pytest.raises(OSError, match=r"load_shakespeare\(\) ships"):
        fetch_tiny_shakespeare(progress=False)


def test_nothing_of_tiny_shakespeare_is_in_what_ships():
    """Its nine plays are known by their first lines and chief characters; none of them speaks here."""
    data = load_shakespeare()
    speakers = {line for text in data.documents for line in text.split("\n") if line.endswith(":")}
    elsewhere = ("CORIOLANUS", "RICHARD", "LEONTES", "ROMEO", "JULIET", "PETRUCHIO", "PROSPERO", "ISABELLA")
    assert not {f"{name}:" for name in elsewhere} & speakers
    assert "First Citizen:\nBefore we proceed any further" not in data.train + data.test


def test_as_many_documents_as_rows():
    with pytest.raises(ValueError, match="X has 2 rows and 1 titles"):
        Text("two", np.zeros((2, 27)), documents=("a", "b"), titles=("one",), held_out=(False, True))
