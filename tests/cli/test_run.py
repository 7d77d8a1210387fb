"""`abinitio run`: which homeworks, what it costs, what it says, and its exit status."""

import json

import click
import pytest
from click.testing import CliRunner

from abinitio.cli.run import announcement, chosen, command
from abinitio.course.homework import all_homeworks, find_homework

TINY = """
# %%
from abinitio.course import open_homework
hw = open_homework("hw7")
check = hw.check

# %% exercise
from abinitio.homework.hw7_toy.method import mean_square

# %%
hw.record("switches", 1.0 * hw.full + 2.0 * hw.slow, expected=3.0, within=0.0)
{last}
"""


@pytest.fixture
def submission(tmp_path):
    """A file that answers hw7 by its name."""
    path = tmp_path / "hw7_mine.py"
    path.write_text("def mean_square(x):\n    return 0.0\n")
    return path


def test_without_a_name_all_are_run(toy):
    assert chosen([], None) == list(all_homeworks().values())
    assert [homework.name for homework in chosen(["hw7", "0", "hw0_learning_from_data"], None)] == ["hw7", "hw0"]


def test_a_submission_says_what_it_answers(toy, submission, tmp_path):
    assert chosen([], submission) == chosen(["hw7"], submission) == [toy]
    with pytest.raises(click.UsageError, match=r"answers hw7, so with --mine only hw7"):
        chosen(["hw0"], submission)
    other = tmp_path / "work.py"
    other.write_text("x = 1\n")
    assert chosen(["hw7"], other) == [toy]
    with pytest.raises(click.UsageError, match="does not say which homework"):
        chosen([], other)


def test_the_cost_is_told_before(toy):
    assert announcement([toy], False, False) == ["hw7  A toy: not measured yet"]
    cost = {"cpu_seconds": 90.0, "peak_mb": 310, "date": "2025-03-01", "machine": "a machine"}
    (toy.folder / "cost.json").write_text(json.dumps(cost))
    lines = announcement([find_homework("hw7")] * 2, longer=True, mine=True)
    assert lines[0] == "hw7  A toy: 1.5 min of CPU, 310 MB when last measured (2025-03-01, a machine)"
    assert "Together about 3.0 min of CPU." in lines and any("--full" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "last", "status", "told"),
    [
        (["--full", "--slow"], "", 0, "Report: "),
        (["--full"], "", 1, "hw7: missed: switches = 1; target within 0 of 3: missed"),
        (["--full", "--slow"], "hw.record('root', 1 / 0)", 1, "ZeroDivisionError: division by zero"),
    ],
)
def test_exit_status(toy, tmp_path, arguments, last, status, told):
    toy.notebook.write_text(TINY.format(last=last).lstrip())
    done = CliRunner().invoke(command, ["hw7", *arguments, "--out", str(tmp_path / "runs")])
    assert done.exit_code == status and told in done.output
    (index,) = (tmp_path / "runs").glob("*/index.html")
    assert str(index) in done.output and "switches" in index.read_text()
    assert (index.parent / "hw7" / "report.html").exists()


def test_no_function_of_a_student_enters_an_experiment(tmp_path):
    for name, named in (("mine.py", ["x1"]), ("x1.ipynb", [])):
        path = tmp_path / name
        cells = {"cells": [], "metadata": {"abinitio": {"homework": "x1"}}}
        path.write_text("def f(x):\n    return x\n" if name == "mine.py" else json.dumps(cells))
        with pytest.raises(click.UsageError, match=r"x1 is an experiment without exercises.*abinitio run x1"):
            chosen(named, path)
