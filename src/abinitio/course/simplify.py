"""The smallest input on which an answer fails: fresh small draws first, then entries set to 0, 1 or rounded.

A candidate counts only if the answer fails on it in the same way (kind of failure), the reference is right on it, and
it keeps what the inputs were: positive stays positive, whole stays whole, 0/1 tables stay what they are, symmetric
matrices stay symmetric.
"""

import time
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from abinitio.course.call import Caller, Outcome
from abinitio.course.cases import Case, make_case
from abinitio.course.exercise import Exercise, Inputs, Named
from abinitio.course.judge import Wrong, judge

SECONDS = 0.5  # for one search
LIMIT = 0.3  # seconds for one call in it
ROUNDS = 8

Found = tuple[Case, Outcome, Wrong]


def smallest_failure(exercise: Exercise, caller: Caller, found: Found) -> Found:
    """The simplest failing case that a short search reaches from `found`, with its outcome and what is wrong.

    exercise : what is asked;  caller : calls the answer.
    """
    deadline = time.monotonic() + SECONDS
    kind = found[2].kind
    if found[0].stage != "stable":
        found = _fresh(exercise, caller, found, deadline)
    if kind in ("time", "crash"):
        return found
    for _ in range(ROUNDS):
        simpler = _simplified(exercise, caller, found, deadline)
        if simpler is None:
            break
        found = simpler
    return found


def _fresh(exercise: Exercise, caller: Caller, found: Found, deadline: float) -> Found:
    rng = np.random.default_rng(zlib.crc32(exercise.name.encode()) + 1)
    tries = 4 if found[2].kind in ("time", "crash") else 60
    for size in (0, 1, 2):
        failures = []
        for _ in range(tries):
            if time.monotonic() > deadline:
                break
            inputs = exercise.inputs(rng, size)
            if weight(inputs) < weight(found[0].inputs) and (failure := _fails(exercise, caller, inputs, found)):
                failures.append(failure)
        if failures:
            return min(failures, key=lambda failure: weight(failure[0].inputs))
    return found


def _simplified(exercise: Exercise, caller: Caller, found: Found, deadline: float) -> Found | None:
    """The first simpler variant that fails likewise, applied entry by entry; None if there is none."""
    best = found
    for name in found[0].inputs:
        for candidate in _variants(best[0].inputs, name):
            if time.monotonic() > deadline:
                return None if best is found else best
            current = best[0].inputs
            changed = current | {name: candidate(current[name])}
            if weight(changed) < weight(current) and (failure := _fails(exercise, caller, changed, found)):
                best = failure
    return None if best is found else best


def _fails(exercise: Exercise, caller: Caller, inputs: Inputs, found: Found) -> Found | None:
    """The failure on `inputs`, if they are valid and the failure is of the kind of `found`."""
    if exercise.valid is not None and not exercise.valid(**inputs):
        return None
    label = found[0].label
    case = make_case(exercise, found[0].stage, "", inputs)
    if case is None or judge(exercise, case, case.expected) is not None:
        return None
    outcome = caller.call(inputs, exercise.take, LIMIT)
    wrong = judge(exercise, case, outcome)
    if wrong is None or wrong.kind != found[2].kind:
        return None
    return Case(case.stage, label and f"from the case: {label}", inputs, case.expected), outcome, wrong


def weight(inputs: Inputs) -> tuple[int, int, float]:
    """How hard the inputs are to redo by hand: the number of entries, those that are not 0 or 1, and their digits."""
    values = np.concatenate([np.atleast_1d(0.0), *_numbers(inputs)])
    return len(values), int(np.sum((values != 0) & (values != 1))), float(sum(map(_digits, values)))


def _digits(x: float) -> float:
    return len(f"{abs(x):.12g}".replace(".0", "")) + (0.5 if x < 0 else 0.0)


def _numbers(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, Named):
        yield from _numbers(value.arguments)
    elif not isinstance(value, str) and value is not None:
        yield np.abs(np.ravel(np.asarray(value))).astype(float) if np.iscomplexobj(value) else _flat(value)


def _flat(value: Any) -> np.ndarray:
    return np.ravel(np.asarray(value, dtype=float))


def _variants(inputs: Inputs, name: str) -> Iterator[Any]:
    """Functions that each make one entry (or the whole) of inputs[name] simpler."""
    value = inputs[name]
    if name == "rng" or isinstance(value, str | bool | list | dict | Named) or value is None:
        return
    if isinstance(value, float):
        for target in (0.0, 1.0):
            if value and (value > 0) == (target > 0):
                yield lambda _, target=target: target
        if value < 0 or np.round(value) > 0:
            yield lambda v: float(np.round(v)) + 0.0
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size <= 64:
        yield from _array_variants(value)


def _array_variants(value: np.ndarray) -> Iterator[Any]:
    if set(np.unique(value)) <= {0.0, 1.0}:
        return  # a table of yes and no: one entry cannot change alone
    positive, negative = bool(np.all(value > 0)), bool(np.all(value < 0))
    targets = (1.0,) if positive else () if negative else (0.0, 1.0)
    symmetric = value.ndim == 2 and value.shape[0] == value.shape[1] > 1 and bool(np.all(value == value.T))
    yield lambda v: np.round(v) + 0.0 if np.all((np.round(v) > 0) | (not positive)) else v
    for index in np.ndindex(value.shape):
        if symmetric and index[0] > index[1]:
            continue
        for target in (*targets, None):
            yield lambda v, index=index, target=target: _with_entry(v, index, target, positive, symmetric)


def _with_entry(v: np.ndarray, index: tuple[int, ...], target: float | None, positive: bool, symmetric: bool) -> Any:
    new = float(np.round(v[index])) + 0.0 if target is None else target
    if positive and new <= 0:
        return v
    changed = v.copy()
    changed[index] = new
    if symmetric:
        changed[index[::-1]] = new
    return changed
