"""Homework 1: every exercise's function reaches a number and a figure; the pen-and-paper answers are judged right."""

from pathlib import Path

import numpy as np
import pytest

from abinitio.course.homework import find_homework
from abinitio.homework.hw1_linear_regression.problems import PROBLEMS, derived, judge, value
from tests.homework.play import played

HW1 = find_homework("hw1")
EXERCISES = HW1.load_exercises()


@pytest.fixture(scope="module")
def play():
    with played(HW1) as play:
        yield play


def test_the_reference_meets_every_target_also_with_small_sizes(play):
    rows = play.rows.values()
    assert len(rows) >= 40 and sum(row.verdict == "met" for row in rows) >= 30
    assert not [str(row) for row in rows if row.verdict == "missed"]
    assert all(row.anchor for row in rows), "every number says what it is held against"


@pytest.mark.parametrize("name", EXERCISES)
def test_a_wrong_function_changes_a_number_and_a_figure(play, name):
    rows, figures = play.replay_with(EXERCISES[name], EXERCISES[name].mistakes[0].function)
    assert rows, f"no recorded number depends on {name}"
    assert figures, f"no figure depends on {name}"


def test_the_notebook_asks_for_every_exercise_once_and_in_order(play):
    assert play.asked == list(EXERCISES)
    assert HW1.exercises == len(EXERCISES)
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
