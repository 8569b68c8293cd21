from __future__ import annotations

from dataclasses import dataclass

import pytest

from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.http.paths import MethodNotAllowedError, Paths


@dataclass(frozen=True)
class Named:
    """A handler that can be told from others."""

    name: str

    async def __call__(self, _: Incoming) -> None:
        """Nothing is to be done."""


@pytest.fixture
def paths() -> Paths:
    paths = Paths()
    paths.add("/mcp", Named("mcp"), "GET", "POST")
    paths.add("/models/{model:path}", Named("model"), "GET")
    paths.add("/responses/{id}", Named("read"), "GET")
    paths.add("/responses/{id}", Named("delete"), "DELETE")
    paths.add("/mcp/{servers}", Named("some"), "POST")
    paths.add("/{servers}/mcp", Named("some"), "POST")
    return paths


def request(method: str, path: str) -> Incoming:
    return Incoming(method, path, b"", {}, None, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "path", "name", "parameters"),
    [
        ("POST", "/mcp", "mcp", {}),
        ("HEAD", "/mcp", "mcp", {}),
        ("GET", "/models/a/b", "model", {"model": "a/b"}),
        ("GET", "/models/", "model", {"model": ""}),
        ("GET", "/responses/1", "read", {"id": "1"}),
        ("HEAD", "/responses/1", "read", {"id": "1"}),
        ("DELETE", "/responses/1", "delete", {"id": "1"}),
        ("POST", "/mcp/a,b", "some", {"servers": "a,b"}),
        ("POST", "/a/mcp", "some", {"servers": "a"}),
        ("POST", "/mcp/mcp", "some", {"servers": "mcp"}),
        # A pattern that fits with another method is in nobody's way.
        ("POST", "/models/mcp", "some", {"servers": "models"}),
        ("POST", "/responses/mcp", "some", {"servers": "responses"}),
    ],
)
def test_a_handler_is_found(paths: Paths, method: str, path: str, name: str, parameters: dict[str, str]) -> None:
    incoming = request(method, path)
    handler = paths.find(incoming)
    assert handler == Named(name)
    assert incoming.parameters == parameters


@pytest.mark.parametrize(
    "path", ["", "/", "/mcp/", "/mcp/a/b", "//mcp", "/MCP", "/mcp\n", "/responses/1/x", "/responses/"]
)
def test_nothing_else_is_there(paths: Paths, path: str) -> None:
    assert paths.find(request("POST", path)) is None


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/mcp", ["GET", "HEAD", "POST"]),
        ("POST", "/models/x", ["GET", "HEAD"]),
        ("PUT", "/responses/1", ["DELETE", "GET", "HEAD"]),
        ("GET", "/a/mcp", ["POST"]),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(paths: Paths, method: str, path: str, allowed: list[str]) -> None:
    with pytest.raises(MethodNotAllowedError) as refused:
        paths.find(request(method, path))
    assert refused.value.allowed == allowed
