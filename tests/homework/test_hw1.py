"""Homework 1: every exercise's function reaches a number and a figure; the pen-and-paper answers are judged right."""

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.course.homework import find_homework
from abinitio.course.patch import patched
from abinitio.course.running.quantity import Quantity
from abinitio.homework.hw1_linear_regression.problems import PROBLEMS, derived, judge, value

HW1 = find_homework("hw1")
EXERCISES = HW1.load_exercises()


class Stage:
    """Takes the place of the session: keeps the numbers, and the curves of each figure in place of its picture."""

    def __init__(self, hw):
        self.hw, self.rows, self.curves = hw, {}, {}

    def __getattr__(self, name):
        return getattr(self.hw, name)

    def record(self, quantity, value, spread=None, **about):
        about = {key: item if isinstance(item, str) else float(item) for key, item in about.items()}
        self.rows[quantity] = Quantity(quantity=quantity, value=float(value), **about)

    def show(self, fig, name, caption):
        lines = [line.get_xydata() for ax in fig.axes for line in ax.lines]
        bars = [patch.get_xy() for ax in fig.axes for patch in ax.patches]
        self.curves[name] = [np.ma.getdata(points).astype(float) for points in lines + bars]
        plt.close(fig)


class Play:
    """The notebook's cells, run one after the other in this process, with a way back to before each cell."""

    def __init__(self):
        cells = HW1.notebook.read_text(encoding="utf-8").split("# %%")[1:]
        self.cells = ["" if c.startswith(" [markdown]") else "#" + c for c in cells]
        self.names, self.before, self.stages = {"__name__": "hw1"}, [], []
        for k in range(len(self.cells)):
            self.before.append(dict(self.names))
            self.stages.append(self.run(k))

    def run(self, k):
        stage = Stage(self.names.get("hw"))
        self.names["hw"] = stage
        exec(compile(self.cells[k], f"{HW1.notebook}, cell {k}", "exec"), self.names)
        if self.names["hw"] is stage and stage.hw is not None:
            self.names["hw"] = stage.hw
        return stage

    def cell_of(self, exercise):
        [k] = [k for k, cell in enumerate(self.cells) if cell.startswith("# exercise") and f" {exercise}\n" in cell]
        return k

    def replay_with(self, exercise, function):
        """(rows, figures) that differ from the reference's in the first cells where both a row and a figure do."""
        first, rows, figures = self.cell_of(exercise.name) + 1, [], []
        self.names.clear()
        self.names.update(self.before[first])
        self.names[exercise.name] = function
        with patched({exercise.function: function}, [self.names]), np.errstate(all="ignore"):
            for k in range(first, len(self.cells)):
                stage, wanted = self.run(k), self.stages[k]
                rows += [q for q, row in stage.rows.items() if "time" not in q and differs(row.value, wanted.rows, q)]
                figures += [f for f, curves in stage.curves.items() if picture_differs(curves, wanted.curves[f])]
                if rows and figures:
                    break
        return rows, figures


def differs(number, reference, quantity):
    return quantity not in reference or not np.isclose(number, reference[quantity].value, rtol=1e-3, atol=1e-9)


def picture_differs(curves, reference):
    if [c.shape for c in curves] != [r.shape for r in reference]:
        return True
    spans = [max(np.ptp(r), 1e-300) if r.size else 1.0 for r in reference]
    return any(not np.allclose(c, r, rtol=0, atol=1e-3 * span) for c, r, span in zip(curves, reference, spans))


@pytest.fixture(scope="module")
def play():
    before = {name: os.environ.get(name) for name in ("ABINITIO_QUICK", "ABINITIO_RUN_DIR", "ABINITIO_MINE")}
    os.environ["ABINITIO_QUICK"] = "1"
    for name in ("ABINITIO_RUN_DIR", "ABINITIO_MINE"):
        os.environ.pop(name, None)
    with plt.rc_context({"backend": "Agg"}):
        plt.switch_backend("Agg")
        yield Play()
    for name, old in before.items():
        os.environ.pop(name, None) if old is None else os.environ.__setitem__(name, old)


def test_the_reference_meets_every_target_also_with_small_sizes(play):
    rows = [row for stage in play.stages for row in stage.rows.values()]
    assert len(rows) >= 40 and sum(row.verdict == "met" for row in rows) >= 30
    assert not [str(row) for row in rows if row.verdict == "missed"]
    assert all(row.anchor for row in rows), "every number says what it is held against"


@pytest.mark.parametrize("name", EXERCISES)
def test_a_wrong_function_changes_a_number_and_a_figure(play, name):
    rows, figures = play.replay_with(EXERCISES[name], EXERCISES[name].mistakes[0].function)
    assert rows, f"no recorded number depends on {name}"
    assert figures, f"no figure depends on {name}"


def test_the_notebook_asks_for_every_exercise_once_and_in_order(play):
    assert list(EXERCISES) == sorted(EXERCISES, key=play.cell_of)
    assert sum(cell.startswith("# exercise") for cell in play.cells) == HW1.exercises == len(EXERCISES)
    assert HW1.points == sum(exercise.points for exercise in EXERCISES.values())


def test_graduate_exercises_are_marked_in_the_text():
    text = HW1.notebook.read_text(encoding="utf-8")
    numbered = {k: exercise for k, exercise in enumerate(EXERCISES.values(), start=1)}
    for k, exercise in numbered.items():
        assert (f"**Exercise {k} [graduate].**" in text) == exercise.graduate
        assert (f"**Exercise {k}.**" in text) != exercise.graduate


def test_no_answer_stands_in_the_notebook():
    text = HW1.notebook.read_text(encoding="utf-8")
    assert text.count("judge(") == len(PROBLEMS.problems)
    for name in PROBLEMS.problems:
        assert f'judge("{name}", answer="")' in text


ANSWERS = {  # each in another form than the derivation's
    "slope of a line": "(Sxy / n - Sx / n * Sy / n) / (Sxx / n - (Sx / n) ** 2)",
    "best rate": "1 / ((m + M) / 2)",
    "slope variance": "sigma**2 / (Sxx - Sx**2 / n)",
    "best penalty": "(sigma / w) ** 2",
    "elastic shrinkage": "z / (1 + s) - t / (1 + s)",
    "variance of SGD": "rate * c / (2 * h - rate * h^2)",
    "smoothing bias": "h**2 / 2 * f2",
}


@pytest.mark.parametrize("name", PROBLEMS.problems)
def test_right_answers_in_any_form_are_right_and_wrong_ones_are_not(name):
    assert judge(name, ANSWERS[name]).correct
    assert not judge(name, f"2 * ({ANSWERS[name]})").correct
    assert "right up to a number: yours is 2 times" in repr(judge(name, f"2 * ({ANSWERS[name]})"))
    assert not judge(name, f"{ANSWERS[name]} + {PROBLEMS.problems[name].symbols[0]}").correct
    assert str(derived(name)[0]) not in repr(judge(name, "1"))


def test_slope_and_its_variance_agree_with_numpy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=9), rng.normal(size=9)
    sums = {"n": 9, "Sx": x.sum(), "Sxx": (x**2).sum()}
    (slope, _), covariance = np.polyfit(x, y, 1, cov="unscaled")
    assert value("slope of a line", Sy=y.sum(), Sxy=x @ y, **sums) == pytest.approx(slope)
    assert value("slope variance", sigma=0.7, **sums) == pytest.approx(0.49 * covariance[0, 0])


def test_the_homework_is_light_to_import():
    import subprocess
    import sys

    code = "import sys, abinitio.homework.hw1_linear_regression as h; print(h.HOMEWORK.name, 'numpy' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path.cwd())
    assert out.stdout.split() == ["hw1", "False"], out.stderr
