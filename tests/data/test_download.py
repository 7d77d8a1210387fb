"""Downloads that go wrong in every way: the cache stays whole, the message helps, nothing of the user's is lost."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace

import pytest

from abinitio.data import download
from abinitio.data.download import fetch_file, fetch_files

CHILD = """
import ast, sys
from abinitio.data.download import fetch_file
from abinitio.data.registry import RemoteFile
print("started", flush=True)
print(fetch_file(RemoteFile(**ast.literal_eval(sys.argv[1])), progress=False)[1])
"""


def start(file):
    """A process that fetches `file`, having imported what it needs."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, repr(asdict(file))], stdout=-1, stderr=-1, text=True)
    assert child.stdout.readline() == "started\n"
    return child


def visible(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


def test_downloaded_once_then_cached(folder, server, file, body):
    path, origin = fetch_file(file, progress=False)
    assert (path.read_bytes(), origin) == (body, "downloaded")
    assert fetch_file(file, progress=False) == (folder / "small.tgz", "cached")
    assert server.asked == ["/one"] and visible(folder) == ["small.tgz"]


def test_a_file_put_there_by_hand_is_used(folder, server, file, body):
    folder.mkdir()
    (folder / "small.tgz").write_bytes(body)
    assert fetch_file(file, progress=False)[1] == "cached"
    assert server.asked == [] and visible(folder) == ["small.tgz"]


def broken_off(handler, body):
    handler.reply(body[:100], length=len(body))


def short(handler, body):
    handler.reply(body[:100])


def web_page(handler, body):
    handler.reply(b"<!DOCTYPE html><html><body>Please log in</body></html>")


def altered(handler, body):
    handler.reply(body[:-1] + bytes([body[-1] ^ 1]))


FAULTS = [
    (broken_off, "the connection broke off before the end"),
    (short, "sent 100 of .* bytes with the wrong SHA-256"),
    (web_page, r"sent a web page \(54 bytes\) in place of the file"),
    (altered, "sent the right size with the wrong SHA-256"),
    (lambda handler, body: handler.send_error(403), "HTTP status 403 Forbidden"),
    (lambda handler, body: handler.send_error(404), "HTTP status 404 Not Found"),
]


@pytest.mark.parametrize(("fault", "message"), FAULTS, ids=lambda value: getattr(value, "__name__", None))
def test_a_faulty_mirror_is_passed_over(folder, server, file, body, fault, message):
    server.answers = {"/one": lambda h: fault(h, body), "/two": lambda h: h.reply(body)}
    assert fetch_file(file, progress=False)[1] == "downloaded"
    assert server.asked == ["/one", "/two"] and visible(folder) == ["small.tgz"]


@pytest.mark.parametrize(("fault", "message"), FAULTS, ids=lambda value: getattr(value, "__name__", None))
def test_when_every_mirror_fails_the_error_says_what_to_do(folder, server, file, body, fault, message):
    server.answers = {path: lambda h: fault(h, body) for path in ("/one", "/two")}
    with pytest.raises(OSError, match=message) as caught:
        fetch_file(file, progress=False, instead="housing")
    text = str(caught.value)
    assert all(word in text for word in (*file.urls, str(folder), "small.tgz", file.sha256, "load_housing() ships"))
    assert visible(folder) == []


def test_no_connection(folder, file, server):
    with pytest.raises(OSError, match=r"127\.0\.0\.1:9/x: no connection"):
        fetch_file(replace(file, urls=("http://127.0.0.1:9/x",)), progress=False)
    assert visible(folder) == []


def test_a_silent_server_is_given_up(folder, server, file, body, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", (1, 0.2))
    done = threading.Event()
    server.answers = {"/one": lambda h: done.wait(10), "/two": lambda h: (broken_off(h, body), done.wait(10))}
    with pytest.raises(OSError) as caught:
        fetch_file(file, progress=False)
    done.set()
    assert str(caught.value).count("no answer in time") == 2 and visible(folder) == []


def test_a_damaged_file_is_replaced_and_kept(folder, file, body):
    folder.mkdir()
    (folder / "small.tgz").write_bytes(b"my own notes")
    with pytest.warns(UserWarning, match=r"wrong SHA-256.*it is kept as small\.tgz\.damaged"):
        path, origin = fetch_file(file, progress=False)
    assert (path.read_bytes(), origin) == (body, "downloaded")
    assert (folder / "small.tgz.damaged").read_bytes() == b"my own notes"


def test_a_damaged_file_stays_where_it_is_when_nothing_replaces_it(folder, server, file):
    folder.mkdir()
    (folder / "small.tgz").write_bytes(b"my own notes")
    server.answers = {}
    with pytest.raises(OSError, match=r"A file of that name is there, but its SHA-256 is [0-9a-f]{64}"):
        fetch_file(file, progress=False)
    assert visible(folder) == ["small.tgz"] and (folder / "small.tgz").read_bytes() == b"my own notes"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk(folder, file, monkeypatch, number):
    class HalfWritten:
        def __init__(self, *arguments):
            self.real = open(*arguments)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.real.close()

        def write(self, data):
            self.real.write(data[: len(data) // 2])
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(download, "open", lambda *a: HalfWritten(*a) if a[1] == "wb" else open(*a), raising=False)
    with pytest.raises(OSError, match=r"the disk is full: small\.tgz needs .* bytes in .*cache; nothing half-written"):
        fetch_file(file, progress=False)
    assert visible(folder) == []


def test_a_folder_that_cannot_be_written(folder, file):
    folder.write_text("a file where the folder should be")
    with pytest.raises(OSError, match=r"cannot write small\.tgz into .*cache .*set ABINITIO_DATA to a folder"):
        fetch_file(file, progress=False)
    assert folder.read_text() == "a file where the folder should be"


def test_two_processes_at_once_make_one_download(folder, server, file, body):
    both_run = threading.Event()
    server.answers = {"/one": lambda handler: (both_run.wait(30), handler.reply(body))}
    children = [start(file), start(file)]
    time.sleep(0.5)
    both_run.set()
    origins = sorted(child.communicate(timeout=60)[0].strip() for child in children)
    assert origins == ["cached", "downloaded"] and server.asked == ["/one"]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal here")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_nothing_half_written_has_the_files_name(folder, server, file, body, number):
    halfway, done = threading.Event(), threading.Event()

    def half(handler):
        broken_off(handler, body)
        handler.wfile.flush()
        halfway.set()
        done.wait(30)

    server.answers = {"/one": half}
    child = start(file)
    assert halfway.wait(30)
    child.send_signal(number)
    _, error = child.communicate(timeout=30)
    done.set()
    assert child.returncode != 0 and "small.tgz" not in visible(folder)
    if number == signal.SIGINT:
        assert "KeyboardInterrupt" in error and visible(folder) == []
        return
    (left,) = visible(folder)  # killed: the partial file stays, until a later download finds it to be old
    os.utime(folder / left, (0, 0))
    (folder / ".small.tgz.other.part").write_bytes(b"of a live process")
    server.answers = {"/one": lambda handler: handler.reply(body)}
    assert fetch_file(file, progress=False)[1] == "downloaded"
    assert visible(folder) == [".small.tgz.other.part", "small.tgz"]


def test_the_progress_bar_goes_to_the_standard_error(folder, file, capsys):
    fetch_file(file, progress=True)
    printed = capsys.readouterr()
    assert printed.out == "" and "small.tgz" in printed.err and "100%" in printed.err


def test_a_set_of_two_files_is_downloaded_if_either_was(folder, server, file, body, california):
    second = replace(file, name="second.tgz")
    entry = replace(california, files=(file, second))
    fetch_file(file, progress=False)
    assert fetch_files(entry, progress=False) == ([folder / "small.tgz", folder / "second.tgz"], "downloaded")
    assert fetch_files(entry, progress=False)[1] == "cached"
