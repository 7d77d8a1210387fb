"""What an answer may not use up: time, and the room for what it prints."""

import ctypes
import gc
import io
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

KEEP = 1 << 16  # characters of printed text that are kept
AGAIN = 0.005  # seconds after which an answer that swallowed the interruption is interrupted again


class TimeLimit(BaseException):
    """Raised inside an answer whose time is over; `except Exception` does not catch it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeLimit in the block after `seconds`, again and again until the block is left.

    Meanwhile there is no garbage collection: in a large process it can take longer than the answer, and an exception
    that strikes in one of its callbacks is lost.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with _limited(seconds):
            yield
    finally:
        if collecting:
            gc.enable()


def _limited(seconds: float) -> AbstractContextManager[None]:
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        return _by_signal(seconds)
    return _by_watchdog(seconds)


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    active = [True]

    def stop(*_: Any) -> None:
        if active:
            raise TimeLimit

    start = time.monotonic()
    handler = signal.signal(signal.SIGALRM, stop)
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        try:
            yield
        finally:
            active.clear()
    finally:  # reached also if the alarm went off just before that line
        active.clear()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if remaining:  # somebody else's alarm was set before: it goes on
            signal.setitimer(signal.ITIMER_REAL, max(remaining - (time.monotonic() - start), 1e-3), interval)


@contextmanager
def _by_watchdog(seconds: float) -> Iterator[None]:
    """For other threads, and systems without timers: an exception set from outside by a second thread."""
    thread, done = ctypes.c_ulong(threading.get_ident()), threading.Event()
    throw = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            throw(thread, ctypes.py_object(TimeLimit))
            wait = AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        while watcher.is_alive() or not done.is_set():
            try:
                done.set()
                watcher.join()
                throw(thread, None)  # withdraw one that is on its way
            except TimeLimit:
                continue


class Printed(io.TextIOBase):
    """Takes the place of sys.stdout and sys.stderr: keeps the first KEEP characters and counts the rest."""

    def __init__(self) -> None:
        self.size = 0
        self._kept: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.size < KEEP:
            self._kept.append(text[: KEEP - self.size])
        self.size += len(text)
        return len(text)

    @property
    def text(self) -> str:
        return "".join(self._kept)
