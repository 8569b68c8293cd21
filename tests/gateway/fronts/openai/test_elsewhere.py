"""What is not there is refused in the shape of the OpenAI API, which says what is."""

from __future__ import annotations

import pytest

from tests.support.rig import Rig


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/messages"), ("GET", "/v1/conversations/x"), ("GET", "/v1"), ("PUT", "/v1/x/y"), ("GET", "/v1/mcp")],
)
async def test_paths_that_are_not_there(rig: Rig, method: str, path: str) -> None:
    found = await rig.http.request(method, rig.gateway.url + path)
    error = found.json()["error"]
    assert (found.status_code, error["type"], error["code"]) == (404, "invalid_request_error", "unknown_url")
    assert f"Invalid URL ({method} {path})" in error["message"]
    assert "/v1/embeddings" in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/embeddings", "POST"),
        ("DELETE", "/v1/models", "GET"),
        ("GET", "/chat/completions", "POST"),
        ("PUT", "/v1/responses/x", "DELETE, GET"),
        ("PATCH", "/v1/files", "GET, POST"),
    ],
)
async def test_methods_that_are_not_there(rig: Rig, method: str, path: str, allowed: str) -> None:
    found = await rig.http.request(method, rig.gateway.url + path)
    assert (found.status_code, found.headers["allow"]) == (405, allowed)
    assert found.json()["error"]["code"] == "method_not_supported"
    assert allowed in found.json()["error"]["message"]
