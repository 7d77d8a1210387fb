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

from abinitio.course.markup import without_ansi

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
    """Run the cells of `notebook` (filled with their outputs) in `folder`.

    watch : called with a cell's position before the cell runs;  limit : seconds that the cell with this id may take,
    after which the kernel is interrupted;  keep_going : run the cells after a failed one too.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    execution = Execution(notebook)
    started: dict[str, float] = {}

    def begin(cell: Any, cell_index: int) -> None:
        if kernels.stopped.is_set():  # Ctrl-C while this kernel was starting
            raise DeadKernelError("stopped")
        started[cell["id"]] = time.monotonic()

    def end(cell: Any, cell_index: int, execute_reply: Any) -> None:
        execution.cells[cell["id"]] = time.monotonic() - started[cell["id"]]
        if execute_reply["content"]["status"] != "error":
            return
        told, allowed = describe_error(notebook, cell_index), limit(cell["id"]) if limit else None
        if allowed is not None and execution.cells[cell["id"]] >= allowed:
            told = f"{_place(notebook, cell_index)}: took longer than {allowed:.0f} s and was interrupted; " + told
        execution.errors.append(told)

    with tempfile.TemporaryDirectory(prefix="abinitio-") as profile:
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            kernel_manager_class=_manager_class(),
            resources={"metadata": {"path": str(folder)}},
            timeout_func=(lambda cell: limit(cell["id"])) if limit else None,
            interrupt_on_timeout=True,
            allow_errors=keep_going,
            record_timing=False,
            on_cell_start=lambda cell, cell_index: watch(cell_index),
            on_cell_execute=begin,
            on_cell_executed=end,
            extra_arguments=["--log-level=ERROR"],  # else it warns of TCP without encryption, here on localhost
            log=_quiet(),
        )
        kernels.add(client)
        clock = time.monotonic()
        try:
            if kernels.stopped.is_set():
                raise DeadKernelError("stopped")
            environment = {**os.environ, **environment, "IPYTHONDIR": profile}
            asyncio.run(client.async_execute(env=environment))
        except (CellExecutionError, CellTimeoutError):
            pass  # `end` has described it
        except (DeadKernelError, RuntimeError) as error:
            if not kernels.stopped.is_set():
                running = [id for id in started if id not in execution.cells][-1:]
                execution.errors.append(_describe_death(notebook, running, error))
        finally:
            kernels.remove(client)
            execution.seconds = time.monotonic() - clock
    if kernels.stopped.is_set():
        execution.status = "stopped"
    elif execution.errors:
        execution.status = "error"
    return execution


def heading(notebook: Any, position: int) -> str:
    """The last Markdown heading at or above a cell."""
    for cell in reversed(notebook.cells[: position + 1]):
        if cell["cell_type"] == "markdown":
            titles = [line for line in cell["source"].splitlines() if line.startswith("#")]
            if titles:
                return titles[-1].lstrip("# ").strip()
    return ""


def describe_error(notebook: Any, position: int) -> str:
    """Where and what: the section, the cell, the error, the line of the cell and the line where it was raised."""
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


def _describe_death(notebook: Any, running: list[str], error: Exception) -> str:
    if not running:
        return f"the kernel did not start: {error}"
    position = next(i for i, cell in enumerate(notebook.cells) if cell["id"] == running[0])
    return f"{_place(notebook, position)}: the Python process died ({error}); often it ran out of memory"


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
    logger = logging.getLogger("abinitio.course.kernel")
    logger.setLevel(logging.CRITICAL + 1)  # what goes wrong is told once, by us
    return logger
