"""Files of rows for the benchmarks of streaming, made when first asked for and removed at the end."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from abinitio.data import open_rows

DATA = "random: normal features with a spectrum falling from 3 to 0.3, in a .npy file of 840 MB"
D, K, BATCH = 20, 3, 100_000


@cache
def folder():
    """A folder for the files, removed at the end."""
    path = Path(tempfile.mkdtemp(prefix="abinitio-bench-"))
    atexit.register(shutil.rmtree, path, True)
    return path


@cache
def file_of(n, target):
    """A .npy file of n float32 rows: 20 features with a falling spectrum, and a target.

    target : "number"; "class", one of three; "two classes".
    """
    path, rng = folder() / f"{target}-{n}.npy", np.random.default_rng(0)
    mix = np.diag(np.geomspace(3, 0.3, D)) @ np.linalg.qr(rng.normal(size=(D, D)))[0]
    W = rng.normal(size=(D, K)) / 3
    rows = np.lib.format.open_memmap(path, "w+", np.float32, (n, D + 1))
    for start in range(0, n, 10**6):
        m = min(10**6, n - start)
        X = rng.standard_normal((m, D)) @ mix
        number = X @ W[:, 0] + rng.standard_normal(m)
        rows[start : start + m, :D] = X
        kind = (X @ W + rng.gumbel(size=(m, K))).argmax(axis=1)
        rows[start : start + m, D] = {"number": number, "class": kind, "two classes": kind == 0}[target]
    rows.flush()
    return path


def opened(n, target):
    """The file's rows, with names."""
    rows = open_rows(file_of(n, target))
    return rows, rows.columns[-1]
