"""Cutting, the mixing of a shuffled pass, its reproducibility, and the bound of memory."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abinitio.data.streams import ArrayRows, open_rows, write_rows
from abinitio.data.streams.blocks import cut


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.integers(1, 60), st.integers(0, 40))
def test_cuts_cover_all_rows_and_keep_groups_whole(groups, rows, more):
    edges = np.cumsum([0, *groups])
    n, largest = int(edges[-1]), rows + more
    ranges = cut(n, rows, edges, largest=largest)
    assert [start for start, _ in ranges] == [0, *(stop for _, stop in ranges[:-1])] and ranges[-1][1] == n
    for start, stop in ranges:
        assert 0 < stop - start <= largest
        of_groups = start in edges and stop in edges
        within_one = any(a <= start and stop <= b and b - a > largest for a, b in pairwise(edges))
        assert of_groups or within_one


def places(rows, **settings):
    """The number of each row in the file, in the order of a shuffled pass."""
    return np.concatenate([b.X[:, 0] for b in rows.blocks(**settings)])


def test_a_shuffled_pass_has_every_row_once_and_follows_from_seed_and_bound():
    rows = ArrayRows(np.arange(20_000.0)[:, None])
    one = places(rows, memory=1e5, seed=1)
    np.testing.assert_array_equal(np.sort(one), np.arange(20_000))
    np.testing.assert_array_equal(one, places(rows, memory=1e5, seed=1))
    assert (one == places(rows, memory=1e5, seed=2)).mean() < 0.01
    assert (one == places(rows, memory=2e5, seed=1)).mean() < 0.01
    blocks = list(rows.blocks(memory=1e5, seed=1))
    assert [b.start for b in blocks] == [0, *(b.stop for b in blocks[:-1])] and blocks[-1].stop == 20_000
    assert max(len(b.X) for b in blocks) <= 1.1 * 1e5 / 32 / 8  # 16 bytes a row, half of the bound, an eighth of it
    for seed in (0.5, "1", np.random.default_rng(0)):
        with pytest.raises(TypeError, match="give an integer"):
            rows.blocks(seed=seed)


def test_what_fits_in_the_buffer_is_a_uniform_permutation():
    rows = ArrayRows(np.arange(64.0)[:, None])
    table = np.array([places(rows, seed=seed) for seed in range(400)])
    counts = np.array([np.bincount(column.astype(int), minlength=64) for column in table.T])
    chi2 = ((counts - 400 / 64) ** 2 / (400 / 64)).sum()
    assert abs(chi2 - 63 * 63) < 5 * np.sqrt(2 * 63 * 63)  # chi2 with 63 * 63 degrees of freedom


def test_positions_before_and_after_are_uncorrelated_and_neighbours_part(tmp_path):
    n = 200_000
    rows = write_rows(tmp_path / "t.npy", [np.arange(n, dtype=float)[:, None]], ["t"])
    at = places(rows, memory=2e6, seed=5)  # 62,500 rows a buffer, pieces of 16,000 rows: the coarsest there is
    pieces = n / 15_625
    # rows of a piece stay within a buffer, so that r has the standard error of its pieces, not of its rows
    assert abs(np.corrcoef(at, np.arange(n))[0, 1]) < 4 / np.sqrt(pieces)
    steps = np.abs(np.diff(at))
    assert (steps == 1).mean() < 1e-3 and np.median(steps) > n / 20
    # within a block any part of the buffer is as likely as any other: the mean of a block is that of its buffer
    blocks = [b.X[:, 0] for b in rows.blocks(memory=2e6, seed=5)]
    buffer = np.concatenate(blocks[:8])
    for block in blocks[:8]:
        assert abs(block.mean() - buffer.mean()) < 5 * buffer.std() / np.sqrt(len(block))


def test_small_pieces_give_a_buffer_of_all_parts_of_the_file(tmp_path):
    n, d = 400_000, 16
    X = np.zeros((n, d), np.float32)
    X[:, 0] = np.arange(n)
    rows = write_rows(tmp_path / "t.npy", [X], [f"x{j}" for j in range(d)])
    means = [b.X[:, 0].mean(dtype=float) / n for b in rows.blocks(memory=8e6, seed=2)]
    # 25.6 MB in pieces of 128 KB, some 27 a buffer of 3.6 MB: each block's mean is 1/2 within 1/sqrt(12 * 27)
    assert len(means) > 40 and np.abs(np.array(means) - 0.5).max() < 4 / np.sqrt(12 * 27)


LOOP = """
import sys
from abinitio.data.streams import open_rows
def now(word): return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(word)) * 1024
rows = open_rows(sys.argv[1])
rows.read(0, 10)  # what is imported and allocated once
memory, seed = float(sys.argv[2]), eval(sys.argv[3])
open("/proc/self/clear_refs", "w").write("5")
before = now("VmRSS")
for block in rows.blocks(memory, seed):
    pass
print(now("VmHWM") - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("suffix", ["npy", "parquet", "h5"])
def test_the_bound_of_memory_is_kept(tmp_path, suffix):
    X = np.random.default_rng(0).standard_normal((1_000_000, 16), dtype=np.float32)  # 64 MB, twice the bound
    path = tmp_path / f"t.{suffix}"
    write_rows(path, np.array_split(X, 10), [f"x{j}" for j in range(16)])
    del X
    for seed in (None, 1):
        run = subprocess.run([sys.executable, "-c", LOOP, path, "32e6", str(seed)], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert 8e6 < int(run.stdout) < 32e6


def test_open_rows_reads_nothing_yet(tmp_path):
    path = tmp_path / "t.npy"
    np.lib.format.open_memmap(path, mode="w+", shape=(10**8, 4), dtype=np.float32).flush()  # a sparse file
    rows = open_rows(path)
    assert rows.shape == (10**8, 4) and len(rows.ranges()) == 76
    assert rows.read(10**8 - 2, 10**8).tolist() == [[0] * 4] * 2
