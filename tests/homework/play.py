"""A homework's notebook played in this process: what it records and draws, and which of that depends on a function."""

import os
from contextlib import contextmanager
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from abinitio.course.patch import patched
from abinitio.course.running.quantity import Quantity

SETTINGS = {"ABINITIO_QUICK": "1", "ABINITIO_RUN_DIR": None, "ABINITIO_MINE": None}


class Stage:
    """Takes the place of the session in one cell: keeps the numbers, and what each figure draws, not its picture."""

    def __init__(self, hw):
        self.hw, self.rows, self.figures = hw, {}, {}

    def __getattr__(self, name):
        return getattr(self.hw, name)

    def record(self, quantity, value, spread=None, **about):
        about = {key: item if isinstance(item, str) else float(item) for key, item in about.items()}
        spread = None if spread is None else float(spread)
        self.rows[quantity] = Quantity(quantity=quantity, value=float(value), spread=spread, **about)

    def show(self, fig, name, caption):
        self.figures[name] = [np.ma.getdata(part).astype(float) for ax in fig.axes for part in drawn(ax)]
        plt.close(fig)


def drawn(ax):
    """The numbers behind a pair of axes: of its lines, bars, images, symbols and areas, and its texts' places."""
    yield from (line.get_xydata() for line in ax.lines)
    yield from (p.get_bbox().bounds if isinstance(p, Rectangle) else p.get_path().vertices for p in ax.patches)
    yield from (image.get_array() for image in ax.images)
    for collection in ax.collections:
        yield collection.get_offsets()
        yield from (path.vertices for path in collection.get_paths())


class Play:
    """The notebook's cells, run one after the other, with a way back to before each cell."""

    def __init__(self, homework):
        self.notebook = Path(homework.notebook)
        cells = self.notebook.read_text(encoding="utf-8").split("# %%")[1:]
        self.cells = ["" if c.startswith(" [markdown]") else "#" + c for c in cells]
        self.names, self.before, self.stages = {"__name__": homework.name}, [], []
        for k in range(len(self.cells)):
            self.before.append(dict(self.names))
            self.stages.append(self.run(k))

    def run(self, k):
        stage = Stage(self.names.get("hw"))
        self.names["hw"] = stage
        exec(compile(self.cells[k], f"{self.notebook}, cell {k}", "exec"), self.names)
        if self.names["hw"] is stage and stage.hw is not None:
            self.names["hw"] = stage.hw
        return stage

    @property
    def rows(self):
        return {quantity: row for stage in self.stages for quantity, row in stage.rows.items()}

    @property
    def asked(self):
        """The names of the exercises, in the order in which the notebook asks for them."""
        return [cell.split()[-1] for cell in self.cells if cell.startswith("# exercise")]

    def replay_with(self, exercise, function):
        """(rows, figures) that differ from the reference's in the first cells where both a row and a figure do."""
        first = next(k for k, c in enumerate(self.cells) if c.startswith("# exercise") and f" {exercise.name}\n" in c)
        rows, figures = [], []
        self.names.clear()
        self.names.update(self.before[first + 1])
        self.names[exercise.name] = function
        with patched({exercise.function: function}, [self.names]), np.errstate(all="ignore"):
            for k in range(first + 1, len(self.cells)):
                stage, wanted = self.run(k), self.stages[k]
                rows += [q for q, row in stage.rows.items() if "time" not in q and differs(row, wanted.rows.get(q))]
                figures += [f for f, parts in stage.figures.items() if picture_differs(parts, wanted.figures.get(f))]
                if rows and figures:
                    break
        return rows, figures


def differs(row, reference):
    return reference is None or not np.isclose(row.value, reference.value, rtol=1e-3, atol=1e-9, equal_nan=True)


def picture_differs(parts, reference):
    if reference is None or [part.shape for part in parts] != [part.shape for part in reference]:
        return True
    spans = [max(np.ptp(r), 1e-300) if r.size else 1.0 for r in reference]
    same = (np.allclose(p, r, rtol=0, atol=1e-3 * s, equal_nan=True) for p, r, s in zip(parts, reference, spans))
    return not all(same)


@contextmanager
def played(homework):
    """The homework, played with small sizes and without a screen; figures drawn meanwhile leave no trace."""
    before = {name: os.environ.get(name) for name in SETTINGS}
    set_environment(SETTINGS)
    try:
        with plt.rc_context({"backend": "Agg"}):
            plt.switch_backend("Agg")
            yield Play(homework)
    finally:
        set_environment(before)


def set_environment(values):
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
