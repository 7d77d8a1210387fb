"""Memory, processor, versions and commit, as the machine tells them."""

import subprocess
import sys

import numpy as np
import psutil
import pytest

from abinitio.course.running import usage


def test_peak_memory_grows_with_what_is_held_and_does_not_shrink():
    before = usage.peak_memory_mb()
    held = np.ones(2**25)  # 256 MB
    assert usage.peak_memory_mb() >= psutil.Process().memory_info().rss / 2**20 - 1
    del held
    after = usage.peak_memory_mb()
    assert after >= before and after < psutil.virtual_memory().total / 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system counts differently")
def test_peak_memory_is_of_this_program_not_of_the_one_that_started_it():
    held = np.ones(2**25)
    code = "from abinitio.course.running.usage import peak_memory_mb; print(peak_memory_mb())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(said) < held.nbytes / 2**20 / 2


def test_provenance_has_no_empty_entry_and_the_versions_that_are_imported():
    found = usage.provenance()
    assert all(found.values())
    assert found["numpy"] == np.__version__ and found["Python"] == sys.version.split()[0]
    assert "core" in found["processor"] and "threads" in found["BLAS"]


def test_git_that_fails_gives_nothing():
    assert usage.git_output("no-such-command") == ""
    assert usage._output("no-such-program-at-all") == ""
