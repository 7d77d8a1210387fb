"""What a homework's notebook works with: check an answer, record a number, show a figure, ask for the sizes.

The same notebook runs in three ways: a student works in it (nothing is written except the progress of the checks);
`abinitio run` executes it and collects numbers and figures in the folder that ABINITIO_RUN_DIR names; and with
ABINITIO_MINE the student's functions of that file take the place of the library's before anything else is imported.
"""

import io
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abinitio.course.homework import find_homework
from abinitio.course.running.quantity import Quantity
from abinitio.course.running.usage import peak_memory_mb

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 200


class Session:
    """An open homework; a notebook gets it from `abinitio.course.open_homework("hw1")`."""

    def __init__(self, name: str) -> None:
        self.homework = find_homework(name)
        self.full = _switch("ABINITIO_FULL")
        self.slow = _switch("ABINITIO_SLOW")
        self.quick = _switch("ABINITIO_QUICK")
        folder = os.environ.get("ABINITIO_RUN_DIR")
        self._folder = Path(folder) if folder else None
        self._rows: list[Quantity] = []
        self._figures: dict[str, str] = {}
        self._answers: dict[str, str] = {}
        self._clock = time.process_time()
        mine = os.environ.get("ABINITIO_MINE")
        if mine:
            from abinitio.course.running.mine import use_answers

            self._answers = use_answers(self.homework, Path(mine))
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write()
            if shell := _ipython():
                shell.events.register(
                    "post_run_cell", lambda *_: self._write()
                )  # what a run has used, if it ends early

    def __repr__(self) -> str:
        return f"<{self.homework.name}: {self.homework.title}; {self.homework.asks}>"

    def size(self, full: Any, quick: Any) -> Any:
        """How much of something: `full` in a run, `quick` when the homework itself is tested."""
        return quick if self.quick else full

    def times(self, full: int, quick: int) -> int:
        """How many repetitions, as `size`; a run with --slow takes four times `full`, which halves the error bars."""
        return self.size(4 * full if self.slow else full, quick)

    def check(self, function: Any, hint: int | None = None) -> Any:
        """The verdict on the student's `function`; with `hint` = 1, 2 or 3 that hint: idea, equation, where to look."""
        exercises = self.homework.load_exercises()
        name = getattr(function, "__name__", repr(function))
        if name not in exercises:
            asked = ", ".join(exercises) or "none, it is an experiment"
            print(f"{self.homework.name} asks for no function called {name}; it asks for: {asked}")
            return None
        from abinitio.course.checking.check import check_live

        verdict = check_live(exercises[name], function, hint=hint, folder=Path.cwd())
        if _ipython() is None:
            print(verdict)
        return verdict

    def record(
        self,
        quantity: str,
        value: Any,
        spread: Any = None,
        *,
        unit: str = "",
        anchor: str = "",
        expected: Any = None,
        within: Any = None,
        at_most: Any = None,
        at_least: Any = None,
    ) -> None:
        """One row of the report's table: prints it, and keeps it in a run.

        quantity : what it is;  value, spread : the number and its uncertainty, in `unit`;  anchor : what it is held
        against, in words, e.g. "theory: (κ-1)/(κ+1)";  the target: |value - expected| <= within, value <= at_most,
        value >= at_least; with none of them the number is reported and not judged.
        """
        numbers = {"value": value, "spread": spread, "expected": expected, "within": within}
        numbers |= {"at_most": at_most, "at_least": at_least}
        plain = {key: None if x is None else _one_number(x, f"{key} of {quantity!r}") for key, x in numbers.items()}
        now = time.process_time()
        row = Quantity(
            quantity=quantity,
            unit=unit,
            anchor=anchor,
            seconds=now - self._clock,
            peak_mb=peak_memory_mb(),
            **plain,  # type: ignore[arg-type]
        )
        self._clock = now
        self._rows = [*(old for old in self._rows if old.quantity != quantity), row]  # a cell that is run again
        self._write()
        print(row)

    def show(self, fig: "Figure", name: str, caption: str) -> None:
        """Display `fig` above its `caption`; in a run also write it as figures/<name>.png and .svg."""
        if not re.fullmatch(r"[a-z0-9_]+", name):
            raise ValueError(f"the figure's name {name!r} becomes a file name: use a-z, 0-9 and _ only")
        png = io.BytesIO()
        fig.savefig(png, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight")
        if self._folder:
            figures = self._folder / "figures"
            figures.mkdir(exist_ok=True)
            (figures / f"{name}.png").write_bytes(png.getvalue())
            fig.savefig(figures / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
            self._figures[name] = caption
            self._write()
        _display(png.getvalue(), name, caption)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(fig)  # else Jupyter draws it a second time

    def _write(self) -> None:
        """metrics.json as far as it is known, never half-written."""
        if not self._folder:
            return
        metrics = {
            "homework": self.homework.name,
            "rows": [row.as_dict() for row in self._rows],
            "figures": [{"name": name, "caption": caption} for name, caption in self._figures.items()],
            "answers": self._answers,
            "cpu_seconds": time.process_time(),
            "peak_mb": peak_memory_mb(),
        }
        draft = self._folder / "metrics.json.part"
        draft.write_text(json.dumps(metrics, indent=1, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._folder / "metrics.json")


def _switch(variable: str) -> bool:
    return os.environ.get(variable, "") == "1"


def _one_number(value: Any, what: str) -> float:
    try:
        return float(value.item() if hasattr(value, "item") else value)
    except (TypeError, ValueError):
        raise TypeError(f"{what} must be one real number, not {value!r}") from None


def _ipython() -> Any:
    """The running IPython shell, or None in a plain Python process."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def _display(png: bytes, name: str, caption: str) -> None:
    if _ipython() is None:
        return
    from IPython.display import Image, Markdown, display

    display(Image(png, width=_shown_width(png)), metadata={"abinitio": {"figure": name}})
    display(Markdown(f"*{caption}*"), metadata={"abinitio": {"caption": name}})


def _shown_width(png: bytes) -> int:
    """Pixels on the screen at 110 dots per inch; the width stands in bytes 16-20 of a PNG."""
    return int.from_bytes(png[16:20], "big") * 110 // DOTS_PER_INCH
