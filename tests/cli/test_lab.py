"""`abinitio lab`: JupyterLab in the folder asked for, or how to get it."""

import importlib.util
import sys

import pytest
from click.testing import CliRunner

import abinitio.cli.lab as lab


@pytest.fixture
def launched(monkeypatch):
    started = []
    monkeypatch.setattr(lab, "launch", started.append)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    return started


def test_it_opens_the_folder_with_this_python(launched, toy, tmp_path):
    (tmp_path / "hw7.ipynb").write_text("{}")
    done = CliRunner().invoke(lab.command, [str(tmp_path)])
    assert launched == [[sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={tmp_path}"]]
    assert done.output == ""


def test_an_empty_folder_is_told_how_to_start(launched, tmp_path):
    done = CliRunner().invoke(lab.command, [str(tmp_path)])
    assert f"abinitio start hw0 {tmp_path}" in done.output
    assert len(launched) == 1 and list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(launched, tmp_path):
    done = CliRunner().invoke(lab.command, [str(tmp_path / "x")])
    assert done.exit_code == 2 and "abinitio start hw0" in done.output and launched == []


def test_without_jupyterlab_it_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    done = CliRunner().invoke(lab.command, [str(tmp_path)])
    assert isinstance(done.exception, ModuleNotFoundError) and "[course,lab]" in str(done.exception)
