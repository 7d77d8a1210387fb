"""Which known mistake of an exercise, if any, explains what an answer does? A `caller` calls the answer.

A mistake explains an answer when both do the same on the failing input and on more inputs on which the mistake is
wrong. Random answers that draw in another order do other things on each input, and so do rounding errors; there a
mistake explains an answer when it is the only known one that fails in the same ways on the same inputs.
"""

from collections.abc import Sequence

from abinitio.course.calls.call import Caller, LiveCaller, Outcome
from abinitio.course.checking.cases import Case
from abinitio.course.checking.compare import difference
from abinitio.course.checking.judge import judge, judge_draws
from abinitio.course.exercise import Exercise, Mistake

LIMIT = 0.5  # seconds for one call


def explain(
    exercise: Exercise, caller: Caller, failing: Case, outcome: Outcome, cases: Sequence[Case]
) -> Mistake | None:
    """The known mistake that the answer makes on `failing` (where it gave `outcome`) and on other `cases`."""
    for mistake in exercise.mistakes:
        known = LiveCaller(mistake.function)
        mistaken = known.call(failing.inputs, exercise.take, LIMIT)
        if not same(exercise, mistaken, outcome):
            continue
        wrong = judge(exercise, failing, mistaken) or (
            "rng" in failing.inputs and judge_draws(exercise, known, failing)
        )
        if wrong and _agrees(exercise, caller, known, cases):
            return mistake
    if exercise.equals_reference and failing.stage != "stable":
        return None
    return _by_the_way_it_fails(exercise, caller, cases)


def same(exercise: Exercise, a: Outcome, b: Outcome) -> bool:
    """Are the outcomes `a` and `b` of two functions the same?"""
    if a.kind != b.kind or a.errors[:1] != b.errors[:1] or a.mutated != b.mutated:
        return False
    return a.kind != "returned" or difference(a.value, b.value, exercise.rtol, exercise.atol) is None


def _agrees(exercise: Exercise, caller: Caller, known: Caller, cases: Sequence[Case]) -> bool:
    """Do both do the same wherever the mistake is wrong, on the ladder of sizes or, if it is right there, elsewhere?"""
    for some in ([case for case in cases if not case.label], [case for case in cases if case.label]):
        tried = 0
        for case in some:
            mistaken = known.call(case.inputs, exercise.take, LIMIT)
            if judge(exercise, case, mistaken) is not None:
                tried += 1
                if not same(exercise, mistaken, caller.call(case.inputs, exercise.take, LIMIT)):
                    return False
        if tried:
            return True
    return True


def _by_the_way_it_fails(exercise: Exercise, caller: Caller, cases: Sequence[Case]) -> Mistake | None:
    pattern = failure_pattern(exercise, caller, cases)
    alike = [m for m in exercise.mistakes if failure_pattern(exercise, LiveCaller(m.function), cases) == pattern]
    return alike[0] if len(alike) == 1 else None


def failure_pattern(exercise: Exercise, caller: Caller, cases: Sequence[Case]) -> list[str]:
    """The kind of failure on each of the cases ("" where it is right); for a random answer which kinds there are."""
    kinds = []
    for case in cases:
        wrong = judge(exercise, case, caller.call(case.inputs, exercise.take, LIMIT))
        kinds.append(wrong.kind if wrong else "")
    if "rng" not in cases[0].inputs:
        return kinds
    wrong = None if any(kinds) else judge_draws(exercise, caller, draws_case(cases))
    return sorted({*kinds, wrong.kind if wrong else ""})


def draws_case(cases: Sequence[Case]) -> Case:
    """The one of the cases on which many draws are judged: the largest without a name."""
    return [case for case in cases if not case.label][-1]
