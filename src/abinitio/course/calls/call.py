"""One call of an answer: the same few lines run in the notebook and in the process that checks a file.

What goes in and what comes out are frames of plain data (`course.calls.codec`). Around the call the time is limited,
what it prints is kept from the screen, the library's own functions refuse to work, and its arguments are compared with
what they were before.
"""

import inspect
import itertools
import linecache
import re
import sysconfig
import time
import types
import warnings
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from abinitio.course.calls.callables import make_callable
from abinitio.course.calls.codec import NotPlain, pack, plain, unpack
from abinitio.course.calls.guard import Guard, LibraryCall
from abinitio.course.calls.limits import Printed, TimeLimit, time_limit
from abinitio.course.exercise import Inputs, Named

MISMATCH = re.compile(r"Input operand .* gufunc signature \S+ \(size (\d+) is different from (\d+)\)")
LIMIT = 2.0  # seconds for one call
PLACES = [sysconfig.get_path(place) for place in ("stdlib", "platstdlib", "purelib", "platlib")]
NOT_THE_ANSWERS = (*PLACES, str(Path(__file__).parents[1]), "<frozen", "<__array")


@dataclass(frozen=True)
class Outcome:
    """What one call did; `kind` is "returned" or the reason why there is no value.

    The reasons: blank, raised, time, library, not plain, not an iterator, crash.
    """

    kind: str
    value: Any = None
    sentence: str = ""  # for the reasons: what happened, to follow "your function ..."
    errors: list[str] = field(default_factory=list)  # "raised": the names of the exception's classes, first its own
    mutated: list[str] = field(default_factory=list)  # arguments that were changed in place
    repeats_object: bool = False  # an item that an iterator gave earlier has changed since
    seconds: float = 0.0  # CPU time
    printed: str = ""
    printed_size: int = 0


class Caller(Protocol):
    """An answer that can be called: in this process, or in another one."""

    def call(self, inputs: Inputs, take: int | None = None, limit: float = LIMIT) -> Outcome: ...


class LiveCaller:
    """Calls a function in this process."""

    def __init__(self, function: Any, guard: Guard | None = None) -> None:
        self.function = function
        self.guard = guard

    def call(self, inputs: Inputs, take: int | None = None, limit: float = LIMIT) -> Outcome:
        request = pack({"inputs": inputs, "take": take, "limit": limit})
        return Outcome(**unpack(perform(self.function, request, self.guard)))


def perform(function: Any, request: bytes, guard: Guard | None = None) -> bytes:
    """The frame of the Outcome of function(**inputs), for a request, the frame of {"inputs", "take", "limit"}.

    guard : what the answer must not call, or None.
    """
    asked = unpack(request)
    inputs, take = asked["inputs"], asked["take"]
    arguments = {name: built(name, value) for name, value in inputs.items()}
    watched = {name: _state(value) for name, value in arguments.items() if isinstance(value, np.ndarray | list | dict)}
    printed, start = Printed(), time.process_time()
    try:
        with (
            redirect_stdout(printed),
            redirect_stderr(printed),
            warnings.catch_warnings(action="ignore"),
            np.errstate(all="ignore"),
            guard or nullcontext(),
            time_limit(asked["limit"]),
        ):
            value = function(**arguments)
            items = [] if take is None else first_items(value, take)
        report = {"kind": "returned", "value": value, "seconds": time.process_time() - start}
        if take is not None:
            report["value"] = [copy for _, copy, _ in items]
            report["repeats_object"] = any(_state(item) != state for item, _, state in items)
        report["mutated"] = [name for name, state in watched.items() if _state(arguments[name]) != state]
        if not (guard and guard.called):
            return pack(report | {"printed": printed.text, "printed_size": printed.size})
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        report = what_happened(error, function, asked["limit"])
    if guard and guard.called:
        report = {"kind": "library", "sentence": f"calls {Guard.called}, the library's own function"}
    return pack(report | {"printed": printed.text, "printed_size": printed.size})


class NotIterable(Exception):
    """An iterator was wanted."""


def built(name: str, value: Any) -> Any:
    """The argument `name` as the answer gets it: a Generator for `rng`, a function for a Named value."""
    if name == "rng" and isinstance(value, int):
        return np.random.default_rng(value)
    return make_callable(value.name, value.arguments) if isinstance(value, Named) else value


def first_items(value: Any, take: int) -> list[tuple[Any, Any, bytes]]:
    """At most `take` items of an iterator (`value`), each with a copy and its bytes at the moment when it came."""
    if not hasattr(value, "__iter__") or isinstance(value, np.ndarray | str | dict):
        raise NotIterable(value)
    return [(item, copied(item), _state(item)) for item in itertools.islice(value, take)]


def copied(item: Any) -> Any:
    """A plain copy of an item, made when it comes: the iterator may go on to change it."""
    return item.copy() if type(item) is np.ndarray else plain(item)


def what_happened(error: BaseException, function: Any, limit: float) -> dict[str, Any]:
    """The Outcome, as plain data, of a call of `function`, with this time limit, that ended with `error`."""
    lines = answer_lines(error)
    where = f" ({lines[-1][0]})" if lines else ""
    match error:
        case TimeLimit():
            return {"kind": "time", "sentence": f"does not come to an end: it was stopped after {limit:.2g} s{where}"}
        case LibraryCall():
            return {"kind": "library", "sentence": f"uses the library: {error}"}
        case NotPlain():
            return {"kind": "not plain", "sentence": f"returns something that {error}"}
        case NotIterable():
            kind = type(error.args[0]).__name__
            return {"kind": "not an iterator", "sentence": f"returns {kind}; expected an iterator: yield each step"}
        case NotImplementedError() if not lines or lines[-1][1] is getattr(function, "__code__", None):
            return {"kind": "blank", "sentence": "is not written yet"}
        case NotImplementedError():
            name = lines[-1][1].co_name
            return {"kind": "raised", "sentence": f"needs {name}, which is not written yet", "errors": names_of(error)}
        case RecursionError():
            sentence = f"calls itself again and again{where}"
        case SystemExit():
            sentence = f"ends the whole program (exit){where}"
        case MemoryError():
            sentence = f"asks for more memory than there is{where}"
        case _:
            sentence = f"raises {type(error).__name__}: {_text(error)}{where}"
    return {"kind": "raised", "sentence": sentence, "errors": names_of(error)}


def names_of(error: BaseException) -> list[str]:
    """The names of the classes of an error, its own first."""
    return [kind.__name__ for kind in type(error).__mro__ if kind not in (object, BaseException)]


def answer_lines(error: BaseException) -> list[tuple[str, types.CodeType]]:
    """The lines of the student's code that the error went through: "line 3: `return X @ w`", and the code object."""
    lines, step = [], error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if not code.co_filename.startswith(NOT_THE_ANSWERS):
            text = linecache.getline(code.co_filename, step.tb_lineno).strip()
            place = f"{code.co_filename}, " if code.co_filename.startswith(("code cell", "file ")) else ""
            lines.append((f"{place}line {step.tb_lineno}" + (f": `{text}`" if text else ""), code))
        step = step.tb_next
    return lines


def signature_problem(function: Any, expected: list[Any]) -> str:
    """What is wrong with the way the function is called, or "": `expected` is `signature_of` the reference."""
    if inspect.isclass(function):
        return "is a class; a function is expected"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "is an `async def`; write `def`"
    if not callable(function):
        return f"is {type(function).__name__}, not a function"
    try:
        given = signature_of(function)
    except (ValueError, TypeError):  # compiled functions do not tell
        return ""
    names, wanted = [name for name, *_ in given], [name for name, *_ in expected]
    if names[: len(wanted)] != wanted or any(required for _, required, *_ in given[len(wanted) :]):
        return f"has the arguments ({', '.join(names)}); expected ({', '.join(wanted)})"
    for (name, required, default), (_, wanted_required, wanted_default) in zip(given, expected):
        if required and not wanted_required:
            return f"has no default for {name}; expected {name}={wanted_default}"
        if not wanted_required and default != wanted_default:
            return f"has the default {name}={default}; expected {name}={wanted_default}"
    return ""


def signature_of(function: Any) -> list[Any]:
    """[name, is it required, default] of each argument of `function`; what is special stands with the name."""
    marks = {"VAR_POSITIONAL": "*{}", "VAR_KEYWORD": "**{}", "POSITIONAL_ONLY": "{}, /", "KEYWORD_ONLY": "*, {}"}
    rows = []
    for p in inspect.signature(function).parameters.values():
        required = p.default is p.empty and not p.kind.name.startswith("VAR")
        default = p.default if type(p.default) in (int, float, bool, str) else "" if required else repr(p.default)
        rows.append([marks.get(p.kind.name, "{}").format(p.name), required, default])
    return rows


def _state(value: Any) -> bytes:
    """Bytes that change when the value does."""
    try:
        return value.tobytes() + repr(value.shape).encode() if type(value) is np.ndarray else pack(value)
    except NotPlain:
        return b""


def _text(value: Any, how: Any = str) -> str:
    try:
        text = how(value)
    except Exception:
        text = "(no message)"
    text = MISMATCH.sub(r"the inner sizes differ, \1 and \2", text)
    return text if len(text) <= 300 else text[:300] + "..."
