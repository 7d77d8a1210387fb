"""The folder where downloaded files are kept, their checksums, and the lock: one process downloads at a time."""

import errno
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from abinitio.data.registry import RemoteFile

_LOCK_TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_NO_LOCKS_HERE = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}  # some network file systems


def cache_folder() -> Path:
    """Where downloads are kept: $ABINITIO_DATA, or the system's cache folder for abinitio. It need not exist yet."""
    chosen = os.environ.get("ABINITIO_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("abinitio"))


def sha256_of(path: Path) -> str:
    """The SHA-256 of the file at `path`, as 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_intact(path: Path, file: RemoteFile) -> bool:
    """Whether `path` holds exactly the registered `file`; False where there is none."""
    return path.is_file() and path.stat().st_size == file.size and sha256_of(path) == expected_sha256(path, file)


def expected_sha256(path: Path, file: RemoteFile) -> str:
    """The registered SHA-256 of `file`; where its publisher states none, the one pinned beside `path`, or ""."""
    pinned = _pin(path)
    return file.sha256 or (pinned.read_text(encoding="ascii").strip() if pinned.is_file() else "")


def pin(path: Path) -> str:
    """Write the SHA-256 of the file at `path` beside it, so that later uses are held against it; returns it."""
    got = sha256_of(path)
    _pin(path).write_text(f"{got}\n", encoding="ascii")
    return got


def _pin(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def move_aside(path: Path) -> Path:
    """Rename `path` to a name that is free (cal_housing.tgz.damaged, .damaged-2, ...) and return that name.

    Nothing is deleted: the file may be one that the user put there.
    """
    number, aside = 1, path.with_name(f"{path.name}.damaged")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{number}")
    return path.rename(aside)


@contextmanager
def locked(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock file `path` for the length of the block; wait while another process or thread holds it.

    on_wait : called once, when it turns out that there is a wait.
    The operating system frees the lock when its holder ends, however it ends, so that a crash blocks nobody. The empty
    lock file stays: deleting it would let two processes hold two different locks of one name. Where the file system has
    no locks the block runs without (downloads are renamed into place whole, so the price is a download made twice).
    """
    with open(path, "ab") as handle:
        if not _try_lock(handle):
            on_wait()
            while not _try_lock(handle):
                time.sleep(0.05)
        yield  # closing the handle frees the lock


def _try_lock(handle: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)  # the lock is on the first byte
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _LOCK_TAKEN:
            return False
        if error.errno not in _NO_LOCKS_HERE:
            raise
    return True
