"""`abinitio list`: one aligned line a homework."""

import json

from click.testing import CliRunner

from abinitio.cli.list import aligned, command


def test_every_homework_is_on_a_line(toy):
    done = CliRunner().invoke(command)
    lines = done.output.splitlines()
    assert done.exit_code == 0
    line = next(line for line in lines if line.startswith("hw7"))
    assert line.split() == ["hw7", "A", "toy", "0", "2", "5", "not", "measured"]
    assert lines[1].startswith("hw0") and lines[0].index("part") == line.index("0", 3)


def test_an_experiment_is_said_to_be_one():
    (line,) = [line for line in CliRunner().invoke(command).output.splitlines() if line.startswith("x1")]
    cells = [cell.strip() for cell in line.split("  ") if cell]
    assert cells[1:4] == ["A resonance in a hundred million events", "scale", "experiment"] and "0" not in cells


def test_measured_time_is_shown(toy):
    (toy.folder / "cost.json").write_text(json.dumps({"cpu_seconds": 90.0}))
    assert "1.5 min" in CliRunner().invoke(command).output


def test_columns_are_aligned():
    assert aligned([("a", "bb", "1"), ("aaa", "b", "22")], right=(2,)) == ["a    bb   1", "aaa  b   22"]
