"""Homeworks run on the workers of a Dask cluster; their figures and numbers come back to this machine."""

import tempfile
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

from abinitio.course.homework import Homework, find_homework
from abinitio.course.notebooks.notebook import reference_notebook
from abinitio.course.running.kernel import Execution, Kernels
from abinitio.course.running.run import Result, Settings, Side, run_homework
from abinitio.course.running.ticker import Ticker

AGAIN = 1.0  # seconds between two looks at whether the run was stopped


def run_homeworks_on(
    client: Any, homeworks: Sequence[Homework], folder: Path, settings: Settings, ticker: Ticker
) -> tuple[list[Result], bool]:
    """As `run_homeworks`, with its `settings` and `ticker`: each homework a task of the Dask cluster of `client`.

    The machines need abinitio and no common disk: the student's file goes to them, and `folder` is filled with what
    comes back. A homework whose worker dies is run again on another one; homeworks at a time: what the workers allow.
    """
    from distributed import Event

    stop, stopped = f"abinitio-stop-{uuid.uuid4().hex}", False
    mine = (settings.mine.name, settings.mine.read_bytes()) if settings.mine else None
    pool, futures = client.get_executor(pure=False), dict[Future, Homework]()
    for homework in homeworks:
        ticker.begin(homework.name, 1)
        ticker.cell(homework.name, 0, "on the cluster", homework.cost.get("seconds"))
        futures[pool.submit(run_away, homework.name, mine, settings, stop)] = homework
    results, pending = dict[str, Result](), set(futures)
    while pending:
        try:
            done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
        except KeyboardInterrupt:
            stopped, done = True, set()
            Event(stop).set()
        for future in done:
            result = _received(future, futures[future], folder)
            ticker.end(futures[future].name, result.reference.execution.status)
            results[futures[future].name] = result
    return [results[homework.name] for homework in homeworks], stopped


def run_away(
    name: str, mine: tuple[str, bytes] | None, settings: Settings, stop: str
) -> tuple[Result, dict[str, bytes]]:
    """On a worker: the result of the homework `name` and every file of its folder, by path.

    mine : name and content of the student's file;  settings : of the run;  stop : name of the event that ends it.
    """
    from distributed import Event, get_client

    kernels, finished = Kernels(), threading.Event()
    watched = Event(stop, client=get_client())
    watcher = threading.Thread(target=_watch, args=(watched, finished, kernels), daemon=True)
    with tempfile.TemporaryDirectory(prefix="abinitio-") as place:
        folder = Path(place)
        if mine:
            (folder / "given").mkdir()
            settings = replace(settings, mine=folder / "given" / mine[0])
            (folder / "given" / mine[0]).write_bytes(mine[1])
        watcher.start()
        try:
            result = run_homework(find_homework(name), folder, settings, Silent(), kernels)
        finally:
            finished.set()
        paths = [path for path in (folder / name).rglob("*") if path.is_file()]
        return result, {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


class Silent(Ticker):
    """A ticker that shows nothing: the worker's terminal is nobody's."""

    def __init__(self) -> None:
        super().__init__(terminal=False)

    def begin(self, name: str, cells: int) -> None:
        """Nothing."""

    def cell(self, name: str, position: int, section: str, seconds_left: float | None) -> None:
        """Nothing."""

    def end(self, name: str, words: str) -> None:
        """Nothing."""


def _watch(stop: Any, finished: threading.Event, kernels: Kernels) -> None:
    """End the kernels once the cluster's event `stop` is set; return when the run is finished."""
    while not finished.is_set():
        if stop.wait(AGAIN):
            kernels.stop()
            return


def _received(future: Future, homework: Homework, folder: Path) -> Result:
    """The result with its files in `folder`; of a task that the cluster gave up, one that says so."""
    try:
        result, files = future.result()
    except (Exception, CancelledError) as error:
        told = f"the cluster gave the homework up: {type(error).__name__}: {error}"
        (folder / homework.name).mkdir()
        execution = Execution(reference_notebook(homework), "error", [told])
        return Result(homework, Side(folder / homework.name, execution, {"homework": homework.name}))
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    result.homework = homework
    result.reference.folder = folder / homework.name
    if result.mine:
        result.mine.folder = folder / homework.name / "mine"
    return result
