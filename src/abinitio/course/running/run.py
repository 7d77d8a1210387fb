"""Homeworks as experiments: execute the notebooks, gather numbers and figures, write the report."""

import datetime
import itertools
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from abinitio.course.homework import Homework
from abinitio.course.notebooks.notebook import reference_notebook
from abinitio.course.running.kernel import Execution, Kernels, execute, heading
from abinitio.course.running.quantity import Quantity
from abinitio.course.running.ticker import Ticker
from abinitio.course.running.usage import machine, provenance

Outcome = Literal["met", "missed", "error", "stopped"]
MINE_MAY_TAKE = 20.0  # times the reference's seconds of the same cell, and never less than
MINE_AT_LEAST = 20.0  # seconds: then the student's cell is interrupted
BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Settings:
    """What is asked of a run."""

    mine: Path | None = None  # the student's file
    full: bool = False
    slow: bool = False
    jobs: int = 1


@dataclass
class Side:
    """One run of a notebook, with the reference's functions or with the student's: cells, numbers, figures."""

    folder: Path
    execution: Execution
    metrics: dict[str, Any]

    @property
    def rows(self) -> list[Quantity]:
        return [Quantity.from_dict(row) for row in self.metrics.get("rows", [])]

    @property
    def captions(self) -> dict[str, str]:
        return {figure["name"]: figure["caption"] for figure in self.metrics.get("figures", [])}


@dataclass
class Result:
    """A homework that was run: the reference's side, and the student's where a file was given."""

    homework: Homework
    reference: Side
    mine: Side | None = None
    mine_file: str = ""
    provenance: dict[str, str] = field(default_factory=dict)

    @property
    def sides(self) -> list[Side]:
        return [self.reference, *([self.mine] if self.mine else [])]

    @property
    def seconds(self) -> float:
        return sum(side.execution.seconds for side in self.sides)

    @property
    def outcome(self) -> Outcome:
        """stopped, else error, else missed (a target), else met."""
        states = {side.execution.status for side in self.sides}
        if "stopped" in states:
            return "stopped"
        if "error" in states:
            return "error"
        return "missed" if any(row.verdict == "missed" for side in self.sides for row in side.rows) else "met"


def new_run_folder(out: Path) -> Path:
    """A new folder `out`/<date>_<time>; a second one in the same second gets a number."""
    if out.exists() and not out.is_dir():
        raise FileExistsError(f"{out} is a file; name a folder for the reports: --out FOLDER")
    stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H%M%S")
    for name in itertools.chain([stamp], (f"{stamp}-{number}" for number in itertools.count(2))):
        try:
            (out / name).mkdir(parents=True)
            break
        except FileExistsError:
            continue
    return out / name


def run_homeworks(
    homeworks: Sequence[Homework], folder: Path, settings: Settings, ticker: Ticker
) -> tuple[list[Result], bool]:
    """Run each of `homeworks` in `folder`/<name>, as `settings` say; the results in order, and whether Ctrl-C came.

    `ticker` shows how far it is. After Ctrl-C the kernels are ended, and what was gathered until then is in the
    results, marked as stopped.
    """
    kernels = Kernels()
    stopped = False
    with ThreadPoolExecutor(max_workers=settings.jobs) as pool:
        futures = [pool.submit(run_homework, homework, folder, settings, ticker, kernels) for homework in homeworks]
        pending = set(futures)
        while pending:
            try:
                _, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                stopped = True
                kernels.stop()
    return [future.result() for future in futures], stopped


def run_homework(homework: Homework, folder: Path, settings: Settings, ticker: Ticker, kernels: Kernels) -> Result:
    """Run the notebook of `homework` in `folder` with the reference's functions, then with the student's if `settings`
    name a file; `ticker` shows how far it is, and `kernels` can stop it.
    """
    reference = _run_side(homework, folder / homework.name, settings, ticker, kernels)
    result = Result(homework, reference, provenance=provenance())
    if settings.mine:
        spent = reference.execution.cells
        result.mine_file = settings.mine.name
        result.mine = _run_side(homework, folder / homework.name / "mine", settings, ticker, kernels, spent)
    _write_metrics(result)
    return result


def _run_side(
    homework: Homework,
    folder: Path,
    settings: Settings,
    ticker: Ticker,
    kernels: Kernels,
    spent: Mapping[str, float] | None = None,
) -> Side:
    """`spent`: the reference's seconds by cell; given for the student's side, which stops after a multiple of them."""
    import nbformat

    mine = spent is not None
    folder.mkdir(parents=True)
    notebook = reference_notebook(homework)
    name = f"{homework.name} (yours)" if mine else homework.name
    cells = homework.cost.get("cells", {}) if spent is None else spent

    def watch(position: int) -> None:
        left = sum(cells.get(cell["id"], 0.0) for cell in notebook.cells[position:]) if cells else None
        ticker.cell(name, position, heading(notebook, position), left)

    def limit(cell: str) -> float:
        return max(MINE_AT_LEAST, MINE_MAY_TAKE * cells.get(cell, 0.0))

    ticker.begin(name, len(notebook.cells))
    environment = _environment(folder, settings, mine)
    execution = execute(notebook, folder, environment, kernels, watch, limit if mine else None, keep_going=mine)
    nbformat.write(notebook, folder / f"{homework.name}.ipynb")
    words = {"done": "done", "error": "failed", "stopped": "stopped"}
    ticker.end(name, words[execution.status])
    path = folder / "metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"homework": homework.name}
    return Side(folder, execution, metrics)


def _environment(folder: Path, settings: Settings, mine: bool) -> dict[str, str]:
    """What the notebook's session reads, see `course.session`; one thread for BLAS, where the user says nothing else.

    A homework's matrices are small: a second thread costs more than it brings (digits' softmax on two cores: 1.4 s with
    two threads, 0.7 s with one), most of all on a busy machine, and the last digits of a sum depend on their number.
    """
    environment = {"ABINITIO_RUN_DIR": str(folder.resolve()), "ABINITIO_MINE": ""}
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # plt.show() of a notebook shows
    if settings.full:
        environment["ABINITIO_FULL"] = "1"
    if settings.slow:
        environment["ABINITIO_SLOW"] = "1"
    if mine and settings.mine:
        environment["ABINITIO_MINE"] = str(settings.mine.resolve())
    return {variable: os.environ.get(variable, "1") for variable in BLAS_THREADS} | environment


def _write_metrics(result: Result) -> None:
    """metrics.json of the homework: what the notebook recorded, how it ended, and where it ran."""
    reference, mine = result.reference, result.mine
    metrics = {**reference.metrics, **_ending(reference.execution), "provenance": result.provenance}
    metrics["outcome"] = result.outcome
    if mine:
        metrics["mine"] = {"file": result.mine_file, **mine.metrics, **_ending(mine.execution)}
    text = json.dumps(metrics, indent=1, ensure_ascii=False)
    (reference.folder / "metrics.json").write_text(text, encoding="utf-8")


def _ending(execution: Execution) -> dict[str, Any]:
    return {"status": execution.status, "errors": execution.errors, "seconds": execution.seconds}


def write_cost(result: Result) -> Path:
    """cost.json beside the notebook of `result`: what `abinitio list`, `show` and `run` say that a run takes."""
    metrics = result.reference.metrics
    cost = {
        "seconds": round(result.reference.execution.seconds, 1),
        "cpu_seconds": round(metrics["cpu_seconds"], 1),
        "peak_mb": round(metrics["peak_mb"] or 0),
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "cells": {cell: round(spent, 2) for cell, spent in result.reference.execution.cells.items() if spent >= 0.05},
    }
    path = result.homework.folder / "cost.json"
    path.write_text(json.dumps(cost, indent=1) + "\n", encoding="utf-8")
    return path
