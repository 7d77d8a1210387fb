"""Benchmarks measured on the workers of a real Dask cluster."""

import pytest
from rich.console import Console

from abinitio._core.cluster import connect
from benchmarks.run import run

ROW = "^mixture, EM.*no groups|^k-means, 10\\^5"


def test_rows_are_measured_on_the_workers(cluster, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with connect(cluster.scheduler_address) as client, open(tmp_path / "printed", "w") as file:
        outcome = run(Console(file=file, width=160), ROW, True, False, (1,), client)
    assert outcome["rows"] and not outcome["broken"]
    assert all(line["equal"] and line["speed_up"] > 0 for line in outcome["rows"])
    assert outcome["machine"]["cores"] >= 1


def test_workers_with_several_threads_are_refused(tmp_path):
    distributed = pytest.importorskip("distributed")
    settings = {"processes": True, "dashboard_address": ":0", "local_directory": str(tmp_path)}
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, **settings) as local:
        with connect(local.scheduler_address) as client, pytest.raises(ValueError, match="--nthreads 1"):
            run(Console(quiet=True), ROW, True, False, (1,), client)
