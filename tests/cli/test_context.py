"""What commands start from: things by name, secrets that are typed or piped, questions before something that hurts."""

from __future__ import annotations

import io
import sys
from typing import Any

import click
import pytest

from mcptui.cli import context as module
from mcptui.cli.context import confirm, find, read_secret, report
from mcptui.errors import McptuiError, NotFoundError, RefusedError, UnreachableError
from mcptui.model import State
from mcptui.services.workspace import Change, Workspace
from mcptui.state.loaded import Loaded, Problem
from tests.cli.conftest import Run
from tests.support.fake_gateway import FakeGateway

ITEMS = {"github": 1, "gitlab": 2, "files": 3}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("githb", "did you mean github or gitlab?"),
        ("file", "did you mean files?"),
        ("zzz", "see: mcptui server list"),
    ],
)
def test_a_name_that_is_not_there(name: str, hint: str) -> None:
    with pytest.raises(NotFoundError, match=f'there is no server "{name}"') as caught:
        find(ITEMS, "server", name)
    assert caught.value.hint == hint


def test_a_name_that_is_there() -> None:
    assert find(ITEMS, "server", "files") == 3


@pytest.mark.parametrize(
    ("piped", "value"),
    [("hush\n", "hush"), ("hush", "hush"), ("hush\r\n", "hush"), (" a b \n", " a b "), ("one\ntwo\n", "one")],
)
def test_a_secret_is_one_line_of_stdin(monkeypatch: pytest.MonkeyPatch, piped: str, value: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
    assert read_secret("token") == value


@pytest.mark.parametrize("piped", ["", "\n", "\r\n"])
def test_no_secret_came(monkeypatch: pytest.MonkeyPatch, piped: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
    with pytest.raises(RefusedError, match="token is empty"):
        read_secret("token")


def test_a_secret_is_typed_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def prompt(what: str, **how: Any) -> str:
        asked.append(how)
        return "hush"

    monkeypatch.setattr(module, "on_terminal", lambda: True)
    monkeypatch.setattr(click, "prompt", prompt)
    assert read_secret("token") == "hush"
    assert asked == [{"hide_input": True, "err": True}]


@pytest.mark.parametrize(
    ("yes", "terminal", "says", "agreed"),
    [
        (True, False, None, True),
        (True, True, None, True),
        (False, True, True, True),
        (False, True, False, False),
        (False, False, None, False),
    ],
)
def test_what_hurts_is_asked_before(
    monkeypatch: pytest.MonkeyPatch, yes: bool, terminal: bool, says: bool | None, agreed: bool
) -> None:
    asked: list[str] = []

    def answer(question: str, **_: Any) -> bool:
        asked.append(question)
        assert says is not None
        return says

    monkeypatch.setattr(module, "on_terminal", lambda: terminal)
    monkeypatch.setattr(click, "confirm", answer)
    if agreed:
        confirm("Remove it?", yes=yes, refused="it was not deleted")
    else:
        with pytest.raises(RefusedError, match="it was not deleted") as caught:
            confirm("Remove it?", yes=yes, refused="it was not deleted")
        assert caught.value.hint == (None if terminal else "add --yes to confirm")
    assert asked == (["Remove it?"] if says is not None else [])


def problem(key: str, message: str, hint: str | None = None) -> Problem:
    return Problem(key=key, message=message, hint=hint)


def test_a_change_is_told_with_the_warnings_that_it_brought(capsys: pytest.CaptureFixture[str]) -> None:
    old = problem("servers.a", "is odd")
    before = Loaded(State(), "1", (old,))
    after = Loaded(State(), "2", (old, problem("servers.b", "is odd"), problem("servers.c", "is bad", "Mend it.")))
    report(Change("Server b added", before, after))
    assert capsys.readouterr().err == (
        "Server b added\nwarning: servers.b: is odd\nwarning: servers.c: is bad (Mend it.)\n"
    )


@pytest.mark.parametrize(
    ("error", "note"),
    [
        (None, ""),
        (UnreachableError("the gateway does not answer"), ""),
        (McptuiError("the file is odd"), "saved, not applied: the file is odd\n"),
    ],
)
def test_a_change_returns_when_a_running_gateway_has_taken_it_over(
    run: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, error: McptuiError | None, note: str
) -> None:
    seen: list[object] = []

    async def reload(_: FakeGateway) -> str:
        seen.extend(Workspace.open().load().state.teams)
        if error is not None:
            raise error
        return ""

    monkeypatch.setattr(FakeGateway, "reload", reload)
    assert run("team", "create", "crew").stderr == note + "Team crew created\n"
    assert seen == ["crew"]
