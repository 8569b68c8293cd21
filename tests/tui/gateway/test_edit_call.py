"""A recorded call that is edited in Test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Static

from mcptui.model import Key, Server, State
from mcptui.model.runtime import CallRecord
from mcptui.services.servers import remove_server
from mcptui.tui.gateway.edit_call import edited_call, is_editable
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.shell.app import McptuiApp
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

STATE = State(
    servers={"files": Server(name="files", command="x")},
    keys={
        "ci": Key(name="ci", hash="", servers=("files",), tools={"files": ("read",)}),
        "off": Key(name="off", hash="", servers=("files",), enabled=False),
        "plain": Key(name="plain", hash="", servers=("files",), tools={"files": ("!prompts", "!resources")}),
    },
)


def call(**fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": 1, "at": 0.0, "key": "ci", "method": "tools/call", "server": "files", "tool": "read"}
    return CallRecord(**known | {"name": "files__read", "params": {"name": "files__read"}} | fields)


@pytest.mark.parametrize(
    ("record", "key", "why"),
    [
        (call(), "ci", "sent as key ci."),
        (call(key="(owner)"), None, "sent as owner."),
        (call(key="gone"), None, "sent as owner, as there is no key gone."),
        (call(key="off"), None, "sent as owner, as key off is disabled."),
        (call(tool="write"), None, "sent as owner, as key ci has no access to it."),
        (call(key="plain", method="prompts/get", tool=None, name="p"), None, "as key plain has no access to it."),
        (call(key="plain", method="resources/read", tool=None, name="a:b"), None, "as key plain has no access to it."),
    ],
)
def test_it_is_sent_as_its_key_where_that_may_make_it(record: CallRecord, key: str | None, why: str) -> None:
    edited = edited_call(STATE, record)
    assert edited.key == key
    assert why in edited.call.note


@pytest.mark.parametrize(
    ("params", "arguments", "to_do"),
    [
        ({"arguments": {"a": 1}}, {"a": 1}, ""),
        ({"arguments": {"a": 1, "token": "••••"}}, {"a": 1}, "redacted or truncated, enter by hand: token"),
        ({"cut": True, "bytes": 1, "beginning": ""}, {}, "the arguments were not recorded; enter them"),
        (None, {}, "the arguments were not recorded; enter them"),
        ({}, {}, ""),
    ],
)
def test_what_is_not_known_is_named(params: Any, arguments: Any, to_do: str) -> None:
    edited = edited_call(STATE, call(params=params)).call
    assert (edited.arguments, edited.to_do) == (arguments, to_do)


def test_only_what_has_a_form_is_edited() -> None:
    assert is_editable(call())
    assert is_editable(call(method="resources/read", name="a:b", tool=None))
    assert not is_editable(call(method="tools/list", name=None, tool=None))
    denied = call(server=None, tool=None, name="x", denied={"server": "files", "name": "write"})
    edited = edited_call(STATE, denied).call
    assert (edited.server, edited.name) == ("files", "write")


def in_test(app: McptuiApp) -> PlaygroundScreen:
    screen: Screen[Any] = app.screen
    assert isinstance(screen, PlaygroundScreen)
    return screen


async def test_a_call_is_edited_and_sent_again(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j", "j", "j", "e")
        screen = in_test(app)
        assert screen.item is not None
        assert screen.item.name == "files__read_text_file"
        assert screen.form.arguments.read().value == {"path": "/srv/docs/handbook.md", "head": 40}
        assert app.testing_key == "cursor-laptop"
        await press(pilot, "f5")
        asked = [asked for asked in gateway.asked if asked[0] == "call"]
        assert asked == [("call", "tools/call", data.RECORDS[2].params, "cursor-laptop")]


async def test_what_was_redacted_is_left_to_the_person(make_app: MakeApp) -> None:
    params = {"name": "files__read_text_file", "arguments": {"path": "••••", "head": 40}}
    record = replace(data.RECORDS[2], params=params)
    app = make_app(gateway=demo_gateway(records=[record]))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "enter", "e")
        screen = in_test(app)
        assert screen.form.arguments.read(complete=False).value == {"head": 40}
        line = str(screen.form.run_bar.query_one(Static).content)
        assert "▲ redacted or truncated, enter by hand: path" in line
        await press(pilot, "f5")
        assert "not sent: path" in text_grid(app)


async def test_a_call_of_a_deleted_server_is_said_to_be_gone(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "5", "j", "j", "j")
        gateway.by_key = {}
        await app.change(remove_server, ["files"])
        await settle(pilot)
        await press(pilot, "e")
        assert in_test(app).item is None
        messages = [note.message for note in app._notifications]
        assert messages[-1] == "read_text_file of files is not listed for the owner."
        assert not any("From the call" in message for message in messages)
