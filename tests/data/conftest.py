"""A web server on this machine, and a small archive in the format of cal_housing.tgz, registered in its place."""

import hashlib
import io
import tarfile
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from abinitio.data import registry
from abinitio.data.registry import RemoteFile


class Server(ThreadingHTTPServer):
    """Answers `path` with ``answers[path](handler)`` and keeps the list of the paths asked for."""

    def __init__(self):
        self.answers, self.asked = {}, []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):  # a client that leaves in the middle is part of the tests
        pass


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.answers.get(self.path, lambda handler: handler.send_error(404))(self)

    def log_message(self, *_):
        pass

    def reply(self, body, length=None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


def archive_bytes(rows):
    """A .tgz like cal_housing.tgz, of `rows` : (n, 9) raw columns."""
    text = io.StringIO()
    np.savetxt(text, rows, delimiter=",", fmt="%.6f")
    data = text.getvalue().encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("CaliforniaHousing/cal_housing.data")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache folder that does not exist yet."""
    chosen = tmp_path / "cache"
    monkeypatch.setenv("ABINITIO_DATA", str(chosen))
    return chosen


@pytest.fixture
def raw_rows():
    """(50, 9) longitude, latitude, age, rooms, bedrooms, population, households, income, value: made up, in range."""
    rng = np.random.default_rng(0)
    low = [-124, 32, 1, 100, 20, 50, 10, 0.5, 15000]
    high = [-114, 42, 52, 9000, 900, 4000, 800, 15, 500001]
    return rng.uniform(low, high, size=(50, 9)).round(4)


@pytest.fixture
def body(raw_rows):
    return archive_bytes(raw_rows)


@pytest.fixture
def file(server, body):
    """A registered file with two mirrors on the server, /one and /two, of which /one works."""
    server.answers["/one"] = lambda handler: handler.reply(body)
    urls = (f"{server.url}/one", f"{server.url}/two")
    return RemoteFile("small.tgz", hashlib.sha256(body).hexdigest(), len(body), urls)


@pytest.fixture
def california(monkeypatch, file):
    """The entry of California housing with `file` in place of the real archive."""
    entry = replace(registry.ENTRIES["california_housing"], files=(file,), rows=50)
    monkeypatch.setitem(registry.ENTRIES, "california_housing", entry)
    return entry
