"""What a user waits for before anything happens: CPU seconds of a child process, interpreter included."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.row import Measured, Quantity

PYTHON = sys.executable
ABINITIO = shutil.which("abinitio", path=str(Path(PYTHON).parent)) or shutil.which("abinitio") or "abinitio"


def child_seconds(command):
    """CPU seconds, user + system, of one run of `command` (a list of words), its own children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}: {done.stderr.strip()[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start_up(command, smoke):
    """Measured CPU seconds of `command` beside the bare interpreter's, interleaved, after one warm-up of each.

    smoke : three repeats in place of eleven.
    """
    commands = {"ours": command, "python -c pass": [PYTHON, "-c", "pass"]}
    seconds = {name: [] for name in commands}
    for _ in range(1 + (3 if smoke else 11)):
        for name, words in commands.items():
            seconds[name].append(child_seconds(words))
    ours, bare = (np.array(times[1:]) for times in seconds.values())  # the first run filled the disk cache
    low, high = np.quantile(ours, [0.25, 0.75])
    return Measured(float(np.median(ours)), float(high - low) / 2, {"python -c pass": float(np.median(bare))})


def start_up_quantity(name, command, must=None):
    """The row called `name` for `command`, with its upper bound in seconds."""
    measure = lambda smoke: start_up(command, smoke)
    return Quantity(name=name, data="a fresh process", unit="s of CPU", measure=measure, must=must)


ROWS = ()

QUANTITIES = (
    start_up_quantity("import abinitio", [PYTHON, "-c", "import abinitio"], must=0.1),
    start_up_quantity("abinitio --help", [ABINITIO, "--help"], must=0.4),
    start_up_quantity("abinitio list", [ABINITIO, "list"], must=0.6),
    start_up_quantity(
        "from abinitio.linear_model import Ridge", [PYTHON, "-c", "from abinitio.linear_model import Ridge"]
    ),
    start_up_quantity(
        "from sklearn.linear_model import Ridge", [PYTHON, "-c", "from sklearn.linear_model import Ridge"]
    ),
)

GROWTH = ()
