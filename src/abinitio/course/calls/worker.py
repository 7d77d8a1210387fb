"""The process in which the answers of a file run: it reads frames from the engine, calls, and writes frames back.

It imports NumPy and nothing else that is large, it executes only what an answer needs, and limits on CPU time, memory
and files are set before anything of the student's runs. See `course.calls.process` for the other end.
"""

import contextlib
import linecache
import os
import sys
from typing import Any

from abinitio.course.calls.call import perform, signature_problem, what_happened
from abinitio.course.calls.codec import pack, read_frame, unpack
from abinitio.course.calls.guard import Guard
from abinitio.course.calls.limits import Printed, time_limit

CPU_SECONDS, MEMORY, FILE_SIZE = 120, 6 << 30, 1 << 24


def load(answer: dict[str, Any]) -> dict[str, Any]:
    """The names that the kept statements of an answer define, by executing them in order.

    answer : {"name", "texts": label -> source of that cell or file, "keep": [[label, indices of its statements], ...]}.
    """
    import ast

    namespace: dict[str, Any] = {"__name__": "answer", "display": lambda *_, **__: None}
    for label, text in answer["texts"].items():
        linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)
    for label, indices in answer["keep"]:
        statements = ast.parse(answer["texts"][label]).body
        chosen = ast.Module([statements[i] for i in indices], [])
        exec(compile(chosen, label, "exec"), namespace)
    return namespace


class Worker:
    def __init__(self) -> None:
        self.function: Any = None
        self.guard: Guard | None = None

    def answer(self, frame: bytes) -> bytes:
        """The reply to one request: {"load", "guard", "signature", "limit"} or a call."""
        request = unpack(frame)
        if "load" not in request:
            return perform(self.function, frame, self.guard)
        self.guard = Guard(request["guard"])
        printed = Printed()
        try:
            with (
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                time_limit(request["limit"]),
            ):
                self.function = load(request["load"]).get(request["load"]["name"])
        except BaseException as error:
            return pack(what_happened(error, None, request["limit"]))
        if self.guard.holds(self.function):
            return pack({"kind": "library", "sentence": "is the library's own function"})
        return pack({"kind": "loaded", "sentence": signature_problem(self.function, request["signature"])})


def limit_resources() -> None:
    """CPU time, memory and file size of this process, where the system has such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_FSIZE: FILE_SIZE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS has no RLIMIT_AS
            resource.setrlimit(kind, (value, value))


def main() -> None:
    """Serve the engine until it closes the pipe; what the answers print goes nowhere near the pipe."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    if len(sys.argv) > 1:
        sys.path.append(sys.argv[1])  # modules that the student keeps beside the notebook
    if os.environ.get("ABINITIO_HOMEWORKS"):  # homeworks outside of the package: known here as they are to the engine
        from abinitio.course.homework import all_homeworks

        all_homeworks()
    limit_resources()
    worker = Worker()
    while True:
        try:
            frame = read_frame(requests)
        except EOFError:
            return
        replies.write(worker.answer(frame))
        replies.flush()


if __name__ == "__main__":
    main()
