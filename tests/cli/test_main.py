"""The entry point: quick, helpful, and never a traceback for what the user did."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import abinitio.cli as cli

ABINITIO = str(Path(sys.executable).with_name("abinitio"))


def run(*arguments, **options):
    return subprocess.run([ABINITIO, *arguments], capture_output=True, text=True, timeout=120, **options)


def cpu_seconds(*arguments):
    before = os.times()
    assert run(*arguments).returncode == 0
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


@pytest.mark.parametrize(("arguments", "most"), [(["--help"], 0.4), (["list"], 0.6)])
def test_it_answers_at_once(arguments, most):
    assert min(cpu_seconds(*arguments) for _ in range(2)) <= most


def test_neither_numpy_nor_rich_is_imported_for_help_and_list():
    code = (
        "import sys, click.testing, abinitio.cli as cli; run = click.testing.CliRunner().invoke; "
        "assert run(cli.app, ['list']).exit_code == run(cli.app, ['--help']).exit_code == 0; "
        "print(sorted({'numpy', 'scipy', 'sklearn', 'rich', 'matplotlib', 'jupytext'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_and_version():
    text = run("--help").stdout
    assert all(f"\n  {name} " in text for name in cli.COMMANDS)
    assert run("--version").stdout.startswith("abinitio, version ")


@pytest.mark.parametrize("name", [*cli.COMMANDS])
def test_every_command_explains_itself(name):
    done = run(name, "--help")
    assert done.returncode == 0 and done.stdout.startswith(f"Usage: abinitio {name}")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["show", "hw99"], "Error: there is no homework 'hw99'; there are: hw0"),
        (["start", "hw99"], "there is no homework 'hw99'"),
        (["run", "hw99"], "there is no homework 'hw99'"),
        (["run", "hw0", "--mine", "nowhere.ipynb"], "there is no file nowhere.ipynb"),
        (["run", "hw0", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["lab", "nowhere"], "nowhere"),
    ],
)
def test_what_the_user_did_wrong_is_one_clear_line(arguments, told, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_error():
    done = subprocess.run(f"{ABINITIO} list | head -1", shell=True, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def raising(error):
    @click.command()
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, "Stopped"),
        (click.UsageError("no such thing"), 2, "no such thing"),
        (PermissionError(13, "Permission denied", "/etc/x"), 2, "/etc/x"),
        (ModuleNotFoundError("sympy is not installed; run ..."), 2, "sympy is not installed"),
        (ValueError("p sums to 2"), 2, "Error: p sums to 2"),
    ],
)
def test_errors_have_a_status_and_a_line(error, status, told, monkeypatch, capsys):
    monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: raising(error))
    monkeypatch.setattr(sys, "argv", ["abinitio", "list"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == status and told in capsys.readouterr().err


def test_ctrl_c_during_a_run_leaves_a_report_and_no_process(toy, tmp_path):
    pid = tmp_path / "pid"
    text = toy.notebook.read_text().replace(
        "x = np.arange(4.0)",
        f"import os, time\nhw.record('first', 1.0)\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(100)",
    )
    toy.notebook.write_text(text)
    heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs start with it ignored
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([ABINITIO, "run", "hw7"], cwd=tmp_path, preexec_fn=heeds, **pipes)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and not (pid.exists() and pid.read_text()):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in err
    assert b"Stopped; the report of what was done: " in out
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    (index,) = tmp_path.glob("runs/*/index.html")
    assert "stopped before its end" in index.read_text() and "first" in index.read_text()
