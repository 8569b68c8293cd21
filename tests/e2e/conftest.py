"""A whole mcptui in a temporary home: commands as processes, the real gateway, real servers."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.home import Home, running_home, undone


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home with a free port and a vault instead of this machine's keyring; nothing runs."""
    return Home.create(tmp_path / "home")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Home]:
    """An empty home with its gateway running, for tests that end that gateway."""
    with running_home(tmp_path / "home") as home:
        yield home


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """An empty home with its gateway running: starting one for each test took most of their time."""
    with running_home(tmp_path_factory.mktemp("e2e") / "home") as home:
        yield home


@pytest.fixture
def running(shared_home: Home) -> Iterator[Home]:
    """An empty home with its gateway running; what a test adds is taken away again."""
    with undone(shared_home) as home:
        yield home


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


PROGRAMS = Path(__file__).parent / "programs"

# Runs the program on its standard input, which may await at its top level as the cell of a notebook does, and forgets
# to import json as the page does.
_RUNNER = """
import ast, asyncio, json, sys
code = compile(sys.stdin.read(), "page", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
asyncio.run(eval(code, {"__name__": "__main__", "json": json}))
"""
# What these programs start as ./mcp_server.py.
_SERVER = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from mcptui.demo.server import demo_server
demo_server().run("stdio")
"""
_THEIR_BRIDGE = "from litellm import experimental_mcp_client\n"
_OUR_BRIDGE = "from mcptui import bridge as experimental_mcp_client\n"


@pytest.fixture
def run_bridge_program(tmp_path: Path) -> Callable[..., str]:
    """Runs a program of LiteLLM's page with only the import of the bridge changed, and what ``places`` says."""

    def run(python: str, name: str, places: Mapping[str, str], **environment: str) -> str:
        text = (PROGRAMS / f"{name}.py.txt").read_text(encoding="utf-8")
        assert text.count(_THEIR_BRIDGE) == 1
        for place, value in {_THEIR_BRIDGE: _OUR_BRIDGE, **places}.items():
            text = text.replace(place, value)
        (tmp_path / "mcp_server.py").write_text(_SERVER, encoding="utf-8")
        path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"
        root = str(Path(__file__).parents[2])
        done = subprocess.run(
            [python, "-c", _RUNNER],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "PYTHONPATH": root, **environment},
            input=text,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
