"""The answers in a notebook or a .py file, found by name; no cell is executed to find them.

An answer is the last definition of its name that is not a blank. With it go the imports, helper functions, classes and
constants that it needs, directly or through one another, and nothing else of the file.
"""

import builtins
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abinitio.course.submission.cells import Cell, parse_cell, read_cells
from abinitio.course.submission.statements import Statement, is_blank, statements_of


@dataclass(frozen=True)
class Answer:
    """What a file holds under one name.

    state     found, blank (not started), absent, broken (a syntax error), unusable (not a function)
    sentence  for the last three: what is wrong, to be read by the student
    payload   for `found`: what `course.calls.worker.load` executes
    skipped   names that the answer uses and that other cells set by running code: name -> where
    """

    name: str
    state: str
    sentence: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def load(self) -> Any:
        """The function, made in this process: for a run of the homework with the student's functions."""
        from abinitio.course.calls.worker import load

        return load(self.payload)[self.name]


class Submission:
    """A student's file, read and taken apart."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.homework, cells = read_cells(self.path)
        self.statements: list[Statement] = []
        self.broken: list[tuple[Cell, str]] = []
        self.texts: dict[str, str] = {}
        for cell in cells:
            tree, text = parse_cell(cell)
            if tree is None:
                self.broken.append((cell, text))
            else:
                self.statements += statements_of(tree, cell)
                self.texts[cell.label] = text

    @property
    def problems(self) -> list[str]:
        """One sentence for each cell that Python cannot read."""
        return [problem for _, problem in self.broken]

    def answer(self, name: str, asked: Iterable[str] = ()) -> Answer:
        """The answer called `name`; `asked` are all names of the homework, so that a misspelt one is recognised."""
        definitions = [
            s for s in self.statements if name in s.binds and s.kind in ("function", "class", "import", "constant")
        ]
        written = [s for s in definitions if not is_blank(s.node)]
        for cell, problem in reversed(self.broken):
            if re.search(rf"^\s*(async\s+)?def\s+{name}\b", cell.text, re.MULTILINE) and not written:
                return Answer(name, "broken", problem)
        if written:
            return self._found(name, next((s for s in reversed(written) if s.kind == "function"), written[-1]))
        if definitions:
            return Answer(name, "blank")
        if other := next((s for s in reversed(self.statements) if name in s.binds), None):
            return Answer(
                name, "unusable", f"{name} is made by running code ({other.where}); write it as `def {name}(...):`"
            )
        return Answer(name, "absent", self._absent(name, set(asked) | {name}))

    def _absent(self, name: str, asked: set[str]) -> str:
        functions = {name: s for s in self.statements if s.kind == "function" for name in s.binds}
        near = difflib.get_close_matches(name, functions.keys() - asked, n=1, cutoff=0.6)
        if near:
            where = functions[near[0]].where
            return f"no function is called {name}; is it {near[0]} ({where})? Then give it its name back"
        return (
            f"no function is called {name}: was its cell deleted? `abinitio start` writes a fresh notebook beside yours"
        )

    def _found(self, name: str, chosen: Statement) -> Answer:
        kept, wanted, seen = {chosen}, list(chosen.needs), {name}
        skipped: dict[str, str] = {}
        while wanted:
            needed = wanted.pop()
            if needed in seen or hasattr(builtins, needed):
                continue
            seen.add(needed)
            binding = [s for s in self.statements if needed in s.binds]
            usable = [s for s in binding if s.kind != "active"]
            usable = [s for s in usable if not is_blank(s.node)] or usable
            if usable:
                kept.add(usable[-1])
                wanted += usable[-1].needs
            elif binding:
                skipped[needed] = binding[-1].where
            else:
                kept |= {s for s in self.statements if "*" in s.binds}
        keep = list(_by_cell(s for s in self.statements if s in kept))
        texts = {label: self.texts[label] for label, _ in keep}
        return Answer(name, "found", payload={"name": name, "texts": texts, "keep": keep}, skipped=skipped)


def _by_cell(statements: Iterable[Statement]) -> Iterator[tuple[str, list[int]]]:
    groups: dict[str, list[int]] = {}
    for statement in statements:
        groups.setdefault(statement.cell.label, []).append(statement.index)
    yield from groups.items()
