"""Get a registered file: from the cache where it is there and intact, else from the first mirror that sends it whole.

The cache never holds half a file under its name: a download goes to a partial file beside it, is checked against the
SHA-256, and is renamed into place in one step. Nothing that was there before is deleted.
"""

import errno
import os
import secrets
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from abinitio.data.cache import cache_folder, expected_sha256, is_intact, locked, move_aside, pin, sha256_of
from abinitio.data.record import Origin
from abinitio.data.registry import Entry, RemoteFile

TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of the answer
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_ENTRY = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR}


def fetch_files(entry: Entry, progress: bool = True) -> tuple[list[Path], Origin]:
    """The paths of all files of `entry`, intact, and whether they were "cached" or had to be "downloaded".

    progress : show a progress bar on the standard error. Raises OSError that names the file, the addresses tried and
    the folder to put it in by hand; a file put there with the right checksum is used as it is.
    """
    fetched = [fetch_file(file, progress, entry.instead) for file in entry.files]
    origins = {origin for _, origin in fetched}
    return [path for path, _ in fetched], "downloaded" if "downloaded" in origins else "cached"


def fetch_file(file: RemoteFile, progress: bool = True, instead: str = "") -> tuple[Path, Origin]:
    """The path of one registered `file` and where it came from; `progress` as in `fetch_files`.

    instead : the set to name in the error, as what can be used without this file. A file of that name with another
    content is renamed (never deleted) once the right one has arrived, with a warning that says so.
    """
    path = cache_folder() / file.name
    if is_intact(path, file):
        return path, "cached"
    with _disk_explained(path, file):
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.with_name(f".{file.name}.lock"), partial(_say_waiting, file, progress)):
            if is_intact(path, file):  # another process fetched it while this one waited
                return path, "cached"
            if not expected_sha256(path, file) and path.is_file() and path.stat().st_size == file.size:
                _say_pinned(path, progress)  # put there by hand, and no checksum is published
                return path, "cached"
            _sweep_partials(path)
            part = path.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
            try:
                _from_first_mirror(file, part, path, progress, instead)
                aside = move_aside(path) if os.path.lexists(path) else None
                os.replace(part, path)
                if not expected_sha256(path, file):
                    _say_pinned(path, progress)
            finally:
                part.unlink(missing_ok=True)  # also on Ctrl-C
    if aside:
        kept = f"it is kept as {aside.name}, and the right one was downloaded in its place"
        warnings.warn(f"{path} was not the file expected (wrong SHA-256); {kept}", stacklevel=2)
    return path, "downloaded"


def _from_first_mirror(file: RemoteFile, part: Path, path: Path, progress: bool, instead: str) -> None:
    import requests

    failures, expected = [], expected_sha256(path, file)
    for url in file.urls:
        try:
            _download(url, file, part, progress)
            got = sha256_of(part)
        except requests.RequestException as error:  # itself an OSError, unlike those of the disk
            failures.append(f"{url}: {_reason(error)}")
            continue
        if got == expected or (not expected and part.stat().st_size == file.size):
            return
        failures.append(f"{url}: {_what_came(part, file, got)}")
    here = f" A file of that name is there, but its SHA-256 is {sha256_of(path)}." if path.is_file() else ""
    without = f" Or work without the network: load_{instead}() ships." if instead else ""
    raise OSError(
        f"could not download {file.name} ({file.size:,} bytes)\n"
        + "".join(f"  {failure}\n" for failure in failures)
        + f"Get it by hand from one of these addresses and put it in {path.parent} as {file.name} "
        + f"(SHA-256 {expected or 'not published'}).{here}{without}"
    )


def _download(url: str, file: RemoteFile, part: Path, progress: bool) -> None:
    import pooch
    from tqdm import tqdm

    with (
        open(part, "wb") as out,
        tqdm(total=file.size, desc=file.name, unit="B", unit_scale=True, ncols=79, disable=not progress) as bar,
    ):
        download = pooch.HTTPDownloader(
            progressbar=bar if progress else False,
            chunk_size=1 << 16,
            timeout=TIMEOUT,
            headers={"Accept-Encoding": "identity"},  # the bytes as they are: unpacked ones have another checksum
        )
        download(url, out, None)
        out.flush()
        os.fsync(out.fileno())  # a full disk may show only here


def _say_pinned(path: Path, progress: bool) -> None:
    got = pin(path)
    if progress:
        from tqdm import tqdm

        says = f"{path.name}: its publisher states no checksum; SHA-256 {got} is kept and checked from now on"
        tqdm.write(says, file=sys.stderr)


def _say_waiting(file: RemoteFile, progress: bool) -> None:
    if progress:
        from tqdm import tqdm

        tqdm.write(f"{file.name}: another process is downloading it; waiting", file=sys.stderr)


def _what_came(part: Path, file: RemoteFile, got: str) -> str:
    size = part.stat().st_size
    with open(part, "rb") as start:
        if start.read(200).lstrip().lower().startswith((b"<!doctype html", b"<html")):
            return f"sent a web page ({size:,} bytes) in place of the file; wrong SHA-256 {got[:8]}..."
    amount = f"{size:,} of {file.size:,} bytes" if size != file.size else "the right size"
    return f"sent {amount} with the wrong SHA-256 {got[:8]}..."


def _reason(error: Exception) -> str:
    """One short clause in place of the transport's nested exceptions."""
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"HTTP status {error.response.status_code} {error.response.reason}".rstrip()
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its TLS certificate was refused"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off before the end"
    if isinstance(error, requests.ConnectionError):
        return "no connection (no network, or the server is down)"
    return f"{type(error).__name__}: {error}"


def _sweep_partials(path: Path) -> None:
    """Remove our partial files of downloads that were killed; a live one was written to within the last hour."""
    for left in path.parent.glob(f".{path.name}.*.part"):
        if time.time() - left.stat().st_mtime > 3600:
            left.unlink(missing_ok=True)


@contextmanager
def _disk_explained(path: Path, file: RemoteFile) -> Iterator[None]:
    folder = path.parent
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            wrong = (
                f"the disk is full: {file.name} needs {file.size:,} bytes in {folder}; nothing half-written was left"
            )
            raise OSError(f"{wrong}. Free some space, or set ABINITIO_DATA to a folder on another disk") from error
        if error.errno in _NO_ENTRY:
            wrong = f"cannot write {file.name} into {folder} ({error.strerror})"
            raise OSError(f"{wrong}; set ABINITIO_DATA to a folder that you may write to") from error
        raise
