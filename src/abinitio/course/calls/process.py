"""An answer that runs in a process of its own: started, asked, and killed when it does not reply."""

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from abinitio.course.calls.call import LIMIT, Outcome
from abinitio.course.calls.codec import NotPlain, pack, read_frame, unpack
from abinitio.course.exercise import Inputs

LOAD_LIMIT = 20.0  # seconds for the imports that an answer needs
PATIENCE, IMPATIENT = 2, 0.3  # after so many time-outs in one file a call gets so many seconds
GRACE = 1.0  # seconds after its limit in which an answer must have been interrupted


class AnswerProcess:
    """Runs answers of one file, one after the other; a `Caller` for the one loaded last."""

    def __init__(self, folder: Path, guard: list[str]) -> None:
        self.folder = folder
        self.guard = guard
        self._replies: queue.Queue[bytes | Exception] = queue.Queue()
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded: dict[str, Any] | None = None
        self._timeouts = 0
        self._start()

    def load(self, answer: dict[str, Any], signature: list[Any]) -> Outcome:
        """Make `answer` the one that is called: kind "loaded", or what went wrong."""
        self._loaded = {"load": answer, "guard": self.guard, "signature": signature, "limit": LOAD_LIMIT}
        return self._ask(pack(self._loaded), LOAD_LIMIT)

    def call(self, inputs: Inputs, take: int | None = None, limit: float = LIMIT) -> Outcome:
        if self._process is None:  # the last call took the process with it
            self._start()
            if self._loaded is not None and (again := self._ask(pack(self._loaded), LOAD_LIMIT)).kind != "loaded":
                return again
        if self._timeouts >= PATIENCE:
            limit = min(limit, IMPATIENT)
        outcome = self._ask(pack({"inputs": inputs, "take": take, "limit": limit}), limit)
        self._timeouts += outcome.kind == "time"
        return outcome

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def __enter__(self) -> "AnswerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "NUMEXPR")}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "abinitio.course.calls.worker", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=os.environ | threads | {"PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg"},
            start_new_session=True,  # Ctrl-C is for the engine, which closes this process in its turn
        )
        self._replies = queue.Queue()  # a thread fills it: waiting on a pipe with a time limit is not portable
        threading.Thread(target=_listen, args=(self._process.stdout, self._replies), daemon=True).start()

    def _ask(self, request: bytes, limit: float) -> Outcome:
        if self._process is None:
            self._start()
        assert self._process is not None and self._process.stdin is not None
        try:
            view = memoryview(request)
            while view:
                view = view[self._process.stdin.write(view) :]
            reply = self._replies.get(timeout=limit + GRACE)
            if isinstance(reply, Exception):
                raise reply
            return Outcome(**unpack(reply))
        except queue.Empty:
            reason = Outcome("time", sentence=f"does not come to an end: it was stopped after {limit:.2g} s")
        except (EOFError, OSError):
            reason = Outcome("crash", sentence="ends the whole Python process (exit, crash, out of memory or CPU time)")
        except (NotPlain, TypeError):
            reason = Outcome("crash", sentence="writes into the engine's pipe")
        self.close()
        return reason


def _listen(pipe: BinaryIO, replies: "queue.Queue[bytes | Exception]") -> None:
    while True:
        try:
            replies.put(read_frame(pipe))
        except (EOFError, OSError, ValueError) as error:
            replies.put(error)
            return
