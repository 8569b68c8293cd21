"""The form of a server as text, and back: no widgets."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from mcptui.interop.shell import split_words
from mcptui.model import Server
from mcptui.model.names import server_name_problem
from mcptui.model.setting import make
from mcptui.state.decode import BadValueError, filled, url
from mcptui.tui.settings.fields import (
    TARGET,
    FormField,
    NameField,
    Texts,
    Values,
    blank,
    is_url,
    read,
    setting_fields,
    texts_of,
    values_with_name,
)
from mcptui.tui.settings.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetField(FormField):
    """The URL of a server or the command that starts it, on one line."""

    @property
    def sets(self) -> tuple[str, ...]:
        return ("url", "command", "args")

    def show(self, values: Values) -> Text:
        command = values["command"]
        return values["url"] or ("" if command is None else shlex.join([command, *values["args"]]))

    def read(self, text: Text, now: datetime) -> Values:
        target = str(text).strip()
        if not target:
            raise BadValueError("needs a URL or a command")
        if is_url(target):
            return {"url": url(target), "command": None, "args": ()}
        try:
            command, *args = split_words(target)
        except ValueError:
            raise BadValueError("has a quote that is not closed") from None
        return {"url": None, "command": filled(command), "args": tuple(args)}


_NAME: Final = NameField(placeholder="a-z, 0-9, - and _", problem=server_name_problem)
_TARGET: Final = TargetField(name=TARGET, title="URL/command", placeholder="https://… or npx …")

#: Every field, in the order of the screen.
FIELDS: Final = (_NAME, _TARGET, *setting_fields(Server))


@dataclass(frozen=True, slots=True)
class Checked:
    """The server that the fields describe, or what is wrong by field."""

    server: Server | None
    problems: Mapping[str, str] = field(default_factory=dict)
    #: Settings whose fields were emptied.
    unset: frozenset[str] = frozenset()


def server_texts(server: Server | None = None) -> Texts:
    """What stands in the fields for ``server``, or for a new one."""
    return texts_of(FIELDS, blank(Server) if server is None else values_with_name(server))


def check(texts: Texts, base: Server | None, taken: Collection[str], now: datetime) -> Checked:
    """Turn the fields into a server; settings without a field come from ``base``."""

    def name_problem(name: str) -> str | None:
        return "is already the name of a server" if name in taken else server_name_problem(name)

    fields = [replace(_NAME, problem=name_problem), *FIELDS[1:]]
    before = values_with_name(base) if base is not None else None
    found = read(fields, texts, before, now)
    if found.problems:
        return Checked(None, found.problems)
    return Checked(make(Server, {**(before or {}), **found.values}), unset=found.unset)
