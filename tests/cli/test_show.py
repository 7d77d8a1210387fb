"""`abinitio show`: what a teaching assistant needs, on one page."""

import inspect
import json

import pytest
from click.testing import CliRunner

from abinitio.cli.show import command
from abinitio.course.homework import all_homeworks


def test_points_answer_key_mistakes_and_cost(toy):
    cost = {"cpu_seconds": 90.0, "peak_mb": 310, "date": "2025-03-01", "machine": "a machine, 2 cores"}
    (toy.folder / "cost.json").write_text(json.dumps(cost))
    done = CliRunner().invoke(command, ["hw7"])
    assert done.exit_code == 0
    assert "1.5 min of CPU, 310 MB when last measured (2025-03-01, a machine, 2 cores)" in done.output
    assert "2 exercises, 5 points" in done.output
    assert "  3  mean_square\n" in done.output and "  2  shifted  [graduate]\n" in done.output
    assert "method.py, line 6" in done.output
    assert "- root: This is the root mean square." in done.output
    assert "secret_total" not in done.output


def test_the_answers_are_printed_only_when_asked_for(toy):
    output = CliRunner().invoke(command, ["7", "--answers"]).output
    method = next(iter(toy.load_exercises().values())).function
    assert inspect.getsource(method).rstrip() in output


def test_an_experiment_has_no_answer_key():
    output = CliRunner().invoke(command, ["x1"]).output
    assert "\nan experiment\n" in output and "abinitio run x1" in output
    assert "answer key" not in output and "abinitio check" not in output and "points" not in output


@pytest.mark.parametrize("homework", [pytest.param(h, id=h.name) for h in all_homeworks().values()])
def test_every_homework_shows_each_exercise_and_mistake(homework):
    output = " ".join(CliRunner().invoke(command, [homework.name]).output.split())
    for exercise in homework.load_exercises().values():
        assert f"{exercise.points} {exercise.name}" in output
        for mistake in exercise.mistakes:
            assert " ".join(mistake.name.split()) in output
