import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from abinitio.course.checking.progress import PLACE, note, read_progress
from abinitio.course.checking.verdict import Verdict


def verdict(state="passed", points=4.0, name="ridge"):
    return Verdict(name, f"{name}(X)", state, points, 4, "A headline.")


def test_the_best_points_every_check_and_the_hints_are_kept(tmp_path):
    note(tmp_path, "hw1", verdict("failed", 1.2), hint=2)
    note(tmp_path, "hw1", verdict())
    note(tmp_path, "hw1", verdict("failed", 0.4), hint=1)
    note(tmp_path, "hw2", verdict(name="lasso"))
    kept = read_progress(tmp_path)
    assert {k: v for k, v in kept["hw1"]["ridge"].items() if k != "last"} == {
        "points": 4.0,
        "of": 4,
        "passed": True,
        "checks": 3,
        "hints": [1, 2],
    }
    assert set(kept) == {"hw1", "hw2"} and [p.name for p in (tmp_path / ".abinitio").iterdir()] == [PLACE.name]


def test_an_exercise_not_started_leaves_no_trace(tmp_path):
    note(tmp_path, "hw1", verdict("blank", 0.0))
    assert not (tmp_path / ".abinitio").exists()


@pytest.mark.parametrize(
    "content", ["{", "", "[1]", '{"hw1": 3}', '{"hw1": {"ridge": [], "x": {"hints": "a"}}}', "\x00"]
)
def test_a_damaged_file_is_tolerated(tmp_path, content):
    (tmp_path / PLACE).parent.mkdir()
    (tmp_path / PLACE).write_text(content)
    note(tmp_path, "hw1", verdict())
    assert read_progress(tmp_path)["hw1"]["ridge"]["points"] == 4.0


def test_a_damaged_file_is_put_aside_not_lost(tmp_path):
    (tmp_path / PLACE).parent.mkdir()
    (tmp_path / PLACE).write_text("{ my points")
    note(tmp_path, "hw1", verdict())
    assert (tmp_path / ".abinitio" / "progress.json.damaged").read_text() == "{ my points"


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path):
    (tmp_path / ".abinitio").write_text("a file in the way")
    note(tmp_path, "hw1", verdict())
    assert read_progress(tmp_path) == {}


def test_many_writers_lose_nothing_and_never_leave_half_a_file(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: note(tmp_path, "hw1", verdict(name=f"f{i % 3}")), range(60)))
    kept = json.loads((tmp_path / PLACE).read_text())["hw1"]
    assert {name: exercise["checks"] for name, exercise in kept.items()} == {"f0": 20, "f1": 20, "f2": 20}
