"""Executing a notebook in a kernel of this very Python, cell by cell, so that it can be watched and stopped."""

import asyncio
import logging
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from abinitio.course.reporting.markup import without_ansi

Status = Literal["done", "error", "stopped"]


@dataclass
class Execution:
    """What became of a notebook: every cell ran, one raised an error, or the user stopped it."""

    notebook: Any
    status: Status = "done"
    errors: list[str] = field(default_factory=list)  # one clear paragraph each
    seconds: float = 0.0
    cells: dict[str, float] = field(default_factory=dict)  # cell id -> seconds


class Kernels:
    """The kernels that are running; `stop` ends them all, and lets no other one start."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._clients: list[Any] = []
        self._lock = threading.Lock()

    def add(self, client: Any) -> None:
        with self._lock:
            self._clients.append(client)

    def remove(self, client: Any) -> None:
        with self._lock:
            self._clients.remove(client)

    def stop(self) -> None:
        self.stopped.set()
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            process = getattr(getattr(client.km, "provisioner", None), "process", None)
            if process is not None and process.poll() is None:
                with suppress(ProcessLookupError):  # it ended in between
                    _kill_group(process.pid)


def execute(
    notebook: Any,
    folder: Path,
    environment: Mapping[str, str],
    kernels: Kernels,
    watch: Callable[[int], None],
    limit: Callable[[str], float | None] | None = None,
    keep_going: bool = False,
) -> Execution:
    """Run the cells of `notebook`, which get their outputs, in `folder` with `environment` added to this process's.

    kernels : where the running one is kept, so that it can be stopped;  watch : called with a cell's position before
    it runs;  limit : seconds that the cell with this id may take, after which the kernel is interrupted;  keep_going :
    run the cells after a failed one too.
    """
    from nbclient import NotebookClient

    observer = _Observer(notebook, kernels, watch, limit)
    with tempfile.TemporaryDirectory(prefix="abinitio-") as profile:  # the user's IPython settings stay out of it
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            kernel_manager_class=_manager_class(),
            resources={"metadata": {"path": str(folder)}},
            timeout_func=observer.seconds_allowed,
            interrupt_on_timeout=True,
            allow_errors=keep_going,
            record_timing=False,
            on_cell_start=observer.start,
            on_cell_execute=observer.execute,
            on_cell_executed=observer.executed,
            extra_arguments=["--log-level=ERROR"],  # else it warns of TCP without encryption, here on localhost
            log=_quiet(),
        )
        observer.run(client, {**os.environ, **environment, "IPYTHONDIR": profile})
    return observer.execution


class _Observer:
    """What nbclient calls on the way through a notebook; fills `execution`."""

    def __init__(
        self,
        notebook: Any,
        kernels: Kernels,
        watch: Callable[[int], None],
        limit: Callable[[str], float | None] | None,
    ) -> None:
        self.execution = Execution(notebook)
        self.kernels = kernels
        self.watch = watch
        self.limit = limit
        self.started: dict[str, float] = {}

    def run(self, client: Any, environment: dict[str, str]) -> None:
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

        self.kernels.add(client)
        clock = time.monotonic()
        try:
            self._unless_stopped()
            asyncio.run(client.async_execute(env=environment))
        except (CellExecutionError, CellTimeoutError):
            pass  # `executed` has described it
        except (DeadKernelError, RuntimeError) as error:
            if not self.kernels.stopped.is_set():
                self.execution.errors.append(self._death(error))
        finally:
            self.kernels.remove(client)
            self.execution.seconds = time.monotonic() - clock
        if self.kernels.stopped.is_set():
            self.execution.status = "stopped"
        elif self.execution.errors:
            self.execution.status = "error"

    def seconds_allowed(self, cell: Any) -> float | None:
        return self.limit(cell["id"]) if self.limit else None

    def start(self, cell: Any, cell_index: int) -> None:
        self.watch(cell_index)

    def execute(self, cell: Any, cell_index: int) -> None:
        self._unless_stopped()
        self.started[cell["id"]] = time.monotonic()

    def executed(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        spent = self.execution.cells[cell["id"]] = time.monotonic() - self.started[cell["id"]]
        if execute_reply["content"]["status"] != "error":
            return
        told, allowed = describe_error(self.execution.notebook, cell_index), self.seconds_allowed(cell)
        if allowed is not None and spent >= allowed:
            told = told.replace("KeyboardInterrupt", f"took longer than {allowed:.0f} s and was interrupted, at", 1)
        self.execution.errors.append(told)

    def _unless_stopped(self) -> None:
        from nbclient.exceptions import DeadKernelError

        if self.kernels.stopped.is_set():  # Ctrl-C before or while this kernel was starting
            raise DeadKernelError("stopped")

    def _death(self, error: Exception) -> str:
        running = [cell for cell in self.started if cell not in self.execution.cells]
        if not running:
            return f"the kernel did not start: {error}"
        notebook = self.execution.notebook
        position = next(i for i, cell in enumerate(notebook.cells) if cell["id"] == running[-1])
        place = _place(notebook, position)
        return f"{place}: the Python process died ({error}); often the machine had too little memory"


def heading(notebook: Any, position: int) -> str:
    """The last Markdown heading at or above the cell of `notebook` at `position`."""
    for cell in reversed(notebook.cells[: position + 1]):
        if cell["cell_type"] == "markdown":
            titles = [line for line in cell["source"].splitlines() if line.startswith("#")]
            if titles:
                return titles[-1].lstrip("# ").strip()
    return ""


def describe_error(notebook: Any, position: int) -> str:
    """Of the failed cell of `notebook` at `position`: the section, the error, the cell's line, the last line."""
    cell = notebook.cells[position]
    output = next((out for out in reversed(cell.get("outputs", [])) if out["output_type"] == "error"), None)
    if output is None:
        return f"{_place(notebook, position)} failed"
    told = f"{output['ename']}: {output['evalue']}".strip().rstrip(":")
    frames = without_ansi("\n".join(output["traceback"])).splitlines()
    marked = [found[1] for line in frames if (found := re.match(r"-+> \d+ (.*)", line))]
    if not marked and len(frames) > 1:  # a syntax error has no frames: its line stands alone
        marked = frames[1:2]
    lines = dict.fromkeys(line.strip() for line in [*marked[:1], *marked[-1:]])
    return "\n    ".join([f"{_place(notebook, position)}: {told}", *lines])


def _place(notebook: Any, position: int) -> str:
    number = sum(cell["cell_type"] == "code" for cell in notebook.cells[: position + 1])
    section = heading(notebook, position)
    return f"code cell {number}" + (f" (section {section!r})" if section else "")


def _manager_class() -> type:
    """A kernel manager that starts `sys.executable`, whatever kernels the user has installed under the name python3."""
    from ipykernel.kernelspec import make_ipkernel_cmd
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            return KernelSpec(
                argv=make_ipkernel_cmd(executable=sys.executable), display_name="Python 3", language="python"
            )

    class Manager(AsyncKernelManager):
        def _kernel_spec_manager_default(self) -> KernelSpecManager:
            return ThisPython(parent=self)

    return Manager


def _kill_group(pid: int) -> None:
    """The kernel and what it has started: jupyter_client gives each kernel a session of its own."""
    if hasattr(os, "killpg") and os.getpgid(pid) == pid:
        os.killpg(pid, signal.SIGKILL)
    else:
        os.kill(pid, signal.SIGTERM)


def _quiet() -> logging.Logger:
    logger = logging.getLogger("abinitio.course.running.kernel")
    logger.setLevel(logging.CRITICAL + 1)  # what goes wrong is told once, by us
    return logger
