"""How a row is judged, and what a run writes down."""

import json
import warnings

import pytest
from rich.console import Console

from benchmarks import report, run
from benchmarks.__main__ import command
from benchmarks.growth import Growth
from benchmarks.row import (
    Contest,
    Measured,
    Peer,
    Quantity,
    Row,
    judge_quantity,
    judge_row,
    measure_quantity,
    measure_row,
)


def contest(answer=1.0):
    """Ours answers 1.0; two peers answer `answer`."""
    call, error = lambda: answer, lambda ours, theirs: abs(ours - theirs)
    peers = (
        Peer(name="peer [x]", call=call, error=error, bound=1e-6),
        Peer(name="fast peer", call=call, error=error, bound=1e-6, at_its_best=True),
    )
    return Contest(ours=lambda: 1.0, peers=peers, check="difference")


def row(answer=1.0, **goals):
    return Row(name="<row>", data="none", kind="random", make=lambda: contest(answer), smoke=contest, **goals)


@pytest.mark.parametrize(
    ("ratio", "equal", "must", "smoke", "verdict"),
    [
        (9.0, False, 2, False, "unequal answers"),
        (9.0, False, None, False, "unequal answers"),
        (9.0, True, 2, False, "moonshot"),
        (3.0, True, 2, False, "met"),
        (1.5, True, 2, False, "missed"),
        (1.5, True, 2, True, "below must"),
        (0.9, True, 2, True, "missed"),
        (0.9, True, None, False, "peer faster"),
        (1.1, True, None, False, "ours faster"),
    ],
)
def test_verdict_on_a_ratio(ratio, equal, must, smoke, verdict):
    assert judge_row(ratio, equal, must, 5, smoke) == verdict


def test_several_threads_on_a_busy_machine_are_not_judged():
    assert judge_row(0.1, True, 2, None, False, busy=True) == "machine too busy"
    assert judge_row(9.0, False, 2, None, False, busy=True) == "unequal answers"


def test_verdict_on_a_quantity():
    assert [judge_quantity(v, 0.1, 0.01, False) for v in (0.005, 0.05, 0.15)] == ["moonshot", "met", "missed"]
    assert [judge_quantity(v, 0.1, None, True) for v in (0.15, 0.25)] == ["above must", "missed"]
    assert judge_quantity(5.0, None, None, False) == "reported"


def test_a_ratio_with_unequal_answers_does_not_count():
    lines = measure_row(row(answer=2.0, must=1e-9), threads=(1,), repeats=2, shortest=1e-4)
    assert [line["verdict"] for line in lines] == ["unequal answers"] * 2


def test_nan_is_not_an_equal_answer():
    assert measure_row(row(answer=float("nan"), must=1e-9), repeats=2, shortest=1e-4)[0]["verdict"] == "unequal answers"


def test_goals_hold_for_peers_as_users_call_them_and_for_every_number_of_threads():
    lines = measure_row(row(must=1e-9, moonshot=1e9), threads=(1, 2), repeats=2, shortest=1e-4)
    assert [(line["peer"], line["threads"]) for line in lines] == [
        ("peer [x]", 1),
        ("fast peer", 1),
        ("peer [x]", 2),
        ("fast peer", 2),
    ]
    assert [line["must"] for line in lines] == [1e-9, None, 1e-9, None]
    assert lines[0]["verdict"] == "met" and lines[1]["verdict"] in ("ours faster", "peer faster")


def test_a_quantity_without_a_goal_is_held_to_the_limit_that_peers_set():
    quantity = Quantity(
        name="q", data="none", unit="s", measure=lambda smoke: Measured(2.0, 0.1, {"x": 1.0}, limit=1.5)
    )
    assert measure_quantity(quantity)["verdict"] == "missed"


@pytest.fixture
def small_run(monkeypatch):
    """A run of one passing row, one missed quantity and one curve."""
    quantity = Quantity(name="q & a", data="none", unit="s", measure=lambda smoke: Measured(2.0, 0.1), must=0.5)
    curve = Growth(name="one", data="none", make=lambda n: contest())
    monkeypatch.setattr(run, "choose", lambda only: ([row(must=1e-9)], [quantity], [curve]))


def test_a_run_writes_json_figures_and_a_page_that_needs_nothing_else(small_run, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        command(["--smoke", "--growth", "--threads", "1", "--out", str(tmp_path)], standalone_mode=False)
    assert stop.value.code == 1
    folder = next(tmp_path.iterdir())
    outcome = json.loads((folder / "bench.json").read_text())
    assert outcome["rows"][0]["theirs"]["clock"] in ("wall", "CPU")
    assert outcome["machine"]["versions"]["numpy"] and outcome["machine"]["blas"]
    page = (folder / "index.html").read_text()
    assert "&lt;row&gt;" in page and "q &amp; a: missed" in page and "data:image/svg+xml;base64," in page
    assert "http://" not in page and "https://" not in page and "<script" not in page
    printed = capsys.readouterr().out
    assert "peer [x]" in printed and "q & a: missed" in printed and "Report:" in printed


def test_what_failed_is_listed(small_run):
    outcome = run.run(Console(quiet=True), "", True, False, (1,))
    assert report.failures(outcome) == ["q & a: missed"]


@pytest.mark.parametrize("arguments", [["--threads", "two"], ["--threads", "0"], ["--only", "no such row"]])
def test_what_the_user_got_wrong_is_one_clear_line(arguments, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        command([*arguments, "--out", str(tmp_path)])
    assert stop.value.code == 2 and arguments[1] in capsys.readouterr().err


def test_a_row_that_breaks_does_not_end_the_run(monkeypatch):
    broken = Row(name="broken", data="none", kind="random", make=contest, smoke=lambda: 1 / 0)
    monkeypatch.setattr(run, "choose", lambda only: ([broken, row()], [], []))
    outcome = run.run(Console(quiet=True), "", True, False, (1,))
    assert report.failures(outcome) == ["broken: ZeroDivisionError: division by zero"]
    assert {line["row"] for line in outcome["rows"]} == {"<row>"}


def test_ctrl_c_ends_the_run_with_what_there_is(monkeypatch):
    def stop():
        raise KeyboardInterrupt

    stopped = Row(name="long", data="none", kind="random", make=contest, smoke=stop)
    monkeypatch.setattr(run, "choose", lambda only: ([row(), stopped, row()], [], []))
    outcome = run.run(Console(quiet=True), "", True, False, (1,))
    assert report.failures(outcome) == ["stopped at long"] and len(outcome["rows"]) == 2


def test_warnings_are_noted_once_and_do_not_flood_the_terminal(capsys):
    def warn():
        warnings.warn("did not converge", RuntimeWarning, stacklevel=1)
        return 1.0

    noisy = Contest(ours=warn, peers=contest().peers, check="difference")
    noisy_row = Row(name="noisy", data="none", kind="random", make=lambda: noisy, smoke=lambda: noisy)
    lines = measure_row(noisy_row, repeats=2, shortest=1e-4)
    assert lines[0]["warnings"] == ["elsewhere: RuntimeWarning: did not converge"]
    report.print_lines(Console(), "rows", lines)
    assert capsys.readouterr().out.count("did not converge") == 1
