"""The table of methods is what the gateway serves."""

from __future__ import annotations

from typing import cast

import pytest
from starlette.types import Message

from mcptui.control.interface import API_VERSION, ProcessControl
from mcptui.control.method import Method, methods_of
from mcptui.gateway.control.api import ControlApi
from mcptui.gateway.control.routes import control_app
from tests.support.fake_gateway import STATUS, FakeGateway

METHODS = methods_of(ProcessControl)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_has_a_handler_and_a_fake(method: Method) -> None:
    for implementation in (ControlApi, FakeGateway):
        assert not hasattr(getattr(implementation, method.name), "__method__"), f"{implementation} has none"


def test_the_paths_on_the_wire() -> None:
    """A gateway that runs is asked by these; they stay."""
    paths = {(method.verb, method.path) for method in METHODS}
    assert paths >= {
        ("GET", "/status"), ("POST", "/reload"), ("POST", "/stop"), ("GET", "/listed"), ("POST", "/call"),
        ("POST", "/chat"), ("POST", "/answer"), ("POST", "/probe"), ("GET", "/traffic"),
        ("POST", "/servers/{server}/refresh"), ("POST", "/servers/{server}/login"),
        ("POST", "/servers/{server}/logout"), ("POST", "/logins/{id_}"), ("POST", "/secret-changed"),
    }  # fmt: skip
    assert len(paths) == len(METHODS)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        ([(b"mcptui-control-token", b"")], 401),
        ([(b"mcptui-control-token", b"of an earlier gateway")], 401),
        ([(b"mcptui-control-token", b"secre")], 401),
        ([(b"mcptui-control-token", b"secret2")], 401),
        ([(b"authorization", b"secret")], 401),
        ([(b"mcptui-control-token", b"\xff")], 401),
        ([(b"mcptui-control-token", b"secret")], 200),
    ],
)
@pytest.mark.parametrize("path", ["/status", "/stop"])
async def test_every_request_shows_the_token(headers: list[tuple[bytes, bytes]], status: int, path: str) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    gateway, sent = FakeGateway(running=STATUS), list[Message]()
    verb = "GET" if path == "/status" else "POST"
    scope = {"type": "http", "method": verb, "path": path, "query_string": b"", "headers": headers}
    await control_app(cast("ProcessControl", gateway), "secret")(scope, receive, send)
    assert sent[0]["status"] == status
    assert (b"mcptui-control-version", API_VERSION.encode()) in sent[0]["headers"]
    if status == 401:
        assert gateway.asked == []
        assert b"is older than the gateway" in sent[1]["body"]


async def test_who_goes_away_before_the_question_is_whole_is_no_failure_of_the_gateway() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    gateway, sent = FakeGateway(), list[Message]()
    scope = {"type": "http", "method": "POST", "path": "/call", "query_string": b"", "headers": []}
    await control_app(cast("ProcessControl", gateway))(scope, receive, send)
    assert sent[0]["status"] == 400
    assert gateway.asked == []
