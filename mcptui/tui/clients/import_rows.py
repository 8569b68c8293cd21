"""Servers and models to import, as rows with boxes, and the details of one of them."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from textual.content import Content

from mcptui.model import LlmModel, NoAuth, Server
from mcptui.protocol.text import counted, one_line
from mcptui.services.imports import Candidate, ImportOutcome, OnClash
from mcptui.tui.text.tone import Tone, toned
from mcptui.tui.widgets.box_list import Box, BoxRow
from mcptui.tui.widgets.facts import facts, sections

_STANDING: Final = {"same": "exists already", "gateway": "this gateway"}
_CLASH: Final[Mapping[OnClash, str]] = {
    "rename": "rename",
    "skip": "skip",
    "replace": "overwrite",
}


def model_id(model: LlmModel) -> str:
    """The row of a model; no server's name has a colon."""
    return f"model:{model.name}"


def box_rows(
    rows: Sequence[Candidate],
    models: Sequence[LlmModel],
    selected: Collection[str],
    names: Mapping[str, str | None],
) -> list[BoxRow]:
    """A row for each server and model."""
    shown = []
    for row in rows:
        word, tone = _what(row, selected, names)
        secrets = f" · {counted(row.secrets, 'secret')}" if row.secrets else ""
        note = f"{word}{secrets} · {row.source} · {_target(row.server)}"
        shown.append(BoxRow(row.id, Box.ON if row.id in selected else Box.OFF, row.id, note, tone))
    for model in models:
        box = Box.ON if model_id(model) in selected else Box.OFF
        shown.append(BoxRow(model_id(model), box, f"model {model.name}", f"new · {model.base_url}", "muted"))
    return shown


def about(row: Candidate, names: Mapping[str, str | None], clash: OnClash) -> Content:
    """The details of one server."""
    server = row.server
    name = names.get(row.id)
    called = name if name is not None else "not imported"
    if row.standing == "taken":
        called = f"{called} (name conflict with {server.name}: {_CLASH[clash]}; e changes it)"
    remarks = [toned(f"! {one_line(remark, limit=300)}", "warn") for remark in row.notes]
    if row.needs:
        wanted = one_line(", ".join(row.needs), limit=300)
        remarks.append(toned(f"! imported as disabled: it needs {wanted}", "warn"))
    is_what = _STANDING.get(row.standing, "")
    tools = [*(server.allowed_tools or ()), *(f"!{tool}" for tool in server.disallowed_tools)]
    more = facts(
        [
            ("from", f"{row.source}, {row.path}" if row.path else row.source),
            ("transport", "" if server.transport == "auto" else server.transport),
            ("auth", "" if server.auth == NoAuth() else server.auth.TYPE),
            ("headers", ", ".join(server.headers)),
            ("env", ", ".join(server.env)),
            ("tools", ", ".join(tools)),
            ("secrets", f"{row.secrets} to the secret store" if row.secrets else ""),
        ]
    )
    what = facts([("target", _target(server)), ("name", called), ("status", is_what)])
    return sections([Content("\n").join([what, *remarks]), more])


def remaining_steps(outcome: ImportOutcome) -> list[str]:
    """What a person has to do after an import."""
    lines = [f"{name} was skipped: {reason}" for name, reason in outcome.left_out.items()]
    for server, path, what in outcome.missing:
        lines.append(f"{server} needs {one_line(what, limit=200)}:\n    mcptui secret set {path}")
    for name, needs in outcome.waiting.items():
        lines += [f"{name} needs {one_line(need, limit=200)}" for need in needs]
        lines.append(f"{name} is disabled until then; enable it with space in Servers")
    return lines


def _what(row: Candidate, selected: Collection[str], names: Mapping[str, str | None]) -> tuple[str, Tone]:
    if row.id not in selected:
        word = _STANDING.get(row.standing, "new" if row.standing == "new" else "name conflict")
        return word, "muted"
    name = names[row.id]
    if name is None:
        return "skipped: name conflict", "warn"
    if name != row.server.name:
        return f"as {name}", "warn"
    return ("overwrites the existing one", "warn") if row.standing == "taken" else ("new", "muted")


def _target(server: Server) -> str:
    return one_line(server.url or shlex.join([server.command or "", *server.args]), limit=200)
