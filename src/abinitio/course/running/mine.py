"""The student's functions in the place of the library's, for the whole of a process: the kernel of a run."""

import traceback
from pathlib import Path

from abinitio.course.homework import Homework
from abinitio.course.patch import Function, library_namespaces, replace
from abinitio.course.submission.answers import Answer, Submission

REFERENCE = "the reference"


def use_answers(homework: Homework, path: Path) -> dict[str, str]:
    """Every caller in the library uses the functions for `homework` of the file `path` from now on.

    Returns function name -> "yours", or "the reference: ..." with the reason why the student's could not be used.
    """
    submission = Submission(path)
    exercises = homework.load_exercises()
    taken, replacements = {}, {}
    for name, exercise in exercises.items():
        answer = submission.answer(name, asked=exercises)
        function, taken[name] = _load(answer)
        if function is exercise.function:
            taken[name] = f"{REFERENCE}: the file imports the library's own function"
        elif function is not None:
            replacements[exercise.function] = function
    replace(replacements, library_namespaces())  # a module imported later takes its names from these
    return taken


def _load(answer: Answer) -> tuple[Function | None, str]:
    """The function and where it is from; None where the reference has to stand in."""
    if answer.state == "blank":
        return None, f"{REFERENCE}: not started"
    if answer.state != "found":
        return None, f"{REFERENCE}: {answer.sentence}"
    try:
        function = answer.load()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        said = traceback.format_exception_only(error)[-1].strip()
        return None, f"{REFERENCE}: yours could not be loaded: {said}"
    if not callable(function):
        return None, f"{REFERENCE}: {answer.name} is not a function in the file"
    return function, "yours"
