"""``mcptui prompt``."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from mcptui.model.runtime import CallEvent, Listed
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]


def test_prompts(run: Run, gateway: FakeGateway) -> None:
    arguments = [{"name": "who", "required": True}, {"name": "how"}]
    prompts = [{"name": "s__greet", "arguments": arguments}]
    gateway.by_key = {None: Listed(prompts=prompts, owners={"s__greet": ("s", "greet")})}
    assert run("prompt", "list").stdout.splitlines()[1].split() == ["s__greet", "s", "who*", "how", "-"]
    assert json.loads(run("prompt", "list", "--json").stdout) == prompts
    messages = [{"role": "user", "content": {"type": "text", "text": "Hi"}}]
    gateway.events = {"prompts/get": [CallEvent(type="result", value={"messages": messages})]}
    assert run("prompt", "get", "s__greet", "who=Ada").stdout == "user: Hi\n"
    assert json.loads(run("prompt", "get", "s__greet", "who=Ada", "--json").stdout)["messages"] == messages
    assert gateway.asked[-1][2] == {"name": "s__greet", "arguments": {"who": "Ada"}}


def test_the_owner_is_told_what_a_key_is_denied(run: Run, gateway: FakeGateway) -> None:
    run("server", "add", "s", "--no-test", "one")
    run("key", "create", "k")
    prompts = [{"name": "s__greet"}]
    gateway.by_key = {None: Listed(prompts=prompts, owners={"s__greet": ("s", "greet")}), "k": Listed()}
    gateway.events = {"prompts/get": [CallEvent(type="error", value={"message": "unknown prompt"})]}
    told = run("prompt", "get", "s__greet", "--key", "k", code=4).stderr
    assert told.splitlines() == [
        "Error: key k has no access to s__greet: no level grants any server",
        "Hint:  see: mcptui access explain --key k --server s",
    ]
