"""`abinitio start`: a notebook in the student's folder, and never a changed one."""

import json
import os
import threading

import nbformat
import pytest
from click.testing import CliRunner

from abinitio.cli.start import command, start


def test_it_writes_the_notebook_and_says_what_next(toy, tmp_path):
    done = CliRunner().invoke(command, ["hw7", str(tmp_path / "a" / "b")])
    path = tmp_path / "a" / "b" / "hw7.ipynb"
    assert done.exit_code == 0 and f"Wrote {path}" in done.output
    assert f"abinitio check {path}" in done.output and f"abinitio run hw7 --mine {path}" in done.output
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["abinitio"]["homework"] == "hw7"
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert "secret_total" not in path.read_text()


def test_an_experiment_is_started_as_it_is(tmp_path):
    done = CliRunner().invoke(command, ["x1", str(tmp_path)])
    assert done.exit_code == 0 and "A resonance in a hundred million events, an experiment." in done.output
    assert "abinitio run x1" in done.output and "check" not in done.output and "--mine" not in done.output
    notebook = nbformat.read(tmp_path / "x1.ipynb", as_version=4)
    assert not any("NotImplementedError" in cell.source or "check(" in cell.source for cell in notebook.cells)


def test_work_is_never_overwritten(toy, tmp_path):
    (tmp_path / "hw7.ipynb").write_text("my work")
    done = CliRunner().invoke(command, ["hw7", str(tmp_path)])
    assert (tmp_path / "hw7.ipynb").read_text() == "my work"
    assert (
        "hw7.ipynb is there already and is kept as it is" in done.output
        and f"Wrote {tmp_path / 'hw7-1.ipynb'}" in done.output
    )
    assert start(toy, tmp_path).name == "hw7-2.ipynb"


def test_two_at_once_write_two_files(toy, tmp_path):
    paths = []
    threads = [threading.Thread(target=lambda: paths.append(start(toy, tmp_path, "abinitio"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 4 and all(json.loads(path.read_text())["nbformat"] == 4 for path in paths)


@pytest.mark.parametrize(("option", "variable", "expected"), [("a", "b", "a[course]"), (None, "b", "b[course]")])
def test_the_source_is_the_option_then_the_variable(toy, tmp_path, monkeypatch, option, variable, expected):
    monkeypatch.setenv("ABINITIO_SOURCE", variable)
    CliRunner().invoke(command, ["hw7", str(tmp_path), *(["--source", option] if option else [])])
    assert f"%pip install -q '{expected}'" in json.dumps(json.loads((tmp_path / "hw7.ipynb").read_text()))


def test_a_file_in_the_place_of_the_folder_is_named(toy, tmp_path):
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(command, ["hw7", str(tmp_path / "file")])
    assert done.exit_code == 2 and "is a file; name a folder" in done.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(toy, tmp_path):
    tmp_path.chmod(0o500)
    assert isinstance(CliRunner().invoke(command, ["hw7", str(tmp_path)]).exception, PermissionError)
