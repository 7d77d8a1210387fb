"""How a pass over rows is cut into blocks: in order, or shuffled so that a seed gives the same pass again."""

import itertools
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from abinitio.data.streams.rows import Rows

PER_BUFFER = 8  # blocks that a full buffer of shuffled rows is given out in
_PIECES = 256  # at most so many pieces fill a buffer: the more, the better the mixing
_SMALLEST = 2**17  # bytes that are worth a jump in the file


class Block(NamedTuple):
    """Rows of one step of a pass: number `index`, rows `start` to `stop` of the pass, as `X` : (stop - start, d)."""

    index: int  # type: ignore[assignment]  # a tuple's method of that name is not missed
    start: int
    stop: int
    X: np.ndarray


def rows_per_block(memory: float, row_bytes: int) -> int:
    """Rows of `row_bytes` in a block, so that two blocks and what it takes to read one need at most `memory` bytes.

    >>> rows_per_block(64e6, 64)
    333333
    """
    rows = int(memory / (3 * row_bytes))
    if rows < 1:
        raise ValueError(f"memory is {memory:g} bytes and a row needs {3 * row_bytes}; give 64e6, say")
    return rows


def cut(
    n: int, rows: int, edges: np.ndarray | None = None, align: int = 1, largest: int | None = None
) -> list[tuple[int, int]]:
    """Ranges (start, stop) that cover 0 to `n`, of at most `rows` rows each.

    edges : rows between which a range is cut only where there are more than `largest` (`rows` by default) between two;
    align : without edges, ranges begin at multiples of it, where `rows` allows.

    >>> cut(10, 4), cut(10, 5, edges=np.array([0, 2, 4, 10])), cut(10, 5, align=2)
    ([(0, 4), (4, 8), (8, 10)], [(0, 4), (4, 7), (7, 10)], [(0, 4), (4, 8), (8, 10)])
    """
    if edges is None:
        step = max(rows // align, 1) * align if rows >= align else rows
        return [(start, min(start + step, n)) for start in range(0, n, step)]
    largest, ranges, start, stop = largest or rows, list[tuple[int, int]](), 0, 0
    for edge in [*map(int, edges), n + 1]:  # the last closes what is open
        if edge - start > rows and stop > start:
            parts = -(-(stop - start) // largest) if stop - start > rows else 1
            at = [start + (stop - start) * k // parts for k in range(parts + 1)]
            ranges += itertools.pairwise(at)
            start = stop
        stop = edge
    return ranges if ranges and ranges[-1][1] == n else [*ranges, (start, n)]


def in_order(rows: "Rows", ranges: list[tuple[int, int]], first: int) -> Iterator[Block]:
    """The blocks of `rows` at `ranges`, from number `first` on; the file stays open for the length of the pass."""
    with rows._filling() as fill:
        for index in range(first, len(ranges)):
            X = rows._read(fill, *ranges[index])
            if len(X):
                yield Block(index, *ranges[index], X)


def shuffled(rows: "Rows", memory: float, seed: int, first: int) -> tuple[Iterator[Block], int]:
    """The blocks of a shuffled pass over `rows` from number `first` on, and how many the whole pass has.

    memory : bytes in all: about half for the buffer, with 8 bytes a row for its order;  seed : integer >= 0.
    """
    try:
        seed = operator.index(seed)
    except TypeError:
        raise TypeError(f"seed is {seed!r}; give an integer, so that the pass can be made again") from None
    capacity = int(memory / (2 * (rows._row_bytes + 8)))
    if capacity < PER_BUFFER:
        raise ValueError(f"memory is {memory:g} bytes, too little to shuffle rows of {rows._row_bytes}; give 64e6, say")
    largest = capacity // 4
    least = min(max(capacity // _PIECES, _SMALLEST // rows._row_bytes, 1), largest)
    align = rows._align if rows._align <= largest else 1
    pieces = cut(len(rows), max(least, align), rows._edges(), align, largest)  # a chunk is read whole
    order = np.random.default_rng([seed, 0]).permutation(len(pieces))
    buffers = _gather([pieces[k] for k in order], capacity)
    counts = [_blocks_of(buffer, capacity) for buffer in buffers]
    return _give_out(rows, buffers, counts, seed, first), sum(counts)


def _gather(pieces: list[tuple[int, int]], capacity: int) -> list[list[tuple[int, int]]]:
    """The pieces, in that order, as lists of at most `capacity` rows in all; each list sorted, to be read in order."""
    buffers, held = [[pieces[0]]], pieces[0][1] - pieces[0][0]
    for start, stop in pieces[1:]:
        if held + stop - start > capacity:
            buffers, held = [*buffers, []], 0
        buffers[-1].append((start, stop))
        held += stop - start
    return [sorted(buffer) for buffer in buffers]


def _blocks_of(buffer: list[tuple[int, int]], capacity: int) -> int:
    rows = _size(buffer)
    return min(-(-PER_BUFFER * rows // capacity), rows)


def _size(buffer: list[tuple[int, int]]) -> int:
    return sum(stop - start for start, stop in buffer)


def _give_out(
    rows: "Rows", buffers: list[list[tuple[int, int]]], counts: list[int], seed: int, first: int
) -> Iterator[Block]:
    store = np.empty((max(map(_size, buffers)), len(rows.columns)), rows.dtype)
    index = begun = 0
    for number, (buffer, count) in enumerate(zip(buffers, counts)):
        size = _size(buffer)
        if index + count > first:
            kept = 0
            with rows._filling() as fill:
                for start, stop in buffer:
                    kept += rows._load(fill, store[kept:], start, stop)
            order = np.random.default_rng([seed, 1 + number]).permutation(kept)
            for k in range(max(first - index, 0), count):
                chosen = order[kept * k // count : kept * (k + 1) // count]
                if len(chosen):
                    place = begun + size * k // count, begun + size * (k + 1) // count
                    yield Block(index + k, *place, store.take(chosen, axis=0))  # six times as fast as store[chosen]
        index, begun = index + count, begun + size


def shown(blocks: Iterator[Block], total: int, name: str) -> Iterator[Block]:
    """The same `blocks` of `total` rows, with a bar on the standard error: rows/s and the time left for file `name`."""
    from tqdm import tqdm

    with tqdm(total=total, desc=name[-24:], unit=" rows", unit_scale=True, ncols=99) as bar:
        for block in blocks:
            if bar.n == 0:
                bar.initial = bar.n = block.start  # of a pass that goes on, the rate is that of what is read now
            yield block
            bar.update(block.stop - bar.n)
        bar.update(total - bar.n)
