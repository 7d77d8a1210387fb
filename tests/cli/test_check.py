import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from abinitio.cli import app

RIGHT = "def mean_square(x):\n    return (x * x).mean()"
SHIFTED = "def shifted(x, offset=2.0):\n    return x + offset"
WRONG = "def mean_square(x):\n    return (x**2).mean() ** 0.5"


@pytest.fixture
def abinitio_check(toy, tmp_path):
    """abinitio_check([cells], options...) -> (exit status, output)."""

    def run(cells, *options, name="hw7.ipynb"):
        path = tmp_path / name
        path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": s} for s in cells]}))
        result = CliRunner().invoke(app, ["check", str(path), *options])
        return result.exit_code, result.output

    return run


def test_all_right(abinitio_check):
    status, output = abinitio_check([RIGHT, SHIFTED])
    assert status == 0
    assert output.split("\n")[:4] == [
        "hw7: A toy",
        "mean_square: 3/3 points. Right.",
        "shifted: 2/2 points. Right.",
        "5/5 points",
    ]


def test_not_started_is_no_error_and_wrong_answers_are_explained(abinitio_check):
    status, output = abinitio_check([WRONG, "def shifted(x, offset=2.0):\n    raise NotImplementedError"])
    assert status == 1 and "shifted: 0/2 points. Not started." in output and "0.43/5 points" in output.split("\n")[-2]
    assert "Looks like this: root." in output and "This is the root mean square." in output
    assert "Smallest input found:\n      mean_square(x=np.array([2.0]))" in output or "Smallest input found" in output
    assert "np.mean" not in output and "Traceback" not in output  # neither the solution nor our insides


def test_one_exercise_with_a_hint(abinitio_check):
    status, output = abinitio_check([WRONG], "--only", "mean_square", "--hint", "2")
    assert status == 1 and "The idea: Average the squares." in output and "The equation:" in output
    assert "Where to look" not in output and "shifted" not in output
    status, output = abinitio_check([WRONG, SHIFTED], "--only", "shifted")
    assert status == 0 and output.strip().endswith("shifted: 2/2 points. Right.")


def test_cells_that_cannot_be_read_are_told_first(abinitio_check):
    status, output = abinitio_check(["x = (", RIGHT, SHIFTED])
    assert status == 0 and "Python cannot read code cell 1, line 1: '(' was never closed" in output


def run(*arguments, cwd):
    environment = os.environ | {"PYTHONUTF8": "1"}
    command = [sys.executable, "-c", "from abinitio.cli import main; main()", "check", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.ipynb"], "there is no file missing.ipynb; in that folder there is other.ipynb"),
        (["other.ipynb"], "is not a notebook: its text is not JSON"),
        (["notes.txt"], "neither a notebook"),
        (["hw7.py", "--only", "nothing"], "has no exercise 'nothing'; it has mean_square, shifted"),
        (["hw7.py", "--homework", "hw77"], "there is no homework 'hw77'"),
        (["hw7.py", "--hint", "1"], "add --only NAME"),
        (["hw7.py", "--only", "shifted", "--hint", "7"], "7 is not in the range"),
        ([], "Missing argument"),
    ],
)
def test_what_the_user_did_wrong_is_one_clear_line_and_status_2(toy, tmp_path, arguments, words):
    (tmp_path / "other.ipynb").write_text("{ not json")
    (tmp_path / "notes.txt").write_text("text")
    (tmp_path / "hw7.py").write_text(RIGHT)
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2 and words in result.stderr and "Traceback" not in result.stderr


def test_the_exit_status_of_the_real_command(toy, tmp_path):
    (tmp_path / "hw7.py").write_text(f"{RIGHT}\n\n\n{SHIFTED}\n")
    done = run("hw7.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.endswith("5/5 points\n")
    (tmp_path / "hw7.py").write_text(WRONG)
    assert run("hw7.py", cwd=tmp_path).returncode == 1


def test_an_experiment_has_nothing_to_check(tmp_path):
    path = tmp_path / "x1.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": {"abinitio": {"homework": "x1"}}}))
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 0 and "asks for nothing; run it with  abinitio run x1" in result.output
    result = CliRunner().invoke(app, ["check", str(path), "--only", "ridge"])
    assert result.exit_code != 0 and "x1 has no exercise 'ridge'; it has none" in f"{result.output}{result.exception}"
