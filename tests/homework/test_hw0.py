"""Homework 0 as a whole: it runs and meets its targets, and every answer of a student reaches a number and a figure."""

import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from scipy import stats

from abinitio.course import session
from abinitio.course.homework import find_homework
from abinitio.course.patch import patched

HOMEWORK = find_homework("hw0")
EXERCISES = HOMEWORK.load_exercises()
CELLS = re.split(r"(?m)^# %%", HOMEWORK.notebook.read_text(encoding="utf-8"))


def run(monkeypatch, cells, **replacements):
    """Recorded rows by quantity and what the figures show by name, of a quick run with some functions replaced."""
    figures = {}

    def show(self, fig, name, caption):
        figures[name] = np.concatenate([np.ravel(part) for ax in fig.axes for part in drawn(ax)])
        matplotlib.pyplot.close(fig)

    monkeypatch.setenv("ABINITIO_QUICK", "1")
    monkeypatch.delenv("ABINITIO_RUN_DIR", raising=False)
    monkeypatch.delenv("ABINITIO_MINE", raising=False)
    monkeypatch.setattr(session.Session, "show", show)
    matplotlib.use("Agg")
    names = {"__name__": "__main__"}
    replacements = {EXERCISES[name].function: function for name, function in replacements.items()}
    with matplotlib.rc_context(), patched(replacements, [names]):
        exec(compile("# %%".join(cells), str(HOMEWORK.notebook), "exec"), names)
    return {row.quantity: row for row in names["hw"]._rows}, figures


def drawn(ax):
    """The coordinates of the lines and filled areas of a pair of axes."""
    yield from (np.asarray(line.get_xydata(), float) for line in ax.lines)
    yield from (path.vertices for collection in ax.collections for path in collection.get_paths())


def test_the_title_page_agrees_with_the_exercises_and_the_notebook():
    assert HOMEWORK.exercises == len(EXERCISES)
    assert HOMEWORK.points == sum(exercise.points for exercise in EXERCISES.values())
    asked = [cell.split()[-1] for cell in CELLS if cell.startswith(" exercise")]
    assert asked == list(EXERCISES)
    assert all(len(exercise.mistakes) >= 3 for exercise in EXERCISES.values())


def test_the_number_that_the_notebook_quotes_from_kolmogorovs_law():
    # the notebook cannot compute it: the formula of the width is the answer to one of its tasks
    exact = stats.kstwo.cdf(EXERCISES["dkw_band"].function(50, 0.95), 50)
    assert f"exact = {exact:.4f}  #" in HOMEWORK.notebook.read_text(encoding="utf-8")


def test_the_title_page_is_read_without_numpy():
    code = f"import sys, {HOMEWORK.package}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.fixture(scope="module")
def reference():
    with pytest.MonkeyPatch.context() as monkeypatch:
        return run(monkeypatch, CELLS)


def test_the_reference_meets_every_target(reference):
    rows, figures = reference
    assert len(rows) >= 18 and len(figures) >= 7
    assert [row for row in rows.values() if row.verdict == "missed"] == []
    judged = [row for row in rows.values() if row.verdict == "met"]
    assert all(row.anchor for row in judged)
    assert sum(row.spread is not None for row in rows.values()) >= 12


WRONG = {  # a slip that a student could make and still see curves
    "mean_with_error": lambda values: (values.mean(), values.std(ddof=1)),
    "empirical_cdf": lambda sample, t: np.searchsorted(np.sort(sample), t, side="left") / len(sample),
    "dkw_band": lambda n, confidence: np.sqrt(np.log(1 / (1 - confidence)) / (2 * n)),
    "assign_clusters": lambda X, centres: np.abs(X[:, None, 1] - centres[:, 1]).argmin(axis=1),
    "update_centres": lambda X, labels, centres: np.array([np.median(X[labels == k], axis=0) for k in (0, 1)]),
    "ucb1_index": lambda counts, sums: sums / counts - np.sqrt(2 * np.log(counts.sum(axis=-1))[..., None] / counts),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_a_wrong_answer_changes_a_number_and_a_figure(name, monkeypatch, reference):
    experiments = [cell for cell in CELLS if not re.search(r"\bsp\.", cell)]  # pen and paper calls no exercise
    rows, figures = run(monkeypatch, experiments, **{name: WRONG[name]})
    assert [q for q in rows if rows[q].value != reference[0][q].value]
    assert [f for f in figures if not np.array_equal(figures[f], reference[1][f])]
