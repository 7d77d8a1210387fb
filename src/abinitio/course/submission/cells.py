"""The code cells of a student's file: a notebook, or a .py file in jupytext's percent format or without cells."""

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BYTES = 50 << 20
OPENS = re.compile(r"""open_homework\(\s*["'](\w+)["']""")


@dataclass(frozen=True)
class Cell:
    """Source of one code cell; `label` names it to the student, and lines count from 1 in `text`."""

    label: str
    text: str


def read_cells(path: Path) -> tuple[str, list[Cell]]:
    """The homework's name ("" if the file does not tell) and the code cells of the file at `path`.

    ValueError or OSError, with a sentence for the student, if it cannot be read.
    """
    if path.suffix not in (".ipynb", ".py"):
        raise ValueError(f"{path.name} is neither a notebook (.ipynb) nor a Python file (.py)")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; name the file in it")
    if not path.exists():
        there = ", ".join(sorted(p.name for p in path.parent.glob("*.ipynb"))) or "no notebook"
        raise FileNotFoundError(f"there is no file {path}; in that folder there is {there}")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"{path.name} is larger than {MAX_BYTES >> 20} MB: clear the outputs of its cells and save it")
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if not text.strip():
        raise ValueError(f"{path.name} is empty")
    marked, cells = _notebook(text, path.name) if path.suffix == ".ipynb" else ("", _script(text, path.name))
    return marked or _homework_of(path, cells), cells


def parse_cell(cell: Cell) -> tuple[ast.Module | None, str]:
    """The syntax tree of a cell and the text it was made from; or None and a sentence: where Python cannot go on."""
    try:
        return _parse(cell.text), cell.text
    except (SyntaxError, ValueError):
        text = without_magics(cell.text)
    try:
        return _parse(text), text
    except SyntaxError as error:
        line = (error.text or "").strip()
        return None, f"{cell.label}, line {error.lineno}: {error.msg}" + (f": `{line[:80]}`" if line else "")
    except ValueError as error:  # null bytes
        return None, f"{cell.label}: {error}"


def without_magics(text: str) -> str:
    """The text of a cell without what only IPython knows (%magics, !commands, help?); lines keep their numbers."""
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if not re.match(r"%%(time|timeit|capture|prun)\b", lines[first]):
            return "\n" * text.count("\n")  # another language
        lines[first] = ""
    magic = re.compile(r"^(\s*)(?:[%!?].*|[\w, ]+=\s*[%!].*|[\w.]+\?{1,2}\s*)$")
    return "\n".join(magic.sub(r"\1pass", line) for line in lines)


def _parse(text: str) -> ast.Module:
    import warnings

    with warnings.catch_warnings(action="ignore"):  # an invalid escape in a string is no reason to speak up
        return ast.parse(text)


def _notebook(text: str, name: str) -> tuple[str, list[Cell]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(
            f"{name} is not a notebook: its text is not JSON{where}. If it was cut off while it was saved, "
            "Jupyter keeps an earlier version in the folder .ipynb_checkpoints"
        ) from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise ValueError(f"{name} is JSON, but not a notebook of format 4: it has no list of cells")
    sources = [_source(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    about = content.get("metadata", {})
    about = about.get("abinitio", {}) if isinstance(about, dict) else {}
    marked = str(about.get("homework", "")) if isinstance(about, dict) else ""
    return marked, [Cell(f"code cell {i}", source) for i, source in enumerate(sources, start=1)]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _script(text: str, name: str) -> list[Cell]:
    """One cell if Python can read the file; else one of all it can read, and one for each `# %%` part it cannot."""
    whole = Cell(f"file {name}", text)
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if line.startswith("# %%")]
    if parse_cell(whole)[0] is not None or not starts:
        return [whole]
    parts = [Cell(whole.label, "\n" * a + "\n".join(lines[a:b])) for a, b in zip([0, *starts], [*starts, len(lines)])]
    broken = [part for part in parts if parse_cell(part)[0] is None]
    spoilt = {i for part in broken for i, line in enumerate(part.text.split("\n")) if line}
    readable = "\n".join("" if i in spoilt else line for i, line in enumerate(lines))
    return [Cell(whole.label, readable), *broken]


def _homework_of(path: Path, cells: list[Cell]) -> str:
    in_name = re.search(r"hw\d+", path.stem.lower())
    in_text = next((found for cell in cells if (found := OPENS.search(cell.text))), None)
    return in_name[0] if in_name else in_text[1] if in_text else ""
