"""A homework in a notebook: what it writes in a run, and that it writes nothing for a student."""

import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from abinitio.course import open_homework


@pytest.fixture
def run(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("ABINITIO_RUN_DIR", str(tmp_path / "out"))
    return open_homework("hw7"), tmp_path / "out"


def metrics(folder):
    return json.loads((folder / "metrics.json").read_text(encoding="utf-8"))


def figure():
    fig = Figure()
    fig.subplots().plot([0, 1])
    return fig


def test_records_are_printed_and_kept_in_order(run, capsys):
    hw, folder = run
    hw.record("a", np.float64(1.5), np.array(0.1), unit="m", anchor="theory", expected=1.5, within=0.2)
    hw.record("b", np.array([3.0]), at_most=2)
    assert capsys.readouterr().out.splitlines() == [
        "a = 1.50 ± 0.10 m; theory; target within 0.2 of 1.5: met",
        "b = 3; target ≤ 2: missed",
    ]
    rows = metrics(folder)["rows"]
    assert [(row["quantity"], row["verdict"]) for row in rows] == [("a", "met"), ("b", "missed")]
    assert all(row["seconds"] >= 0 and row["peak_mb"] > 10 for row in rows)


def test_a_quantity_recorded_again_replaces_the_first(run):
    hw, folder = run
    for value in (1.0, 2.0):
        hw.record("a", value)
    assert [row["value"] for row in metrics(folder)["rows"]] == [2.0]


def test_seconds_are_of_the_work_since_the_row_before(run):
    hw, folder = run
    hw.record("start", 0.0)
    total, x = 0.0, np.ones(1000)
    while total < 3e6:
        total += x.sum()
    hw.record("work", total)
    hw.record("nothing", 0.0)
    spent = {row["quantity"]: row["seconds"] for row in metrics(folder)["rows"]}
    assert spent["work"] > 3 * spent["nothing"]


@pytest.mark.parametrize("value", [np.ones(3), "many", 1j, None])
def test_a_value_that_is_not_one_number_is_named(run, value):
    hw, _ = run
    if value is None:  # None is no value, but no spread
        hw.record("a", 1.0, None)
    else:
        with pytest.raises(TypeError, match="spread of 'a' must be one real number"):
            hw.record("a", 1.0, value)


def test_a_figure_is_written_as_png_and_svg(run):
    hw, folder = run
    hw.show(figure(), "line", "A line.")
    assert (folder / "figures" / "line.png").read_bytes().startswith(b"\x89PNG")
    assert ElementTree.parse(folder / "figures" / "line.svg").getroot().tag.endswith("svg")
    assert metrics(folder)["figures"] == [{"name": "line", "caption": "A line."}]


def test_a_figures_name_must_be_a_file_name(run):
    with pytest.raises(ValueError, match="a-z"):
        run[0].show(figure(), "../line", "A line.")


def test_without_a_run_nothing_is_written(toy, tmp_path, monkeypatch):
    monkeypatch.delenv("ABINITIO_RUN_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    hw = open_homework("hw7")
    hw.record("a", 1.0)
    hw.show(figure(), "line", "A line.")
    assert {path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts} <= before


def test_switches_come_from_the_environment(toy, monkeypatch):
    monkeypatch.delenv("ABINITIO_QUICK", raising=False)
    assert not open_homework("hw7").quick
    monkeypatch.setenv("ABINITIO_QUICK", "1")
    monkeypatch.setenv("ABINITIO_FULL", "1")
    hw = open_homework("hw7")
    assert (hw.quick, hw.full, hw.slow) == (True, True, False)


def test_checking_what_is_not_asked_for_says_what_is(toy, capsys):
    hw = open_homework("hw7")
    hw.check(np.mean)
    hw.check(3)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "hw7 asks for no function called mean; it asks for: mean_square, shifted"
    assert lines[1].startswith("hw7 asks for no function called 3;")


def test_an_answer_is_checked_and_progress_is_kept_in_the_working_folder(toy, tmp_path, monkeypatch, capsys):
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    hw = open_homework("hw7")

    def mean_square(x):
        return float(x @ x) / len(x)

    verdict = hw.check(mean_square)
    assert verdict.passed and verdict.points == verdict.max_points == 3
    assert "mean_square" in capsys.readouterr().out  # outside Jupyter it is printed
    assert [path.name for path in work.iterdir()] == [".abinitio"]


def test_an_unknown_homework_is_named():
    with pytest.raises(ValueError, match="no homework 'hw99'; there are: hw0"):
        open_homework("hw99")


@pytest.mark.parametrize(
    ("switches", "sizes"), [((), (50, 20)), (("QUICK",), (5, 2)), (("SLOW",), (50, 80)), (("QUICK", "SLOW"), (5, 2))]
)
def test_sizes_and_repetitions_follow_the_kind_of_run(toy, monkeypatch, switches, sizes):
    for switch in switches:
        monkeypatch.setenv(f"ABINITIO_{switch}", "1")
    hw = open_homework("hw7")
    assert (hw.size(50, 5), hw.times(20, 2)) == sizes
