"""Texts: Shakespeare's plays, split by play, and tiny Shakespeare to fetch; the reduction to 27 letters."""

import bz2
import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files

import numpy as np

from abinitio.data.cache import sha256_of
from abinitio.data.download import fetch_files
from abinitio.data.record import Dataset
from abinitio.data.registry import find_entry

LETTERS = " abcdefghijklmnopqrstuvwxyz"
LETTER_NAMES = ("space", *LETTERS[1:])


@dataclass(frozen=True, eq=False)
class Text(Dataset):
    """A data set of documents; the numbers in it are the counts of their letters.

    X : (n, 27) how often each document has the space and each letter, after `to_letters`;  y : (n,) its class;
    documents : n strings, whole, with their punctuation, capitals and line breaks;  titles : their n names;
    held_out : n times whether a document is for testing only;  separator : what stands between joined documents.
    """

    documents: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    held_out: tuple[bool, ...] = ()
    separator: str = "\n"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("documents", "titles", "held_out"):
            if len(getattr(self, name)) != len(self.X):
                raise ValueError(f"{self.name}: X has {len(self.X)} rows and {len(getattr(self, name))} {name}")

    @property
    def train(self) -> str:
        """The documents to learn from, joined."""
        return self.separator.join(text for text, out in zip(self.documents, self.held_out) if not out)

    @property
    def test(self) -> str:
        """The documents that are held out, joined: nothing may be learnt from them."""
        return self.separator.join(text for text, out in zip(self.documents, self.held_out) if out)


def to_letters(text: str) -> str:
    """`text` in 27 symbols: small letters without accents, and one space for whatever is between them.

    Every stretch of other characters (punctuation, apostrophes, digits, line breaks) becomes one space; there is none
    at the beginning or the end. This is the alphabet of C. E. Shannon, Bell System Technical Journal 30, 50 (1951).

    >>> to_letters("Nay, answer me:\\nI know't. Café No. 7!")
    'nay answer me i know t cafe no'
    """
    plain = unicodedata.normalize("NFKD", text).lower()
    return re.sub("[^a-z]+", " ", re.sub("[\u0300-\u036f]", "", plain)).strip()


def letter_codes(text: str) -> np.ndarray:
    """(n,) uint8 numbers of the symbols of `to_letters(text)`: 0 the space, 1 to 26 the letters.

    >>> letter_codes("A cab!")
    array([1, 0, 3, 1, 2], dtype=uint8)
    """
    codes = np.frombuffer(to_letters(text).encode("ascii"), dtype=np.uint8)
    return np.where(codes == ord(" "), 0, codes - 96).astype(np.uint8)


def letter_counts(documents: Sequence[str]) -> np.ndarray:
    """(n, 27) how often each of n `documents` has the space and each letter, after `to_letters`."""
    return np.array([np.bincount(letter_codes(text), minlength=27) for text in documents]).reshape(-1, 27)


def load_shakespeare() -> Text:
    """13 plays by Shakespeare, 10 to learn from and 3 held out: one tragedy, one comedy, one history.

    X : (13, 27) counts of the letters of each play;  y : (13,) index into target_names of its genre.
    documents : the plays (1.6 million characters), in the form of tiny Shakespeare: the speaker's name and a colon on a
    line, then what is said, then an empty line. Stage directions and the headings of acts and scenes are left out.
    train, test : the plays joined; held out are Othello, As You Like It and Henry V.
    None of these plays is in tiny Shakespeare, which is made of nine others: a model of these may be tested on it.

    >>> data = load_shakespeare()
    >>> data.titles[0], data.documents[0][:21], len(data.train) > 10**6
    ('Hamlet', "BERNARDO:\\nWho's there", True)
    """
    with as_file(files("abinitio.data") / "files" / "shakespeare.csv.bz2") as path:
        rows = read_rows(bz2.decompress(path.read_bytes()).decode("utf-8"))
        sha256 = sha256_of(path)
    entry, genres = find_entry("shakespeare"), tuple(sorted({row["genre"] for row in rows}))
    documents = tuple(row["text"] for row in rows)
    return Text(
        "Shakespeare, 13 plays", letter_counts(documents), np.array([genres.index(row["genre"]) for row in rows]),
        feature_names=LETTER_NAMES, target_names=genres, units=dict.fromkeys(LETTER_NAMES, "count"),
        origin="bundled", source=entry.source, licence=entry.terms, sha256=sha256, description=entry.summary,
        documents=documents, titles=tuple(row["title"] for row in rows),
        held_out=tuple(row["part"] == "test" for row in rows),
    )  # fmt: skip


def fetch_tiny_shakespeare(*, progress: bool = True) -> Text:
    """Tiny Shakespeare: nine plays in one file of 1,115,394 characters, cut as is usual after the first 90 %.

    documents : the two parts, of which the second is held out;  X : (2, 27) the counts of their letters;  y : None.
    The cut is in the middle of a play (The Taming of the Shrew), so that names of its second part are known from the
    first; the split of `load_shakespeare` is by play.
    Downloaded once (1.1 MB), checked against its SHA-256 at every use;  progress : show a bar while downloading.
    Raises OSError, with what to do, where the file cannot be had.
    """
    entry = find_entry("tiny_shakespeare")
    (path,), origin = fetch_files(entry, progress)
    text = path.read_text(encoding="ascii")
    cut = int(0.9 * len(text))
    documents = (text[:cut], text[cut:])
    return Text(
        "tiny Shakespeare", letter_counts(documents),
        feature_names=LETTER_NAMES, units=dict.fromkeys(LETTER_NAMES, "count"),
        origin=origin, source=entry.source, licence=entry.terms, sha256=sha256_of(path), description=entry.summary,
        documents=documents, titles=("first 90 %", "last 10 %"), held_out=(False, True), separator="",
    )  # fmt: skip


def load_author_counts() -> Dataset:
    """Pairs of letters in 106 texts: 38 plays by Shakespeare, the 66 books of the King James Bible, film reviews.

    X : (106, 729) how often letter i is followed by letter j, in column 27 i + j, after `to_letters` (0 is the space);
    y : (106,) index into target_names of who wrote it;  truth["title"] : (106,) the names of the texts.
    The plays are whole ones, also those that Shakespeare wrote with others (Edward III, Henry VI Part 1, Henry VIII,
    Pericles, Timon of Athens, Titus Andronicus); those of tiny Shakespeare are among them. The reviews, of very many
    writers, are two texts: those against their film and those for it, of the training half of IMDB's.
    Counts only: no sentence can be read off them.

    >>> data = load_author_counts()
    >>> data.feature_names[data.X.sum(axis=0).argmax()], np.bincount(data.y)  # the commonest pair; texts by author
    ('e space', array([38, 66,  2]))
    """
    entry = find_entry("author_counts")
    with as_file(files("abinitio.data") / "files" / "author_counts.npz") as path:
        with np.load(path) as table:
            X, y, title, author = (table[name] for name in ("pairs", "y", "title", "author"))
        sha256 = sha256_of(path)
    names = tuple(f"{a} {b}" for a in LETTER_NAMES for b in LETTER_NAMES)
    return Dataset(
        "pairs of letters by author", X, y, truth={"title": title},
        feature_names=names, target_names=tuple(author.tolist()), units=dict.fromkeys(names, "count"),
        origin="bundled", source=entry.source, licence=entry.terms, sha256=sha256, description=entry.summary,
    )  # fmt: skip


def read_rows(text: str) -> list[dict[str, str]]:
    """The rows of a csv table given as `text`, whose fields may hold line breaks and a million characters."""
    before = csv.field_size_limit(10**7)
    try:
        return list(csv.DictReader(io.StringIO(text, newline="")))
    finally:
        csv.field_size_limit(before)
