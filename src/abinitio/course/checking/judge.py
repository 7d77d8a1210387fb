"""Is the outcome of a case right? One judgement of an exercise's answer, for the check and for the gates.

A `caller` calls the answer (see `course.calls.call`)."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from abinitio.course.calls.call import Caller, Outcome, built
from abinitio.course.calls.codec import plain
from abinitio.course.checking.cases import Case
from abinitio.course.checking.compare import difference, structure_difference
from abinitio.course.exercise import Exercise, Inputs

REASONS = ("time", "not plain", "not an iterator", "crash", "mutated", "repeats object", "type", "shape")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with an outcome: its kind, a sentence, and the rule (a property) that it breaks, if one is known.

    The kinds: blank, library, raised:ValueError, time, crash, not plain, not an iterator, type, shape, nan, value,
    property:its_name, no error, mutated, repeats object; draws:its_name for a property of many draws.
    """

    kind: str
    sentence: str
    rule: str = ""

    @property
    def is_about_form(self) -> bool:
        """Does it concern the type and shape of what comes back, or that nothing comes back?"""
        return self.kind in REASONS or self.kind.startswith("raised:")


def judge(exercise: Exercise, case: Case, outcome: Outcome) -> Wrong | None:
    """What is wrong with the outcome of a case, or None."""
    if case.expected.kind == "raised":
        return _judge_error(case, outcome)
    if outcome.kind != "returned":
        kind = f"raised:{outcome.errors[0]}" if outcome.kind == "raised" else outcome.kind
        return Wrong(kind, f"Your function {outcome.sentence}.")
    if exercise.equals_reference:
        wrong = difference(outcome.value, case.expected.value, exercise.rtol, exercise.atol)
    else:
        wrong = structure_difference(outcome.value, case.expected.value)
    if wrong and wrong.kind in ("type", "shape"):
        return Wrong(wrong.kind, _sentence(wrong.sentence))
    broken = _broken_property(exercise, case.inputs, outcome.value)
    if wrong:
        return Wrong(wrong.kind, _sentence(wrong.sentence), broken.sentence if broken else "")
    return broken or _side_effects(outcome)


def _judge_error(case: Case, outcome: Outcome) -> Wrong | None:
    wanted = case.expected.errors[0]
    if outcome.kind == "raised" and wanted in outcome.errors:
        return None
    if outcome.kind in ("blank", "library", "time", "crash"):
        return Wrong(outcome.kind, f"Your function {outcome.sentence}.")
    instead = "it returns a value" if outcome.kind == "returned" else f"it {outcome.sentence}"
    return Wrong("no error", f"Here the task asks for a {wanted}; {instead}.")


def _side_effects(outcome: Outcome) -> Wrong | None:
    if outcome.mutated:
        names = " and ".join(outcome.mutated)
        return Wrong(
            "mutated",
            f"Your function changed its argument {names} in place; the caller's data must stay as they were. "
            "Make a new array, or work on a copy.",
        )
    if outcome.repeats_object:
        return Wrong(
            "repeats object",
            "An item that your function yielded changed afterwards: it yields the same array again and again and "
            "changes it in place. Make a new array at each step.",
        )
    return None


def _broken_property(exercise: Exercise, inputs: Inputs, answer: Any) -> Wrong | None:
    if not exercise.holds:
        return None
    inputs = plain(inputs)
    arguments = {name: value if name == "rng" else built(name, value) for name, value in inputs.items()}
    for holds in exercise.holds:
        if wrong := _check_property(holds, plain(answer), arguments):
            return wrong
    return None


def _check_property(holds: Callable[..., Any], answer: Any, arguments: Inputs) -> Wrong | None:
    try:
        with np.errstate(all="ignore"):
            found = holds(answer, **arguments)
    except Exception:  # an answer of a strange form: the property cannot hold
        found = False
    if isinstance(found, str):
        return Wrong(f"property:{holds.__name__}", f"{statement(holds)} Here: {found}.")
    return None if bool(found) else Wrong(f"property:{holds.__name__}", statement(holds))


def judge_draws(exercise: Exercise, caller: Caller, case: Case) -> Wrong | None:
    """For an answer that takes `rng`: does the same seed repeat it, and do the properties of many draws hold?"""
    first, again = (caller.call(case.inputs, exercise.take) for _ in range(2))
    if first.kind == again.kind == "returned" and difference(again.value, first.value, 0.0, 0.0):
        return Wrong(
            "draws:not repeatable",
            "Called twice with the same seed in rng it gave two different answers: take every random number from rng.",
        )
    if not exercise.across:
        return None
    answers = []
    for seed in range(exercise.draws):
        outcome = caller.call(case.inputs | {"rng": seed}, exercise.take)
        if outcome.kind != "returned":
            return judge(exercise, case, outcome)
        answers.append(outcome.value)
    for across in exercise.across:
        if wrong := _check_property(across, answers, plain(case.inputs)):
            return Wrong(f"draws:{across.__name__}", wrong.sentence)
    return None


def statement(holds: Callable[..., Any]) -> str:
    """The property `holds` in words: the first line of its docstring, or its name."""
    text = (inspect.getdoc(holds) or holds.__name__.replace("_", " ")).strip().split("\n")[0]
    return _sentence(text)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
