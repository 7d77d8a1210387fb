"""The homeworks there are, without importing what they need: `abinitio list` answers at once.

A course's own homeworks can stand beside the library's: ABINITIO_HOMEWORKS names folders (separated as in PATH) that
hold further packages hwN_....
"""

import importlib
import json
import os
import pkgutil
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Homework:
    """The title page of a homework; each package `abinitio.homework.hwN_...` holds one, called HOMEWORK.

    An experiment, `abinitio.homework.xN_...`, is one that asks for no exercise: it is run, read and changed.
    """

    name: str  # "hw1"
    package: str  # "abinitio.homework.hw1_linear_regression"
    title: str
    part: str  # of the syllabus, e.g. "II.1"
    summary: str  # one sentence
    exercises: int
    points: int

    @property
    def is_experiment(self) -> bool:
        return self.exercises == 0

    @property
    def asks(self) -> str:
        """What it asks for, e.g. "12 exercises, 28 points"."""
        return "an experiment" if self.is_experiment else f"{self.exercises} exercises, {self.points} points"

    @property
    def folder(self) -> Path:
        return Path(str(importlib.import_module(self.package).__file__)).parent

    @property
    def notebook(self) -> Path:
        return self.folder / "notebook.py"

    @property
    def cost(self) -> dict[str, Any]:
        """What a run took when last measured: {"seconds", "cpu_seconds", "peak_mb", "machine", "date"}; {} if never."""
        path = self.folder / "cost.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def load_exercises(self) -> dict[str, Any]:
        """The exercises by function name, in the order of the homework (imports what they need)."""
        module = importlib.import_module(f"{self.package}.exercises")
        return {exercise.name: exercise for exercise in module.EXERCISES}


def all_homeworks() -> dict[str, Homework]:
    """Every homework by name, in order, experiments last: {"hw0": Homework(...), "hw1": ..., "x1": ...}."""
    import abinitio.homework as home

    further = os.environ.get("ABINITIO_HOMEWORKS", "").split(os.pathsep)
    home.__path__.extend(path for path in further if path and path not in home.__path__)
    packages = sorted((m.name for m in pkgutil.iter_modules(home.__path__) if m.ispkg), key=_by_number)
    found = [importlib.import_module(f"abinitio.homework.{package}").HOMEWORK for package in packages]
    return {homework.name: homework for homework in found}


def find_homework(name: str) -> Homework:
    """The homework called `name` ("hw1", "1" or its package name); ValueError with the list of those there are."""
    homeworks = all_homeworks()
    for homework in homeworks.values():
        if name.lower() in (homework.name, homework.name.removeprefix("hw"), homework.package.rpartition(".")[2]):
            return homework
    raise ValueError(f"there is no homework {name!r}; there are: {', '.join(homeworks)}")


def _by_number(package: str) -> list[Any]:
    """Sorts hw2_... before hw10_...."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", package)]
