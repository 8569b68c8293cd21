"""Requests of a server during a call, answered at the terminal; declined without one."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import click

from mcptui.cli.context import on_terminal
from mcptui.cli.output import note
from mcptui.model.runtime import JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.schema import InputError, build, read_words

#: The result, or the error: exactly one of them.
Answer: TypeAlias = tuple[JsonObject | None, JsonObject | None]

_REJECTED: Final = -1  # what the protocol's sampling page uses for "user rejected"


def answer_for(method: str, params: JsonObject) -> Answer:
    """The answer to one request of a server."""
    if method == "roots/list":
        return {"roots": []}, None
    if method == "elicitation/create":
        return _elicitation(params), None
    note(f"the server asked for {one_line(method)}, which the command line does not support: rejected")
    return None, {"code": _REJECTED, "message": f"User rejected {method}"}


def _elicitation(params: JsonObject) -> JsonObject:
    message = one_line(str(params.get("message", "")), limit=400)
    if not on_terminal():
        note(f"the server asks: {message} (declined: no terminal)")
        return {"action": "decline"}
    note(f"\nThe server asks: {message}")
    if params.get("mode") == "url":
        note(f"  open {one_line(str(params.get('url', '')))}")
        return {"action": "accept" if click.confirm("Done?", err=True) else "decline"}
    schema = params.get("requestedSchema")
    schema = schema if isinstance(schema, dict) else {}
    if not click.confirm("Answer?", default=True, err=True):
        return {"action": "decline"}
    properties = schema.get("properties")
    required = schema.get("required") or ()
    content = {}
    for name, part in (properties if isinstance(properties, dict) else {}).items():
        value = _ask(str(name), part if isinstance(part, dict) else {}, required=name in required)
        if value is not None:
            content[name] = value
    return {"action": "accept", "content": content}


def _ask(name: str, schema: JsonObject, *, required: bool) -> Any:
    """One field; an empty answer leaves out what is not required."""
    choices = schema.get("enum")
    about = [str(schema.get("description") or schema.get("title") or "")]
    if isinstance(choices, list):
        about.append("one of " + ", ".join(map(str, choices)))
    if schema.get("type") == "boolean":
        about.append("true or false")
    text = "; ".join(visible(part) for part in about if part)
    label = f"  {one_line(name)}" + (f" ({text})" if text else "") + ("" if required else " [optional]")
    default = schema.get("default")
    while True:
        typed = click.prompt(
            label, default="" if default is None else str(default), err=True, show_default=default is not None
        )
        if typed == "" and not required:
            return None
        try:
            return read_words(build(schema), [typed])
        except InputError as error:
            note(f"    {error}")
