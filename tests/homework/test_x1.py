"""The experiment as a whole, with few events: targets, disk, and what the truth is used for."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

import pytest

from abinitio.course.homework import find_homework
from tests.homework.play import played

HOMEWORK = find_homework("x1")
TEXT = HOMEWORK.notebook.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def play():
    with played(HOMEWORK) as play:
        yield play


def test_it_is_an_experiment():
    assert (HOMEWORK.exercises, HOMEWORK.points, HOMEWORK.load_exercises()) == (0, 0, {})
    assert "# %% exercise" not in TEXT and "judge(" not in TEXT


def test_the_title_page_is_light_to_import():
    code = f"import sys, {HOMEWORK.package}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_every_target_is_met_with_few_events(play):
    rows = play.rows.values()
    assert not [str(row) for row in rows if row.verdict == "missed"]
    assert len(rows) >= 40 and sum(row.verdict == "met" for row in rows) >= 0.6 * len(rows)
    assert sum(row.spread is not None for row in rows) >= 0.4 * len(rows)
    assert all(row.anchor for row in rows)


def test_every_figure_is_drawn(play):
    assert 10 <= len({name for stage in play.stages for name in stage.figures}) <= 13


def test_nothing_is_left_on_the_disk(play):
    folder = Path(play.names["disk"].name)
    assert folder.parent == Path(tempfile.gettempdir()) and not folder.exists()


def test_a_full_disk_is_said_before_anything_is_written(play, monkeypatch):
    before = set(Path(tempfile.gettempdir()).glob("abinitio-x1-*"))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 5, 5))
    with pytest.raises(OSError, match=r"4\.0 GB are needed in .* and 0\.0 are free; set TMPDIR"):
        play.names["folder_with_room"](4e9)
    assert set(Path(tempfile.gettempdir()).glob("abinitio-x1-*")) == before


def test_a_killed_run_leaves_nothing_on_the_disk(tmp_path):
    start = TEXT.index("def folder_with_room")
    functions = TEXT[start : TEXT.index("def words(")]
    imports = "import atexit, shutil, subprocess, sys, tempfile\n"
    code = (
        f"{imports}{functions}folder = folder_with_room(1e3)\nremove_at_the_end(folder)\nprint(folder.name, flush=True)"
    )
    wait = "\nsys.stdin.read()"
    command, pipe = [sys.executable, "-c", code + wait], subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as run:
        folder = Path(run.stdout.readline().strip())
        (folder / "events.npy").write_bytes(b"0")
        run.kill()
    limit = time.monotonic() + 20
    while folder.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    assert folder.parent == tmp_path and not folder.exists()


def test_the_truth_serves_to_judge_alone(play):
    """The classifiers, and the spectra after the cuts, are the same where the truth is hidden."""
    names = play.names
    hidden = names["folder_with_room"](1e7)
    with hidden as folder:
        halves = names["write_events"](folder, 20_000, 0.01, 3)
        dark = [names["ArrayRows"](blank(half.read(0, len(half))), half.columns) for half in halves]
        answers = []
        for rows in (halves, dark):
            slopes = names["slopes"]
            skims = [names["skim"](half, slopes, Path(folder) / f"{k}.npy") for k, half in enumerate(rows)]
            models = [names["learn"](skimmed) for skimmed in skims]
            answers.append(names["selected"](names["score"](rows, models, slopes), 0.1)[0])
    assert (answers[0] == answers[1]).all() and answers[0].sum() > 1000


def blank(X):
    X = X.copy()
    X[:, 7] = 0
    return X
