"""A whole mcptui in a temporary home: commands as processes, the real gateway, real servers."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mcptui.testing.home import SDK_SERVER, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home with a free port and a vault instead of this machine's keyring; nothing runs."""
    return Home.create(tmp_path / "home")


@pytest.fixture
def running(home: Home) -> Iterator[Home]:
    """The home with its gateway running."""
    home("gateway", "start")
    try:
        yield home
    finally:
        home("gateway", "stop", code=None)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Starts an ``mcptui.testing.sdk_server http|sse|gate …``, as often as wanted, and gives back the port."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> int:
        with (tmp_path / "server.log").open("ab") as log:
            process = subprocess.Popen([*SDK_SERVER, *words], stdout=subprocess.PIPE, stderr=log, text=True)
        started.append(process)
        assert process.stdout is not None
        return int(process.stdout.readline())

    try:
        yield start
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.communicate(timeout=10)


@pytest.fixture
def website() -> Iterator[str]:
    """A web page that has nothing to do with MCP."""

    class Page(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = b"<!doctype html><title>Hello</title>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
