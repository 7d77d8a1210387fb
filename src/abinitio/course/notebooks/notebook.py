"""A homework's percent script as a notebook: complete for a run, with blanks for a student."""

import ast
import re
from importlib import metadata
from pathlib import Path
from typing import Any

from abinitio.course.homework import Homework
from abinitio.course.notebooks.blank import blank

EXERCISE = "exercise"  # the marker of a cell that imports one exercise function: "# %% exercise"

FIND_ABINITIO = """\
try:
    import abinitio
except ModuleNotFoundError:
    raise ModuleNotFoundError({message!r}) from None"""


def reference_notebook(homework: Homework) -> Any:
    """The notebook of `homework` as it stands in the library: every exercise imported, nothing executed."""
    import jupytext
    from nbformat.v4 import new_notebook

    if not homework.notebook.exists():
        raise FileNotFoundError(f"{homework.name} has no notebook at {homework.notebook}")
    cells = jupytext.read(homework.notebook, fmt="py:percent").cells
    for position, cell in enumerate(cells):
        exercise = exercise_of(cell)
        cell["id"] = f"exercise-{exercise}"[:64] if exercise else f"cell-{position}"
        cell["metadata"] = {"abinitio": {"exercise": exercise}} if exercise else {}
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
            "abinitio": {"homework": homework.name, "version": metadata.version("abinitio")},
        },
    )


def student_notebook(homework: Homework, source: str) -> Any:
    """The notebook of `homework` with blanks: each exercise cell is signature, docstring and check.

    source : what pip installs abinitio from; the first code cell names it where abinitio is missing.
    """
    from nbformat.v4 import new_code_cell

    notebook = reference_notebook(homework)
    exercises = homework.load_exercises()
    for cell in notebook.cells:
        name = cell["metadata"].get("abinitio", {}).get("exercise")
        if name is None:
            continue
        if name not in exercises:
            raise ValueError(f"{homework.notebook}: the cell of {name} has no Exercise in {homework.package}.exercises")
        label = f"{homework.name}: {name}"
        cell["source"] = f"{blank(exercises[name].function, label)}\n\n\ncheck({name})"
    message = f"abinitio is not installed here; run this line in a cell, then this cell again:  {install_line(source)}"
    first_code = next(i for i, cell in enumerate(notebook.cells) if cell["cell_type"] == "code")
    finder = new_code_cell(FIND_ABINITIO.format(message=message), id="find-abinitio")
    notebook.cells.insert(first_code, finder)
    return notebook


def exercise_of(cell: Any) -> str | None:
    """The function that an exercise `cell` imports, None for any other cell; ValueError if it does more than that."""
    if cell["cell_type"] != "code" or cell["metadata"].get("title", "").split()[:1] != [EXERCISE]:
        return None
    statements = ast.parse(cell["source"]).body
    match statements:
        case [ast.ImportFrom(module=str(), names=[ast.alias(name=name, asname=None)], level=0)] if name != "*":
            return name
    raise ValueError(f"an exercise cell holds one import of one function and nothing else, not:\n{cell['source']}")


def install_line(source: str) -> str:
    """The line of a notebook that installs abinitio with what a homework needs, from `source`: a git URL or a folder.

    >>> install_line("https://example.org/abinitio.git")
    "%pip install -q 'abinitio[course] @ git+https://example.org/abinitio.git'"
    >>> install_line("/home/me/abinitio")
    "%pip install -q '/home/me/abinitio[course]'"
    """
    if re.match(r"(git\+)?(https?|ssh|git|file)://", source):
        url = source if source.startswith("git+") or source.endswith((".zip", ".tar.gz", ".whl")) else f"git+{source}"
        return f"%pip install -q 'abinitio[course] @ {url}'"
    return f"%pip install -q '{source}[course]'"


def course_source() -> str:
    """Where this abinitio came from: the https address of its git clone's origin; else the clone's folder."""
    from abinitio.course.running.usage import git_output

    folder = Path(__file__).parents[4]
    if not (folder / "pyproject.toml").exists():  # installed, not a clone: what pip wrote down
        direct = metadata.distribution("abinitio").read_text("direct_url.json") or ""
        found = re.search(r'"url":\s*"([^"]+)"', direct)
        return _without_password(found[1]).removeprefix("file://") if found else "abinitio"
    origin = _without_password(git_output("remote", "get-url", "origin"))
    return origin if origin.startswith("https://") else str(folder)


def _without_password(url: str) -> str:
    return re.sub(r"(?<=://)[^/@]*@", "", url)
