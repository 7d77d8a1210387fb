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

from abinitio.course.calls.call import Caller, Outcome
from abinitio.course.checking.cases import Case, make_case
from abinitio.course.checking.judge import Wrong, judge
from abinitio.course.exercise import Exercise, Inputs, Named

CALLS, SECONDS = 400, 3.0  # for one search; on an idle machine the calls take a tenth of a second
LIMIT = 0.25  # seconds for one call
DRAWS, ROUNDS = 40, 8

ENDINGS = ("time", "crash")  # kinds of failure of which each further one costs time
Found = tuple[Case, Outcome, Wrong]


def smallest_failure(exercise: Exercise, caller: Caller, found: Found) -> Found:
    """The simplest failing case that a short search reaches from `found`, with its outcome and what is wrong.

    exercise : what is asked;  caller : calls the answer.
    """
    search = _Search(exercise, caller, found)
    if found[0].stage != "stable":
        search.draw()
    if found[2].kind not in ENDINGS:
        search.simplify()
    return search.best


class _Search:
    """Keeps the best failure so far, of the kind of the first."""

    def __init__(self, exercise: Exercise, caller: Caller, found: Found) -> None:
        self.exercise, self.caller, self.first, self.best = exercise, caller, found, found
        self.calls, self.deadline = 0, time.monotonic() + SECONDS

    @property
    def over(self) -> bool:
        return self.calls >= CALLS or time.monotonic() > self.deadline

    def draw(self) -> None:
        """Fresh small inputs, until some of one size fail."""
        rng = np.random.default_rng(zlib.crc32(self.exercise.name.encode()) + 1)
        ends = self.first[2].kind in ENDINGS
        for size in (0,) if ends else (0, 1, 2, 3):
            for _ in range(1 if ends else DRAWS):
                self.try_inputs(self.exercise.inputs(rng, size))
            if self.best is not self.first or self.over:
                return

    def simplify(self) -> None:
        """Entry by entry, as long as anything gets simpler."""
        for _ in range(ROUNDS):
            before = self.best
            for name in before[0].inputs:
                for simpler in _variants(self.best[0].inputs, name):
                    inputs = self.best[0].inputs
                    self.try_inputs(inputs | {name: simpler(inputs[name])})
            if self.best is before or self.over:
                return

    def try_inputs(self, inputs: Inputs) -> None:
        """Take these inputs if they are simpler, valid, and the answer fails on them in the same way."""
        exercise = self.exercise
        if self.over or weight(inputs) >= weight(self.best[0].inputs):
            return
        if exercise.valid is not None and not exercise.valid(**inputs):
            return
        case = make_case(exercise, self.first[0].stage, "", inputs)
        if case is None or judge(exercise, case, case.expected) is not None:
            return
        self.calls += 1
        outcome = self.caller.call(inputs, exercise.take, LIMIT)
        wrong = judge(exercise, case, outcome)
        if wrong is not None and wrong.kind == self.first[2].kind:
            label = self.first[0].label and f"from the case: {self.first[0].label}"
            self.best = (Case(case.stage, label, inputs, case.expected), outcome, wrong)


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
    if name == "rng" and isinstance(value, int):
        yield from (lambda _, seed=seed: seed for seed in range(10))
    if isinstance(value, str | bool | list | dict | Named) or value is None:
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
