"""The cases of an exercise: a ladder of sizes, the named edge and stability cases, and what the reference does."""

import inspect
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from abinitio.course.calls.call import LiveCaller, Outcome
from abinitio.course.checking.compare import is_finite
from abinitio.course.exercise import Exercise, Inputs

SIZES = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 9, 10, 11, 11)
SMALL = 3  # the largest size of the stage `small`
REFERENCE_LIMIT = 20.0  # seconds for one call


@dataclass(frozen=True, eq=False)
class Case:
    """One call that is tried: its stage, its name if it has one, the inputs, and what the reference does there."""

    stage: str
    label: str
    inputs: Inputs
    expected: Outcome


def prepare(
    exercise: Exercise, seed: int | None = None, sizes: Iterable[int] = SIZES, *, named: bool = True
) -> list[Case]:
    """The cases in the order in which they are tried, the same for every answer.

    seed : another one gives other cases, for the gates;  named : with the edge and stability cases.
    """
    rng = np.random.default_rng(zlib.crc32(exercise.name.encode()) if seed is None else seed)
    ladder = [("small" if size <= SMALL else "general", "", exercise.inputs(rng, size)) for size in sizes]
    edges = [("general", label, inputs) for label, inputs in exercise.edges.items() if named]
    stable = [("stable", label, inputs) for label, inputs in exercise.stable.items() if named]
    found = [make_case(exercise, *case) for case in (*ladder, *edges, *stable)]
    return [case for case in found if case is not None]


def make_case(exercise: Exercise, stage: str, label: str, inputs: Inputs) -> Case | None:
    """The case of an exercise with its stage, label and inputs, and the reference's outcome.

    None where the reference fails and no error is asked for: only a case with a label may ask for one.
    """
    expected = LiveCaller(exercise.function).call(inputs, exercise.take, REFERENCE_LIMIT)
    usable = expected.kind == "returned" and (bool(label) or is_finite(expected.value))
    asks_for_error = expected.kind == "raised" and bool(label)
    return Case(stage, label, inputs, expected) if usable or asks_for_error else None


def call_text(exercise: Exercise) -> str:
    """How the function is called, e.g. "ridge_coefficients(X, y, alpha)"."""
    return f"{exercise.name}({', '.join(inspect.signature(exercise.function).parameters)})"
