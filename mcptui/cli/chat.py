"""``mcptui chat``: one question to a model that may use the tools behind the gateway."""

from __future__ import annotations

import json
from contextlib import aclosing

import click

from mcptui.cli.call import answer_ask, call_error, check_key
from mcptui.cli.context import find, on_terminal, require_gateway, wait_for, with_workspace
from mcptui.cli.options import key_option
from mcptui.cli.output import note
from mcptui.errors import RefusedError
from mcptui.model import LlmModel
from mcptui.model.runtime import JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.services.workspace import Workspace


@click.command("chat")
@click.argument("text")
@click.option("--model", metavar="NAME", help="Which model; the first one when not given.")
@click.option(
    "--approve",
    type=click.Choice(["never", "always", "ask"]),
    default="ask",
    show_default=True,
    help="Which tool calls need your yes: none, all, or those that may change something.",
)
@key_option
@with_workspace
def chat(ws: Workspace, text: str, model: str | None, approve: str, key: str | None) -> None:
    """Ask a model; the tools that it may call are those of the key, without a key those of the owner."""
    models = ws.load().state.models
    chosen = _first(list(models.values())) if model is None else find(models, "model", model)
    check_key(ws, key)
    messages = [{"role": "user", "content": text}]
    wait_for(_chat(ws, {"model": chosen.name, "messages": messages, "key": key, "approve": approve}))


def _first(models: list[LlmModel]) -> LlmModel:
    if not models:
        raise RefusedError("no model is configured", hint="add one with: mcptui model add NAME --base-url URL")
    return models[0]


async def _chat(ws: Workspace, request: JsonObject) -> None:
    """Stream the answer to stdout; tools and questions are told on stderr."""
    await require_gateway(ws)
    async with aclosing(ws.gateway.chat(request)) as events:
        async for event in events:
            value = event.value
            if event.type == "text":
                click.echo(visible(str(value.get("delta", ""))), nl=False)
            elif event.type == "tool" and value.get("status") != "running":
                _tell_tool(value)
            elif event.type == "approval":
                await ws.gateway.answer(value["id"], {"approve": _approved(value)}, None)
            elif event.type == "ask":
                await answer_ask(ws, value)
            elif event.type == "error":
                raise call_error(value)
            elif event.type == "done":
                click.echo()


def _approved(call: JsonObject) -> bool:
    """Whether the person at the terminal lets the model call this tool; without a terminal nobody does."""
    arguments = one_line(json.dumps(call.get("arguments"), ensure_ascii=False), limit=400)
    wish = f"the model wants to call {one_line(str(call.get('name')))} {arguments}"
    if not on_terminal():
        note(f"{wish}: rejected, there is no terminal to ask at (--approve never lets it)")
        return False
    return click.confirm(f"{wish}. Let it?", err=True)


def _tell_tool(value: JsonObject) -> None:
    name = one_line(str(value.get("name", "")))
    took = f" {value['ms']:.0f} ms" if isinstance(value.get("ms"), (int, float)) else ""
    problem = f"  {one_line(str(value['error']), limit=200)}" if value.get("error") else ""
    note(f"[tool {name} {value.get('status', '')}{took}]{problem}")
