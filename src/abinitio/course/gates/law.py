"""What must be true of every exercise, the law and the mutation gate: each breach is told in a sentence."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from abinitio.course.calls.call import LiveCaller
from abinitio.course.calls.guard import Guard
from abinitio.course.checking.cases import Case, prepare
from abinitio.course.checking.judge import judge
from abinitio.course.checking.stages import examine
from abinitio.course.checking.verdict import Verdict
from abinitio.course.exercise import Exercise
from abinitio.course.gates.mutants import HastyCaller, mutants, survivors

SEEDS, SOME_SIZES = 100, (0, 1, 2, 3, 5, 8, 11)


def breaches(exercise: Exercise, seeds: int = SEEDS) -> Iterator[str]:
    """Where the law is broken; the reference is tried on the inputs of so many seeds."""
    cases = prepare(exercise)
    yield from _form(exercise)
    yield from _reference(exercise, cases, seeds)
    yield from _second(exercise, cases)
    for mistake in exercise.mistakes:
        verdict = examine(exercise, HastyCaller(mistake.function), cases)
        if verdict.passed:
            yield f"the mistake {mistake.name!r} passes"
        elif verdict.failure is None or verdict.failure.mistake != mistake.name:
            named = verdict.failure.mistake if verdict.failure else ""
            yield f"the mistake {mistake.name!r} is rejected but called {named!r}; the check says:\n{verdict}"
    for name, impostor in impostors(exercise, cases).items():
        verdict = _quick(exercise, impostor, cases)
        if verdict.passed or (name in ("blank", "never ends") and verdict.points > 0):
            yield f"an answer that {name} gets {verdict.points} points"
    guarded = LiveCaller(lambda **inputs: exercise.function(**inputs), Guard([], [exercise.function]))
    if (verdict := examine(exercise, guarded, cases, explained=False, timed=False)).state != "library":
        yield f"an answer that calls the library's function is {verdict.state}"


def unkilled(exercise: Exercise) -> list[str]:
    """Mutants that pass the check and are not listed as equivalent; and listed ones that are killed or gone."""
    alive = survivors(exercise)
    stale = set(exercise.equivalent_mutants) - set(alive)
    return [text for text in alive if text not in exercise.equivalent_mutants] + [f"not alive: {t}" for t in stale]


def count_mutants(exercise: Exercise) -> int:
    """How many mutants the reference of an exercise has."""
    return sum(1 for _ in mutants(exercise.function))


def _quick(exercise: Exercise, function: Callable[..., Any], cases: list[Case]) -> Verdict:
    return examine(exercise, HastyCaller(function), cases, explained=False, timed=False)


def _form(exercise: Exercise) -> Iterator[str]:
    if len(exercise.mistakes) < 3:
        yield f"{len(exercise.mistakes)} mistakes are listed; at least three are wanted"
    if len({mistake.name for mistake in exercise.mistakes}) < len(exercise.mistakes):
        yield "two mistakes have the same name"
    if len(exercise.hints) != 3 or not all(exercise.hints):
        yield "three hints are wanted: the idea, the equation, where to look"
    if not exercise.function.__doc__:
        yield "the function has no docstring: it is the text of the task"


def _reference(exercise: Exercise, cases: list[Case], seeds: int) -> Iterator[str]:
    listed = len(exercise.edges) + len(exercise.stable)
    verdict = examine(exercise, LiveCaller(exercise.function), cases)
    if not verdict.passed:
        yield f"the reference does not pass:\n{verdict}"
    if sum(bool(case.label) for case in cases) < listed:
        yield "the reference fails on an edge or stability case without raising an error"
    for seed in range(seeds):
        others = prepare(exercise, seed, SOME_SIZES, named=False)
        if len(others) < len(SOME_SIZES):
            yield f"seed {seed}: on {len(SOME_SIZES) - len(others)} inputs the reference fails or gives nan or inf"
        for case in others:
            if wrong := judge(exercise, case, case.expected):
                yield f"seed {seed}: the reference is rejected: {wrong.sentence} Inputs: {case.inputs}"


def _second(exercise: Exercise, cases: list[Case]) -> Iterator[str]:
    for seed in range(3):
        verdict = examine(exercise, LiveCaller(exercise.second_solution), cases, timed=False)
        if verdict.failure is not None:
            yield f"the second solution does not pass:\n{verdict}"
            return
        cases = prepare(exercise, seed, named=False)


class EqualsEverything:
    """Claims to be equal to whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        return np.zeros(1)


class Agreeable(np.ndarray):
    """An array whose comparisons and differences always come out well."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return np.zeros(np.shape(inputs[0])) if ufunc.__name__ in ("subtract", "absolute") else np.ones(1, dtype=bool)


def impostors(exercise: Exercise, cases: list[Case]) -> dict[str, Callable[..., Any]]:
    """Answers that must not pass, whatever the exercise: what each does -> a function that does it.

    cases : their inputs have the names of the arguments.
    """
    right = exercise.function

    def items(value: Any) -> Any:
        return iter([value] * (exercise.take or 1)) if exercise.take else value

    def blank(**inputs: Any) -> Any:
        raise NotImplementedError

    def never_ends(**inputs: Any) -> Any:
        while True:
            pass

    def changes_its_arguments(**inputs: Any) -> Any:
        value = right(**inputs)
        value = iter(list(_first(value, exercise.take))) if exercise.take else value
        for argument in inputs.values():
            if isinstance(argument, np.ndarray):
                argument += np.ones((), dtype=argument.dtype)
        return value

    def returns_nan(**inputs: Any) -> Any:
        value = right(**inputs)
        return (_nan(item) for item in value) if exercise.take else _nan(value)

    found = {
        "blank": blank,
        "never ends": never_ends,
        "returns nan": returns_nan,
        "returns None": lambda **inputs: items(None),
        "equals everything": lambda **inputs: items(EqualsEverything()),
        "is an array that always agrees": lambda **inputs: items(np.zeros(1).view(Agreeable)),
        "is a masked array": lambda **inputs: items(np.ma.masked_all(1)),
        "is an array of objects": lambda **inputs: items(np.array([EqualsEverything()], dtype=object)),
    }
    for name in cases[0].inputs:
        found[f"returns its argument {name}"] = lambda name=name, **inputs: _argument(inputs, name, items)
    if any(isinstance(value, np.ndarray) for value in cases[0].inputs.values()):
        found["changes its arguments"] = changes_its_arguments
    return found


def _argument(inputs: dict[str, Any], name: str, items: Callable[[Any], Any]) -> Any:
    return items(inputs[name])


def _first(value: Any, take: int | None) -> Iterator[Any]:
    for _, item in zip(range(take or 0), value):
        yield item


def _nan(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_nan, value)) if type(value) in (list, tuple) else tuple(map(_nan, value))
    if isinstance(value, dict):
        return {key: _nan(item) for key, item in value.items()}
    return value if isinstance(value, str) or value is None else np.multiply(value, np.nan)
