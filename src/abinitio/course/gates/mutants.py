"""Mutants of a reference: each is its body with one small change, such as a student or a slip of the pen would make.

The check of an exercise is as good as what it rejects: every mutant must fail, except those that are still right. Run
`python -m abinitio.course.gates.mutants hw1 [NAME]` to see the survivors, in a form to paste into `equivalent_mutants`.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from abinitio.course.calls.call import LiveCaller, Outcome
from abinitio.course.checking.cases import Case, prepare
from abinitio.course.checking.stages import examine
from abinitio.course.exercise import Exercise, Inputs
from abinitio.course.gates.mutations import variants

LIMIT = 0.25  # seconds for one call of a mutant; one that takes longer is killed by that


def mutants(function: Any) -> Iterator[tuple[str, Any]]:
    """(the change as "old line -> new line", the mutant) for every mutant of a function's body."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    if ast.get_docstring(definition) is not None:
        definition.body = definition.body[1:]
    original = ast.unparse(definition)
    seen = {original}
    for variant in variants(definition):
        text = ast.unparse(variant)
        if text in seen:
            continue
        seen.add(text)
        namespace = dict(function.__globals__)
        try:
            exec(compile(text, f"mutant of {function.__name__}", "exec"), namespace)
        except SyntaxError:
            continue
        yield change(original, text), namespace[function.__name__]


def change(old: str, new: str) -> str:
    """What differs between two sources: "old lines -> new lines", the lines joined by "; "."""
    before, after = old.split("\n"), new.split("\n")
    while before and after and before[0] == after[0]:
        before, after = before[1:], after[1:]
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return f"{'; '.join(map(str.strip, before))} -> {'; '.join(map(str.strip, after))}"


def survivors(exercise: Exercise, cases: Sequence[Case] | None = None) -> list[str]:
    """The changes that the check on these cases (None: the usual ones) does not notice, equivalent ones included."""
    cases = prepare(exercise) if cases is None else cases
    return [text for text, mutant in mutants(exercise.function) if _survives(exercise, mutant, cases)]


def _survives(exercise: Exercise, mutant: Any, cases: Sequence[Case]) -> bool:
    caller = HastyCaller(mutant)
    return examine(exercise, caller, cases, explained=False, timed=False).failure is None


class HastyCaller(LiveCaller):
    """Gives a call no more than LIMIT seconds."""

    def call(self, inputs: Inputs, take: int | None = None, limit: float = LIMIT) -> Outcome:
        return super().call(inputs, take, min(limit, LIMIT))


def main(homework: str, *names: str) -> None:
    """Print the surviving mutants of a homework's exercises."""
    from abinitio.course.homework import find_homework

    for name, exercise in find_homework(homework).load_exercises().items():
        if names and name not in names:
            continue
        alive = survivors(exercise)
        new = [text for text in alive if text not in exercise.equivalent_mutants]
        total = sum(1 for _ in mutants(exercise.function))
        print(f"{name}: {total} mutants, {len(alive)} survive, {len(new)} of them not listed as equivalent")
        for text in new:
            print(f"    {text!r},")
        for text in set(exercise.equivalent_mutants) - set(alive):
            print(f"    listed as equivalent, but killed or not made any more: {text!r}")


if __name__ == "__main__":
    main(*sys.argv[1:])
