"""The cache folder, checksums, and the lock: it excludes, and a process that died does not keep it."""

import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from abinitio.data import cache
from abinitio.data.registry import RemoteFile

ABC = RemoteFile("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3, ())  # FIPS 180-2, B.1


def test_the_folder_is_chosen_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("ABINITIO_DATA", str(tmp_path))
    assert cache.cache_folder() == tmp_path
    monkeypatch.setenv("ABINITIO_DATA", "~/here")
    assert cache.cache_folder() == Path.home() / "here"
    monkeypatch.delenv("ABINITIO_DATA")
    assert cache.cache_folder().is_absolute() and "abinitio" in cache.cache_folder().name.lower()


def test_a_file_is_intact_only_byte_for_byte(tmp_path):
    path = tmp_path / "abc"
    assert not cache.is_intact(path, ABC)
    for content, intact in [(b"abc", True), (b"abd", False), (b"ab", False), (b"", False)]:
        path.write_bytes(content)
        assert cache.is_intact(path, ABC) is intact
        assert cache.sha256_of(path) == sha256(content).hexdigest()


def test_moving_aside_never_overwrites(tmp_path):
    for content in ("first", "second", "third"):
        (tmp_path / "f").write_text(content)
        cache.move_aside(tmp_path / "f")
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["first", "second", "third"]


def test_the_lock_excludes_and_says_once_that_it_waits(tmp_path):
    waits, inside, entered = [], threading.Event(), threading.Event()

    def second():
        with cache.locked(tmp_path / "lock", lambda: (waits.append(1), inside.set())):
            entered.set()

    with cache.locked(tmp_path / "lock", pytest.fail):
        thread = threading.Thread(target=second)
        thread.start()
        assert inside.wait(10) and not entered.wait(0.2)
    assert entered.wait(10)
    thread.join()
    assert waits == [1]


def test_a_killed_process_does_not_keep_the_lock(tmp_path):
    code = (
        "import sys, time, pathlib; from abinitio.data.cache import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    waited = threading.Event()

    def kill():
        waited.set()
        holder.kill()

    with cache.locked(tmp_path / "lock", kill):
        assert waited.is_set()
    holder.wait()
    holder.stdout.close()


def test_without_locks_on_the_file_system_the_block_still_runs(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def no_locks(*_):
        raise OSError(cache.errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with cache.locked(tmp_path / "lock", pytest.fail):
        pass
