"""An answer goes through the stages: runs, small, general, stable, fast; the first three must pass for the rest."""

import zlib
from collections.abc import Sequence

import numpy as np

from abinitio.course.calls.call import Caller, LiveCaller, Outcome
from abinitio.course.checking.cases import REFERENCE_LIMIT, Case, call_text, make_case
from abinitio.course.checking.judge import Wrong, judge, judge_draws
from abinitio.course.checking.mistakes import draws_case, explain
from abinitio.course.checking.simplify import Found, smallest_failure
from abinitio.course.checking.verdict import STAGES, Failure, Stage, Verdict
from abinitio.course.exercise import Exercise, Inputs

FLOOR = 2e-3  # seconds: a reference that is faster counts as this slow
REPEATS = 5
ZERO = ("blank", "library")  # nothing of the student's is there to be judged


def examine(
    exercise: Exercise, caller: Caller, cases: Sequence[Case], *, explained: bool = True, timed: bool = True
) -> Verdict:
    """The verdict on the answer behind `caller`; for the cases of its exercise.

    explained : find the smallest failing input and name the mistake;  timed : with the stage `fast`.
    """
    outcomes: dict[int, Outcome] = {}
    passed: dict[str, bool | None] = {name: None for name in _stages(exercise)}
    failures: list[tuple[str, Found]] = []
    for stage in passed:
        if stage in ("stable", "fast") and not passed["general"]:
            break
        if stage == "fast" and not timed:
            continue
        found = _fast(exercise, caller) if stage == "fast" else _first_failure(exercise, caller, stage, cases, outcomes)
        passed[stage] = found is None
        if found is not None:
            failures.append((stage, found))
            if found[2].kind == "library" or (found[2].kind == "blank" and len(outcomes) == 1):
                return zero(exercise, found[2].kind, found[2].sentence)
            if stage not in ("stable", "fast"):
                break
    stages = _as_stages(exercise, passed)
    failure = _explained(exercise, caller, cases, *failures[0], explained) if failures else None
    return _verdict(exercise, stages, failure)


def zero(exercise: Exercise, state: str, sentence: str) -> Verdict:
    """The verdict, without points, on an answer that is not there or not the student's.

    exercise : what is asked;  state : see `Verdict`;  sentence : what is wrong.
    """
    headlines = {
        "blank": "Not started.",
        "library": f"{sentence} The task is to write it yourself: 0 points.",
    }
    headline = headlines.get(state, sentence)
    return Verdict(exercise.name, call_text(exercise), state, 0.0, exercise.points, headline)


def _stages(exercise: Exercise) -> list[str]:
    present = {"stable": bool(exercise.stable), "fast": exercise.large is not None}
    return [name for name in STAGES if present.get(name, True)]


def _first_failure(
    exercise: Exercise, caller: Caller, stage: str, cases: Sequence[Case], outcomes: dict[int, Outcome]
) -> Found | None:
    unnamed = [case for case in cases if not case.label]
    tried = [*unnamed[:13:2], *unnamed[-1:]] if stage == "runs" else [case for case in cases if case.stage == stage]
    for case in tried:
        if id(case) not in outcomes:
            outcomes[id(case)] = caller.call(case.inputs, exercise.take)
        wrong = judge(exercise, case, outcomes[id(case)])
        if wrong and (stage != "runs" or wrong.is_about_form or wrong.kind in ZERO):
            return case, outcomes[id(case)], wrong
    if stage == "general" and "rng" in cases[0].inputs:
        case = draws_case(cases)
        if wrong := judge_draws(exercise, caller, case):
            return case, caller.call(case.inputs, exercise.take), wrong
    return None


def _fast(exercise: Exercise, caller: Caller) -> Found | None:
    """Right on the large input, in at most `slowest` times the reference's CPU time (the least of several)?"""
    from threadpoolctl import threadpool_limits

    assert exercise.large is not None
    inputs = exercise.large(np.random.default_rng(zlib.crc32(exercise.name.encode()) + 2))
    with threadpool_limits(1):  # threads that wait for one another use up CPU time on a busy machine
        case = make_case(exercise, "fast", "large", inputs)
        if case is None:
            return None
        reference, tries = LiveCaller(exercise.function), REPEATS
        least, own = np.inf, case.expected.seconds
        while tries > 0:
            own = min(own, reference.call(inputs, exercise.take, REFERENCE_LIMIT).seconds)
            allowed = exercise.slowest * max(own, FLOOR)
            outcome = caller.call(inputs, exercise.take, 2 * allowed + 1.0)
            wrong = judge(exercise, case, outcome)
            if wrong and wrong.kind != "time":
                return case, outcome, wrong
            least = min(least, np.inf if wrong else outcome.seconds)
            if least <= allowed:
                return None
            tries -= REPEATS - 1 if least > 10 * allowed else 1  # far off: one more try is enough
    ratio = f"{least / max(own, FLOOR):.0f}x" if least < np.inf else f"more than {2 * exercise.slowest:.0f}x"
    sentence = (
        f"It takes {ratio} the time of the reference on {_sizes(inputs)}; up to {exercise.slowest:.0f}x is fine. "
        "Let NumPy do the loop, on whole arrays; where a very large array is made on the way, find a matrix product."
    )
    return case, Outcome("time"), Wrong("slow", sentence)


def _sizes(inputs: Inputs) -> str:
    sizes = [f"{k}: {' x '.join(map(str, v.shape))}" for k, v in inputs.items() if isinstance(v, np.ndarray) and v.ndim]
    sizes += [f"{k} = {v}" for k, v in inputs.items() if isinstance(v, int) and k != "rng"]
    return ", ".join(sizes) or "a large input"


def _as_stages(exercise: Exercise, passed: dict[str, bool | None]) -> tuple[Stage, ...]:
    share = exercise.points / sum(STAGES[name][0] for name in passed)
    return tuple(Stage(name, STAGES[name][0] * share, ok, STAGES[name][1]) for name, ok in passed.items())


def _explained(
    exercise: Exercise, caller: Caller, cases: Sequence[Case], stage: str, found: Found, explained: bool
) -> Failure:
    mistake = None
    if explained and stage != "fast":
        if not found[2].kind.startswith("draws:"):
            found = smallest_failure(exercise, caller, found)
        mistake = explain(exercise, caller, found[0], found[1], cases)
    case, outcome, wrong = found
    return Failure(
        kind=wrong.kind,
        sentence=wrong.sentence,
        inputs=None if stage == "fast" else case.inputs,
        label="" if stage == "fast" else case.label,
        got=outcome.value,
        returned=outcome.kind == "returned",
        expected=case.expected.value if exercise.equals_reference else None,
        expects_error=case.expected.errors[0] if case.expected.kind == "raised" else "",
        rule=wrong.rule,
        mistake=mistake.name if mistake else "",
        mistake_sentence=mistake.sentence if mistake else "",
        printed=outcome.printed,
    )


def _verdict(exercise: Exercise, stages: tuple[Stage, ...], failure: Failure | None) -> Verdict:
    points = round(sum(stage.points for stage in stages if stage.passed), 2)
    if failure is None:
        return Verdict(exercise.name, call_text(exercise), "passed", points, exercise.points, "Right.", stages)
    failed = next(stage.name for stage in stages if stage.passed is False)
    headline = f"Looks like this: {failure.mistake}." if failure.mistake else failure.sentence
    fast = "Right, but slow. " if failure.kind == "slow" else "Right on small inputs, but not on a large one. "
    prefix = {"stable": "Right, but not on hard inputs. ", "fast": fast}.get(failed, "")
    return Verdict(
        exercise.name, call_text(exercise), "failed", points, exercise.points, prefix + headline, stages, failure
    )
