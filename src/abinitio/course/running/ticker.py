"""What a run shows while it runs: the section, the cells done, the time so far and the time to go."""

import threading
import time
from types import TracebackType
from typing import Any

import click


class Ticker:
    """Bars in a terminal, plain lines elsewhere (a log, a pipe)."""

    def __init__(self, terminal: bool) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, Any] = {}
        self._sections: dict[str, str] = {}
        self._begun: dict[str, float] = {}
        self._progress: Any = None
        if terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            text, bar, cells = TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn()
            self._progress = Progress(text, bar, cells, TimeElapsedColumn(), TextColumn("{task.fields[left]}"))

    def __enter__(self) -> "Ticker":
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def begin(self, name: str, cells: int) -> None:
        """The notebook `name` with this many cells starts."""
        self._begun[name] = time.monotonic()
        if self._progress:
            self._tasks[name] = self._progress.add_task(name, total=cells, left="")

    def cell(self, name: str, position: int, section: str, seconds_left: float | None) -> None:
        """The cell at `position`, in the section of that heading, is about to run."""
        left = "" if seconds_left is None else f"about {minutes(seconds_left)} left"
        if self._progress:
            words = f"{name}  {section[:40]}"
            self._progress.update(self._tasks[name], completed=position, description=words, left=left)
        elif section and self._sections.get(name) != section:
            with self._lock:
                self._sections[name] = section
                click.echo(f"{name}  {time.monotonic() - self._begun[name]:6.1f} s  {section}")

    def end(self, name: str, words: str) -> None:
        """The notebook is through (or not); `words` say how it went."""
        if self._progress:
            task = self._tasks[name]
            done = self._progress.tasks[task].total if words.startswith("done") else None
            self._progress.update(task, completed=done, description=f"{name}  {words}", left="")
            self._progress.stop_task(task)
        else:
            with self._lock:
                click.echo(f"{name}  {time.monotonic() - self._begun[name]:6.1f} s  {words}")


def minutes(seconds: float) -> str:
    """A time in `seconds` for people.

    >>> minutes(4.2), minutes(75), minutes(3700)
    ('4 s', '1.2 min', '62 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 600 else f"{seconds / 60:.0f} min"
