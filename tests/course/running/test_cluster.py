"""Homeworks on a real Dask cluster of two worker processes: the same pages as here, also when a worker dies."""

import os
import signal
import threading
import time

import pytest

from abinitio._core.cluster import connect
from abinitio.course.reporting.report import write_index, write_report
from abinitio.course.running.cluster import run_homeworks_on
from abinitio.course.running.run import Settings, new_run_folder, run_homeworks
from abinitio.course.running.ticker import Ticker


def run_there(cluster, toy, folder, settings=Settings()):  # noqa: B008
    with connect(cluster.scheduler_address) as client:
        (result,), stopped = run_homeworks_on(client, [toy], folder, settings, Ticker(terminal=False))
    write_report(result)
    write_index([result], folder)
    return result, stopped


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_files_and_numbers_are_those_of_a_run_here(toy, cluster, tmp_path):
    mine = tmp_path / "answers.py"
    mine.write_text("def mean_square(x):\n    return 2 * (x * x).mean()\n")
    here, there = (new_run_folder(tmp_path / name) for name in ("here", "there"))
    (local,), _ = run_homeworks([toy], here, Settings(mine=mine), Ticker(terminal=False))
    write_report(local)
    write_index([local], here)
    result, stopped = run_there(cluster, toy, there, Settings(mine=mine))
    assert not stopped and result.outcome == local.outcome == "missed"
    assert files(there) == files(here)
    for ours, theirs in zip(result.sides, local.sides):
        assert [(row.quantity, row.value) for row in ours.rows] == [(row.quantity, row.value) for row in theirs.rows]


def lengthen(toy, text):
    """A cell of the toy that leaves a trace in a file and waits."""
    notebook = toy.notebook
    notebook.write_text(notebook.read_text() + "\n# %%\n" + text)


def test_a_homework_whose_worker_dies_is_run_again_on_another(toy, cluster, tmp_path):
    from distributed import Client

    started = tmp_path / "started"
    lengthen(toy, f"import os, time\nwith open({str(started)!r}, 'a') as f: f.write('x')\ntime.sleep(3)\n")
    folder = new_run_folder(tmp_path / "runs")
    killed = []

    def kill():
        while not started.exists():
            time.sleep(0.05)
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            (busy,) = [worker for worker, tasks in client.processing().items() if tasks]
            killed.append(client.run(os.getpid, workers=[busy])[busy])
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    result, _ = run_there(cluster, toy, folder)
    killer.join()
    assert killed and started.read_text() == "xx"  # begun twice
    assert result.outcome == "met" and result.reference.rows[0].value == 3.5


def test_no_cluster_is_a_clear_error_and_leaves_dask_as_it_was():
    import dask

    with pytest.raises(OSError, match=r"no Dask scheduler answers at 'tcp://127.0.0.1:9'.*dask scheduler"):
        with connect("tcp://127.0.0.1:9", seconds=1):
            pass
    with pytest.raises(OSError, match="no Dask scheduler answers"):
        with connect("nowhere", seconds=1):
            pass
    assert dask.config.get("scheduler", None) is None
    assert dask.delayed(len)([1, 2]).compute() == 2
