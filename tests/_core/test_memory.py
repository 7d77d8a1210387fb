"""Memory kept by processes that others started: fewer pages are asked for anew, and this process is left alone."""

import multiprocessing
import sys

import pytest

from abinitio._core.memory import keep_freed_memory


def pages_taken(keep):
    """Page faults of ten arrays of 20 MB, one after the other."""
    import resource

    import numpy as np

    if keep:
        keep_freed_memory()
    np.ones(2_500_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        np.ones(2_500_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's malloc")
def test_a_started_process_takes_its_pages_once(monkeypatch):
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")  # as Dask starts its workers
    taken = []
    for keep in (False, True):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            taken.append(pool.apply(pages_taken, (keep,)))
    assert taken[0] >= 10 * 5 and taken[1] < taken[0] / 4  # an array has 4,900 pages, or ten huge ones


def test_this_process_is_left_alone(monkeypatch):
    called = []
    monkeypatch.setattr("ctypes.CDLL", lambda name: called.append(name))
    keep_freed_memory.cache_clear()
    keep_freed_memory()
    assert not called
