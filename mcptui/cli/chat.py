"""``mcptui chat``: one question to a model that may use the tools behind the gateway."""

from __future__ import annotations

import click

from mcptui.cli.call import answer_ask, call_error, check_key, require_gateway
from mcptui.cli.context import find, wait_for, with_workspace
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
@key_option
@with_workspace
def chat(ws: Workspace, text: str, model: str | None, key: str | None) -> None:
    """Ask a model; the tools that it may call are those of the key, without a key those of the owner."""
    models = ws.load().state.models
    chosen = _first(list(models.values())) if model is None else find(models, "model", model)
    check_key(ws, key)
    wait_for(_chat(ws, {"model": chosen.name, "input": text, "key": key}))


def _first(models: list[LlmModel]) -> LlmModel:
    if not models:
        raise RefusedError("no model is configured", hint="add one with: mcptui model add NAME --base-url URL")
    return models[0]


async def _chat(ws: Workspace, request: JsonObject) -> None:
    """Stream the answer to stdout; tools and questions are told on stderr."""
    await require_gateway(ws)
    async for event in ws.gateway.chat(request):
        value = event.value
        if event.type == "text":
            click.echo(visible(str(value.get("delta", ""))), nl=False)
        elif event.type == "tool":
            _tell_tool(value)
        elif event.type == "ask":
            await answer_ask(ws, value)
        elif event.type == "error":
            raise call_error(value)
        elif event.type == "done":
            click.echo()


def _tell_tool(value: JsonObject) -> None:
    name = one_line(str(value.get("name", "")))
    took = f" {value['ms']:.0f} ms" if isinstance(value.get("ms"), (int, float)) else ""
    problem = f"  {one_line(str(value['error']), limit=200)}" if value.get("error") else ""
    note(f"[tool {name} {value.get('status', '')}{took}]{problem}")
