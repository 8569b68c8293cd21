"""Values that a server proposes for arguments."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from mcptui.errors import UnreachableError
from mcptui.model import Server
from mcptui.model.runtime import CallEvent, JsonObject, Listed
from mcptui.tui.form.text import ValueInput
from mcptui.tui.playground.completion import Completion, Completions
from mcptui.tui.playground.items import Item, items
from mcptui.tui.playground.screen import PlaygroundScreen
from tests.support.fake_gateway import FakeGateway
from tests.support.gateway import key, running_gateway, state
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

LISTED = Listed(
    prompts=[{"name": "all__team", "arguments": [{"name": "department", "required": True}, {"name": "person"}]}],
    templates=[{"uriTemplate": "demo://{kind}/{id}", "name": "Things"}],
    resources=[{"uri": "demo://one", "name": "one"}],
    owners={"all__team": ("all", "team"), "demo://{kind}/{id}": ("all", "demo://{kind}/{id}"), "demo://one": ("all",)},
)
PROMPT, RESOURCE, TEMPLATE = items(LISTED).values()


def proposing(*values: str, **more: Any) -> CallEvent:
    return CallEvent(type="result", value={"completion": {"values": list(values), **more}})


def test_what_can_be_completed() -> None:
    assert PROMPT.reference == {"type": "ref/prompt", "name": "all__team"}
    assert TEMPLATE.reference == {"type": "ref/resource", "uri": "demo://{kind}/{id}"}
    assert RESOURCE.reference is None
    assert Item("tools", "t").reference is None


async def ask(fake: FakeGateway, completions: Completions | None = None) -> Completion:
    return await (completions or Completions()).ask(
        fake, "k", PROMPT, "person", "A", {"department": "x", "person": "A"}
    )


async def test_the_question_names_what_is_filled_in() -> None:
    fake = FakeGateway(events={"completion/complete": [proposing("Ann", "Al", "Ann", total=7)]})
    assert await ask(fake) == Completion(("Ann", "Al"), 5)
    params = {
        "ref": {"type": "ref/prompt", "name": "all__team"},
        "argument": {"name": "person", "value": "A"},
        "context": {"arguments": {"department": "x"}},
    }
    assert fake.asked == [("call", "completion/complete", params, "k")]


@pytest.mark.parametrize(
    "event",
    [
        CallEvent(type="error", value={"code": -32602, "message": "no"}),
        CallEvent(type="result", value={}),
        CallEvent(type="result", value={"completion": {"values": "odd", "total": "odd"}}),
        CallEvent(type="result", value={"completion": {"values": [1, None], "total": -4}}),
        UnreachableError("nobody there"),
    ],
)
async def test_whatever_goes_wrong_proposes_nothing(event: CallEvent | UnreachableError) -> None:
    assert (await ask(FakeGateway(events={"completion/complete": [event]}))).values == ()


async def test_a_server_without_completions_is_asked_once() -> None:
    completions = Completions()
    assert completions.possible(PROMPT)
    await ask(
        FakeGateway(events={"completion/complete": [CallEvent(type="error", value={"code": -32601})]}), completions
    )
    assert not completions.possible(PROMPT)
    assert not completions.possible(TEMPLATE)


@dataclass(slots=True)
class ThinkingGateway(FakeGateway):
    """Proposes what begins with the text, when it may; notes what was given up."""

    free: asyncio.Event = field(default_factory=asyncio.Event)
    given_up: list[str] = field(default_factory=list)
    texts: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def call(
        self, method: str, params: JsonObject | None = None, *, key: str | None = None
    ) -> AsyncGenerator[CallEvent, None]:
        text = (params or {})["argument"]["value"]
        self.texts.put_nowait(text)
        try:
            await self.free.wait()
        except (asyncio.CancelledError, GeneratorExit):
            self.given_up.append(text)
            raise
        names = ["Engineering", "English", "Sales", "Support"]
        yield proposing(*(name for name in names if name.casefold().startswith(text)), total=9)


def gateway(*events: CallEvent) -> FakeGateway:
    return demo_gateway(by_key={None: LISTED}, events={"completion/complete": events})


async def open_prompt(pilot: Any) -> PlaygroundScreen:
    await settle(pilot)
    await press(pilot, "3", "]", "enter")
    screen = pilot.app.screen
    assert isinstance(screen, PlaygroundScreen)
    return screen


async def test_proposals_are_shown_and_chosen_by_keys(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(gateway=gateway(proposing("Engineering", "Sales [x]", "Support", total=30)))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_prompt(pilot)
        await press(pilot, "e")
        check_screen(app)
        await press(pilot, "down", "down", "enter")
        first, second = screen.query(ValueInput)
        assert (first.value, first.has_focus) == ("Sales [x]", True)
        await press(pilot, "enter")
        assert second.has_focus
        await press(pilot, "down", "escape")
        assert "Support" not in text_grid(app)
        assert second.has_focus
        await press(pilot, "enter")
        assert app.focused is not second
        assert screen.form.arguments.peek().value == {"department": "Sales [x]"}


async def test_typing_on_gives_up_the_question_before(make_app: MakeApp) -> None:
    fake = ThinkingGateway(running=demo_gateway().running, by_key={None: LISTED})
    app = make_app(gateway=fake)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "]")
        await pilot.press("enter")
        assert not await fake.texts.get()
        await pilot.press("e", "n")
        while await fake.texts.get() != "en":
            pass
        fake.free.set()
        await settle(pilot)
        assert "" in fake.given_up
        assert {"Engineering", "English"} <= set(text_grid(app).replace("│", " ").split())
        assert "Sales" not in text_grid(app)


async def test_tools_are_not_asked_about(make_app: MakeApp) -> None:
    fake = demo_gateway()
    app = make_app(gateway=fake)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter", "x")
        assert not [asked for asked in fake.asked if asked[0] == "call"]


async def ask_real(server: Server, directory: Path, *questions: tuple[str, str, str, JsonObject]) -> list[Any]:
    """What a real server proposes through the gateway, to (item, argument, text, others)."""
    async with running_gateway(state(server, key("k", servers=("real",))), directory / "s") as gateway:
        await gateway.read()
        control: Any = gateway.control
        found = items(await control.listed("k"))
        completions = Completions()
        return [
            (await completions.ask(control, "k", found[name], argument, text, others)).values
            for name, argument, text, others in questions
        ]


async def test_a_server_on_the_official_sdk(tmp_path: Path, sdk_server: str) -> None:
    assert await ask_real(
        Server(name="real", url=f"{sdk_server}/mcp"),
        tmp_path,
        ("prompts:real__greet", "name", "a", {}),
        ("prompts:real__greet", "name", "x", {}),
        ("resources:notes://{day}", "day", "", {}),
        ("resources:notes://{day}", "day", "s", {"year": "2027"}),
    ) == [("Ada", "Alan"), (), ("monday", "sunday"), ("saturday", "sunday")]


async def test_a_server_without_completions(tmp_path: Path) -> None:
    server = Server(name="time", command=sys.executable, args=("-m", "mcp_server_time", "--local-timezone", "UTC"))
    async with running_gateway(state(server), tmp_path / "s") as gateway:
        await gateway.read()
        control: Any = gateway.control
        item = replace(PROMPT, server="time")
        assert await Completions().ask(control, None, item, "x", "", {}) == Completion()


@pytest.mark.npm
async def test_server_everything(tmp_path: Path) -> None:
    modules = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
    script = modules / "@modelcontextprotocol/server-everything/dist/index.js"
    prompt, template = "prompts:real__completable-prompt", "resources:demo://resource/dynamic/text/{resourceId}"
    assert await ask_real(
        Server(name="real", command=str(modules / "node/bin/node"), args=(str(script), "stdio")),
        tmp_path,
        (prompt, "department", "S", {}),
        (prompt, "name", "", {"department": "Sales"}),
        (prompt, "name", "E", {"department": "Sales"}),
        (template, "resourceId", "7", {}),
    ) == [("Sales", "Support"), ("David", "Eve", "Frank"), ("Eve",), ("7",)]
