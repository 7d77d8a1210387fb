"""Check an answer: a function in a notebook, or the answers in a file."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from abinitio.course.calls.call import LiveCaller, signature_of, signature_problem
from abinitio.course.calls.guard import Guard
from abinitio.course.calls.process import AnswerProcess
from abinitio.course.checking.cases import call_text, prepare
from abinitio.course.checking.progress import note
from abinitio.course.checking.stages import examine, zero
from abinitio.course.checking.verdict import Failure, Verdict
from abinitio.course.exercise import Exercise
from abinitio.course.homework import Homework, find_homework
from abinitio.course.submission.answers import Answer, Submission


def check_live(exercise: Exercise, function: Any, hint: int | None = None, folder: Path | None = None) -> Verdict:
    """The verdict on `function` as an answer to the exercise, called in this process.

    hint : 1, 2 or 3 gives the hints up to that one; folder : where the progress is kept (None: nowhere).
    """
    homework, siblings = home_of(exercise)
    guard = Guard(guarded_modules(siblings), [exercise.function])
    if guard.holds(function):
        verdict = zero(exercise, "library", "This is the library's own function.")
    elif problem := signature_problem(function, signature_of(exercise.function)):
        verdict = _not_callable(exercise, problem)
    else:
        verdict = examine(exercise, LiveCaller(function, guard), prepare(exercise))
    return replace(_finished(exercise, verdict, hint, folder, homework), ask=f"check({exercise.name}, hint=1)")


def check_file(path: Path | str, homework: str | None = None, only: str | None = None) -> list[Verdict]:
    """The verdicts on the answers in the notebook or .py file at `path`, in the order of the homework.

    homework : its name, else it is read from the file;  only : the name of one exercise.
    """
    return list(FileCheck(Path(path), homework, only).verdicts())


class FileCheck:
    """A student's file, its homework, and the verdicts one by one.

    path : .ipynb or .py;  homework : its name, else it is read from the file;  only : one exercise.
    OSError or ValueError, with a sentence for the student, where the file, the homework or the exercise is not there.
    """

    def __init__(self, path: Path, homework: str | None = None, only: str | None = None) -> None:
        self.submission = Submission(path)
        name = homework or self.submission.homework
        if not name:
            raise ValueError(f"{path.name} does not say which homework it is; add --homework hw1, say")
        self.homework: Homework = find_homework(name)
        self.folder = path.resolve().parent
        self.only = only

    @property
    def problems(self) -> list[str]:
        """A sentence for each cell that Python cannot read."""
        return self.submission.problems

    def verdicts(self, hint: int | None = None) -> Iterator[Verdict]:
        """Each exercise's verdict as soon as it is known; a verdict with points is noted in the student's folder."""
        modules_known = sys.modules.get(f"{self.homework.package}.exercises") is not None
        process = None if modules_known else AnswerProcess(self.folder, [])  # it starts while we import
        exercises = self.homework.load_exercises()
        if self.only is not None and self.only not in exercises:
            raise ValueError(
                f"{self.homework.name} has no exercise {self.only!r}; it has {', '.join(exercises) or 'none'}"
            )
        guard = guarded_modules(exercises.values())
        with process or AnswerProcess(self.folder, guard) as process:
            process.guard = guard
            for name, exercise in exercises.items():
                if self.only in (None, name):
                    verdict = self._verdict(exercise, self.submission.answer(name, exercises), process)
                    ask = f"abinitio check {self.submission.path} --only {name} --hint 1"
                    yield replace(_finished(exercise, verdict, hint, self.folder, self.homework.name), ask=ask)

    def _verdict(self, exercise: Exercise, answer: Answer, process: AnswerProcess) -> Verdict:
        if answer.state != "found":
            return zero(exercise, answer.state, answer.sentence)
        loaded = process.load(answer.payload, signature_of(exercise.function))
        if loaded.kind == "library":
            return zero(exercise, "library", "This is the library's own function.")
        if loaded.kind != "loaded":
            return _not_callable(exercise, f"cannot be loaded: it {loaded.sentence}")
        if loaded.sentence:
            return _not_callable(exercise, loaded.sentence)
        return _with_missing_names(examine(exercise, process, prepare(exercise)), answer)


def home_of(exercise: Exercise) -> tuple[str, list[Exercise]]:
    """The name of the homework that asks this exercise, and all its exercises; "" and itself if there is none."""
    for name, module in list(sys.modules.items()):
        exercises = getattr(module, "EXERCISES", ()) if name.startswith("abinitio.homework.") else ()
        if any(exercise is other for other in exercises):
            package = sys.modules[name.rpartition(".")[0]]
            return package.HOMEWORK.name, list(exercises)
    return "", [exercise]


def guarded_modules(exercises: Any) -> list[str]:
    """The library's modules whose functions an answer to one of these exercises must not call."""
    names = (exercise.function.__module__ for exercise in exercises)
    return list(dict.fromkeys(name for name in names if name.startswith("abinitio.")))


def _not_callable(exercise: Exercise, problem: str) -> Verdict:
    failure = Failure("signature", f"Your function {problem}.")
    return Verdict(
        exercise.name, call_text(exercise), "failed", 0.0, exercise.points, failure.sentence, failure=failure
    )


def _with_missing_names(verdict: Verdict, answer: Answer) -> Verdict:
    failure = verdict.failure
    found = re.search(r"NameError: name '(\w+)' is not defined", failure.sentence) if failure else None
    if not found or found[1] not in answer.skipped:
        return verdict
    note = (
        f"{found[1]} is set in another cell ({answer.skipped[found[1]]}), which the check does not run: "
        "a function gets what it needs through its arguments."
    )
    return replace(verdict, notes=(*verdict.notes, note))


def _finished(exercise: Exercise, verdict: Verdict, hint: int | None, folder: Path | None, homework: str) -> Verdict:
    if hint is not None and hint not in (1, 2, 3):
        raise ValueError(f"there is no hint {hint!r}; there are 1 (the idea), 2 (the equation), 3 (where to look)")
    if folder is not None and homework:
        note(folder, homework, verdict, hint)
    return replace(verdict, hints=exercise.hints[: hint or 0])
