"""Every homework with pen-and-paper problems, as a whole: its targets, its exercises in text, numbers and figures.

The tests of one homework share one play of its notebook, and so run in one process (`xdist_group`).
"""

import importlib
import subprocess
import sys
from contextlib import ExitStack

import pytest

from abinitio.course.homework import all_homeworks
from tests.homework.answers import ANSWERS
from tests.homework.play import played

HOMEWORKS = {name: homework for name, homework in all_homeworks().items() if name in ANSWERS}
EXERCISES = {name: homework.load_exercises() for name, homework in HOMEWORKS.items()}
SHARE_WITH_TARGET, SHARE_WITH_SPREAD = 0.5, 0.2


def each(cases):
    """Parameters (homework, ...) whose first decides the process."""
    return [pytest.param(*case, marks=pytest.mark.xdist_group(case[0]), id="-".join(case)) for case in cases]


@pytest.fixture(scope="module")
def plays():
    """The play of a homework by name, once."""
    kept = {}
    with ExitStack() as stack:

        def play(name):
            if name not in kept:
                kept[name] = stack.enter_context(played(HOMEWORKS[name]))
            return kept[name]

        yield play


def problems_of(name):
    return importlib.import_module(f"{HOMEWORKS[name].package}.problems").PROBLEMS


def text_of(name):
    return HOMEWORKS[name].notebook.read_text(encoding="utf-8")


every = pytest.mark.parametrize("name", each([(name,) for name in HOMEWORKS]))


def test_every_homework_from_the_first_with_problems_is_here():
    without = [
        name for name, homework in all_homeworks().items() if not homework.is_experiment and name not in HOMEWORKS
    ]
    assert without == ["hw0"]


@every
def test_the_reference_meets_every_target_also_with_small_sizes(plays, name):
    rows = plays(name).rows.values()
    assert not [str(row) for row in rows if row.verdict == "missed"]
    assert len(rows) >= 40 and sum(row.verdict == "met" for row in rows) >= SHARE_WITH_TARGET * len(rows)
    assert sum(row.spread is not None for row in rows) >= SHARE_WITH_SPREAD * len(rows)
    assert all(row.anchor for row in rows), "every number says what it is held against"


@pytest.mark.parametrize(("name", "asked"), each([(name, asked) for name in HOMEWORKS for asked in EXERCISES[name]]))
def test_a_wrong_function_changes_a_number_and_a_figure(plays, name, asked):
    exercise = EXERCISES[name][asked]
    rows, figures = plays(name).replay_with(exercise, exercise.mistakes[0].function)
    assert rows, f"no recorded number depends on {asked}"
    assert figures, f"no figure depends on {asked}"


@every
def test_the_notebook_asks_for_every_exercise_once_and_in_order(plays, name):
    assert plays(name).asked == list(EXERCISES[name])
    for k, exercise in enumerate(EXERCISES[name].values(), start=1):
        assert (f"**Exercise {k} [graduate].**" in text_of(name)) == exercise.graduate
        assert (f"**Exercise {k}.**" in text_of(name)) != exercise.graduate


@every
def test_the_title_page_counts_exercises_and_points(name):
    assert HOMEWORKS[name].exercises == len(EXERCISES[name])
    assert HOMEWORKS[name].points == sum(exercise.points for exercise in EXERCISES[name].values())


@every
def test_the_title_page_is_light_to_import(name):
    code = f"import sys, {HOMEWORKS[name].package}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@every
def test_no_answer_stands_in_the_notebook(name):
    problems = problems_of(name).problems
    assert set(ANSWERS[name]) == set(problems)
    assert text_of(name).count("judge(") == len(problems)
    for problem in problems:
        assert f'judge("{problem}", answer="")' in text_of(name)


@pytest.mark.parametrize(("name", "problem"), [(name, problem) for name in HOMEWORKS for problem in ANSWERS[name]])
def test_right_answers_in_any_form_are_right_and_wrong_ones_are_not(name, problem):
    problems, answer = problems_of(name), ANSWERS[name][problem]
    assert problems.judge(problem, answer).correct
    assert not problems.judge(problem, f"2 * ({answer})").correct
    assert not problems.judge(problem, f"{answer} + {problems.problems[problem].symbols[0]}").correct
    assert str(problems.derived(problem)[0]) not in repr(problems.judge(problem, "1"))
