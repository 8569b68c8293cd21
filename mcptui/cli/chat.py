"""``mcptui chat``: one question to a model that may use the tools behind the gateway."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict

import click

from mcptui.access import decide
from mcptui.cli.call import answer_ask, call_error, check_key
from mcptui.cli.completion import names_of
from mcptui.cli.context import find, on_terminal, require_gateway, wait_for, with_workspace
from mcptui.cli.options import Names, chosen_names, json_option, key_option
from mcptui.cli.output import emit_json, note
from mcptui.errors import McptuiError, RefusedError
from mcptui.model import LlmModel
from mcptui.model.chat import ChatTurn
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.services.workspace import Workspace


@click.command("chat")
@click.argument("text")
@click.option("--model", shell_complete=names_of("model"), metavar="NAME", help="Model name; by default the first one.")
@click.option(
    "--approve",
    type=click.Choice(["never", "always", "ask"]),
    default="ask",
    show_default=True,
    help="Which tool calls need approval: none, all, or those not declared read-only.",
)
@click.option(
    "--server",
    "servers",
    multiple=True,
    type=Names(),
    shell_complete=names_of("server", is_list=True),
    metavar="NAME,…",
    help="Only the tools of these servers; repeatable. By default all servers of the key.",
)
@click.option("--no-servers", is_flag=True, help="No tools at all.")
@click.option("--system", metavar="TEXT", help="System prompt.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="Temperature; by default that of the provider.")
@click.option("--resume", metavar="ID", type=int, help="Continue a conversation (see: mcptui conversation list).")
@click.option("--no-history", is_flag=True, help="Do not save the conversation.")
@key_option
@json_option
@with_workspace
def chat(
    ws: Workspace,
    text: str,
    model: str | None,
    approve: str,
    servers: tuple[tuple[str, ...], ...],
    no_servers: bool,
    system: str | None,
    temperature: float | None,
    resume: int | None,
    no_history: bool,
    key: str | None,
    as_json: bool,
) -> None:
    """Ask a model, which can call the tools of the key, or without --key all tools.

    The answer is streamed to stdout, tool calls to stderr; --json writes the whole turn at the end.
    A resumed conversation keeps its model, key, servers, system prompt and temperature unless you specify others.
    """
    from mcptui.services.conversations import find_conversation, keep_turn, messages_of
    from mcptui.services.totals import Totals, fullness_words

    models = ws.load().state.models
    earlier: Sequence[ChatTurn] = ()
    if resume is not None:
        session, earlier = find_conversation(ws.conversations, resume)
        model = model or (session.model if session.model in models else None)
        key = key or session.key
    chosen = _first(list(models.values())) if model is None else find(models, "model", model)
    check_key(ws, key)
    seen: Sequence[str] | None = chosen_names("server", servers, no_servers)
    state = ws.load().state
    for name in seen or ():
        find(state.servers, "server", name)
        if name not in decide(state, key).servers:
            who = f"key {key}" if key else "the owner, while it is disabled,"
            raise RefusedError(f"{who} has no access to server {name}", hint="see: mcptui access explain")
    if earlier:
        last = earlier[-1]
        seen = last.servers if seen is None else seen
        system = last.system if system is None else system
        temperature = last.temperature if temperature is None else temperature
    messages = [*messages_of(earlier), {"role": "user", "content": text}]
    request = {
        "model": chosen.name,
        "messages": messages,
        "key": key,
        "servers": seen,
        "approve": approve,
        "system": system or "",
        "temperature": temperature,
    }
    turn, error = wait_for(_chat(ws, text, request, is_quiet=as_json))
    id_ = resume
    if not no_history and (turn.parts or turn.messages):
        id_ = keep_turn(ws, turn, resume)
    if as_json:
        emit_json({**asdict(turn), "text": turn.text, "conversation": id_})
    elif words := Totals.of([turn]).words:
        note(f"[{', '.join(words)}]")
    if (full := fullness_words(turn)) is not None:
        note(f"[{full}: start a new conversation for more room]")
    if error is None and not turn.text:
        error = McptuiError(turn.note or "the model returned no answer", hint="try again, or use another model")
    elif error is None and turn.note:
        note(f"[{turn.note}]")
    if error is not None:
        raise error


def _first(models: list[LlmModel]) -> LlmModel:
    if not models:
        raise RefusedError("no model is configured", hint="add one with: mcptui model add NAME --base-url URL")
    return models[0]


async def _chat(
    ws: Workspace, text: str, request: JsonObject, *, is_quiet: bool
) -> tuple[ChatTurn, McptuiError | None]:
    """The turn, whole, and the error that ended it; the answer streams to stdout unless ``is_quiet``."""
    from mcptui.services.answering import Answer

    await require_gateway(ws)
    answer = Answer(text, request, at=time.time())
    error: McptuiError | None = None
    async with aclosing(ws.gateway.chat(request)) as events:
        async for event in events:
            answer.take(event)
            if event.type == "error":
                error = call_error(event.value)
                break
            if event.type == "done":
                break
            if event.type in ("approval", "ask"):
                answer.wait(time.time())
            await _show(ws, event, is_quiet=is_quiet)
            answer.resume(time.time())
        else:
            error = McptuiError(
                "the gateway closed the connection before the answer was complete", hint="see: mcptui logs"
            )
            answer.fail(error)
    turn = answer.turn(time.time())
    if turn.text and not is_quiet:
        click.echo()
    return turn, error


async def _show(ws: Workspace, event: CallEvent, *, is_quiet: bool) -> None:
    value = event.value
    if event.type == "text" and not is_quiet:
        click.echo(visible(str(value.get("delta", ""))), nl=False)
    elif event.type == "tool" and value.get("status") != "running":
        _tell_tool(value)
    elif event.type == "approval":
        await ws.gateway.reply(value["id"], {"approve": _approved(value)})
    elif event.type == "ask":
        await answer_ask(ws, value)
    elif event.type == "retry":
        note(f"[{one_line(str(value.get('message')), limit=200)}; retry in {value.get('seconds', 0):.0f} s]")


def _approved(call: JsonObject) -> bool:
    """Whether the person at the terminal approves this tool call; without a terminal it is rejected."""
    arguments = one_line(json.dumps(call.get("arguments"), ensure_ascii=False), limit=400)
    wish = f"the model wants to call {one_line(str(call.get('name')))} {arguments}"
    if not on_terminal():
        way = "its server is in production" if call.get("production") else "use --approve never to allow it"
        note(f"{wish}: rejected: no terminal to ask at ({way})")
        return False
    return click.confirm(f"{wish}. Allow?", err=True)


def _tell_tool(value: JsonObject) -> None:
    name = one_line(str(value.get("name", "")))
    took = f" {value['ms']:.0f} ms" if isinstance(value.get("ms"), (int, float)) else ""
    problem = f"  {one_line(str(value['error']), limit=200)}" if value.get("error") else ""
    note(f"[tool {name} {value.get('status', '')}{took}]{problem}")
