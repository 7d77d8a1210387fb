"""One pass over rows that need not fit in memory: a summary of every block, and the summaries joined.

Blocks, files, processes and machines are the same thing here: parts whose summaries are joined. The parts, and the
order in which their summaries are joined, follow from the rows and the bound of memory alone, so that the result has
the same bits on one core, on many, and on a cluster that lost a worker on the way.

`rows` is what `abinitio.data.open_rows` returns, or anything with its `ranges` and `read`; or `DaskRows`, whose blocks
are summarised on the machines where they lie.
"""

import os
from pathlib import Path
from time import monotonic

import joblib
from joblib import Parallel, delayed
from tqdm import tqdm

from abinitio._core.memory import keep_freed_memory
from abinitio.streaming.dask_rows import DaskRows, joined, reduce_partitions

MEMORY = 64e6  # bytes of a block
TASKS = 256  # parts of the work, at most: enough for many workers, few enough to be handed out quickly
AGAIN = 20.0  # seconds between two savings of an interrupted pass


def reduce_rows(rows, summarise, merge, *, memory=MEMORY, jobs=None, progress=False, checkpoint=None):
    """The summaries of all blocks of rows, joined.

    rows : see above;  summarise : callable, (m, d) block -> summary;  merge : callable, (summary, summary) -> summary
    of both, in the order of the rows. Both must be importable by other processes where jobs is not 1.
    memory : bytes of a block;  jobs : processes of joblib; None: 1, or what the surrounding
    `joblib.parallel_config` says, for example "dask" for a cluster, -1 for every core;  progress : show rows a second
    and the time left;  checkpoint : path of a file that keeps what an interrupted pass has done; the same call goes on
    from there, and removes the file at the end. (The file is a pickle: open none that is not yours.)

    >>> import numpy as np
    >>> from abinitio.streaming.moments import merge_moments, moments_of
    >>> from abinitio.data import ArrayRows
    >>> reduce_rows(ArrayRows(np.arange(10.0)[:, None]), moments_of, merge_moments, memory=32).mean
    array([4.5])
    """
    if isinstance(rows, DaskRows):
        return reduce_partitions(rows, summarise, merge)
    ranges = rows.ranges(memory)
    if not ranges:
        raise ValueError("there are no rows to summarise")
    each = -(-len(ranges) // TASKS)
    tasks = [ranges[i : i + each] for i in range(0, len(ranges), each)]
    kept = Checkpoint(checkpoint, (repr(rows), getattr(rows, "fingerprint", ()), tuple(ranges)))
    done, summary = kept.load()
    with tqdm(total=len(rows), unit=" rows", unit_scale=True, disable=not progress) as bar:
        bar.update(tasks[done - 1][-1][1] if done else 0)
        try:
            for task, part in zip(tasks[done:], _summaries(rows, tasks[done:], summarise, merge, jobs)):
                done, summary = done + 1, joined(summary, part, merge)
                kept.save(done, summary)
                bar.update(task[-1][1] - task[0][0])
        except BaseException:  # also the reader's Ctrl-C
            kept.save(done, summary, now=True)
            raise
    kept.remove()
    if summary is None:
        raise ValueError("there are no rows to summarise: all were dropped for missing values")
    return summary


def _summaries(rows, tasks, summarise, merge, jobs):
    """The summary of every task, in their order."""
    yield from Parallel(n_jobs=jobs, return_as="generator")(
        delayed(_summary)(rows, task, summarise, merge) for task in tasks
    )


def _summary(rows, ranges, summarise, merge):
    """The summary of some blocks, joined from the left; None where no row of them is left."""
    keep_freed_memory()
    summary = None
    for start, stop in ranges:
        block = rows.read(start, stop)
        if len(block):  # rows with missing values may have been dropped
            summary = joined(summary, summarise(block), merge)
    return summary


class Checkpoint:
    """What an interrupted pass has done: a number of tasks and their summary, in a file that is replaced as a whole.

    path : of the file, or None to keep nothing;  key : what the summary is of, to be compared on return.
    """

    def __init__(self, path, key):
        self.path, self.key, self.last = path and Path(path), key, monotonic()

    def load(self):
        """(tasks done, their summary); (0, None) where there is no file. ValueError if it is of other rows."""
        if self.path is None or not self.path.exists():
            return 0, None
        key, done, summary = joblib.load(self.path)
        if key != self.key:
            raise ValueError(
                f"{self.path} keeps a pass over other rows, other columns or blocks of another size; "
                "remove it to begin anew, or name another checkpoint"
            )
        return done, summary

    def save(self, done, summary, now=False):
        """Keep what was done, at most every `AGAIN` seconds unless asked for now."""
        if self.path is not None and done and (now or monotonic() - self.last >= AGAIN):
            draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            joblib.dump((self.key, done, summary), draft)
            draft.replace(self.path)
            self.last = monotonic()

    def remove(self):
        """The pass is complete."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
