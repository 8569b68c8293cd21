"""How a call ended, in words that differ for each kind of failure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

import orjson

from mcptui.errors import McptuiError
from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.errors import UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE
from mcptui.protocol.text import one_line
from mcptui.schema import OddSchemaError, check, format_json
from mcptui.tui.clock import size
from mcptui.tui.playground.items import Request
from mcptui.tui.text.json_text import Passage, joined
from mcptui.tui.text.pretty import passages
from mcptui.tui.text.tone import Tone

#: ok · tool_error: the tool ran and says that it failed · protocol_error: the request was refused ·
#: server_gone: the gateway got no answer from the server · not_delivered: we got none from the gateway · cancelled.
Kind: TypeAlias = Literal["ok", "tool_error", "protocol_error", "server_gone", "not_delivered", "cancelled"]

#: The texts that a result is shown as.
View: TypeAlias = Literal["pretty", "json", "raw", "timing", "log"]

_HEADLINES: Final[dict[Kind, tuple[str, Tone]]] = {
    "ok": ("✓ Result", "ok"),
    "tool_error": ("✗ Tool error: the tool reported a failure", "bad"),
    "protocol_error": ("✗ Protocol error: the request was refused", "bad"),
    "server_gone": ("✗ Transport error: no answer from the server", "bad"),
    "not_delivered": ("✗ Transport error: no answer from the gateway", "bad"),
    "cancelled": ("■ Cancelled", "warn"),
}
_GONE: Final = frozenset({UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a call however it ends."""

    request: Request
    key: str | None
    ms: float
    log: Sequence[str] = ()
    #: What the tool promises about its structured content; None for nothing.
    output_schema: Json = None
    #: Name and version of the server that answered, where it said so.
    server: str = ""
    #: Who called, and the number of the record, where the call is known from the history.
    client: str = ""
    record: int | None = None

    @property
    def arguments(self) -> Json:
        """The arguments that were sent."""
        return self.request.params.get("arguments", {})


@dataclass(frozen=True, eq=False)
class Outcome:
    """A finished call. ``body`` is the response: the result or the error object."""

    kind: Kind
    facts: Facts
    body: Json

    @classmethod
    def of_result(cls, facts: Facts, result: JsonObject) -> Outcome:
        """A result, which may say that the tool failed."""
        return cls("tool_error" if result.get("isError") is True else "ok", facts, result)

    @classmethod
    def of_error(cls, facts: Facts, error: JsonObject) -> Outcome:
        """A JSON-RPC error."""
        return cls("server_gone" if error.get("code") in _GONE else "protocol_error", facts, error)

    @classmethod
    def of_failure(cls, facts: Facts, error: McptuiError) -> Outcome:
        """The gateway could not be asked."""
        return cls("not_delivered", facts, {"message": error.message, "hint": error.hint})

    @classmethod
    def cancelled(cls, facts: Facts) -> Outcome:
        """The person did not want to wait."""
        return cls("cancelled", facts, {"message": "Cancelled before a response arrived."})

    @property
    def headline(self) -> tuple[str, Tone]:
        """One line with its tone."""
        words, tone = _HEADLINES[self.kind]
        parts = [words]
        if self.kind in {"protocol_error", "server_gone"}:
            parts.append(f"code {one_line(str(self.body.get('code', '?')), limit=20)}")
        parts.append(f"{self.facts.ms:.0f} ms" if self.facts.ms < 10_000 else f"{self.facts.ms / 1000:.1f} s")
        if self.kind in {"ok", "tool_error"}:
            parts.append(size(self._size))
        if self.schema_problems:
            return " · ".join([*parts, "violates the output schema"]), "warn"
        return " · ".join(parts), tone

    @property
    def schema_problems(self) -> tuple[str, ...]:
        """Where the result violates the output schema of the tool."""
        return self._compared[0]

    @cached_property
    def _compared(self) -> tuple[tuple[str, ...], str]:
        """The problems of the result by the output schema; or why the two cannot be compared."""
        schema = self.facts.output_schema
        if self.kind != "ok" or not isinstance(schema, dict):
            return (), ""
        if "structuredContent" not in self.body:
            return ("structured content is missing",), ""
        try:
            return tuple(map(str, check(schema, self.body["structuredContent"]))), ""
        except OddSchemaError as error:
            return (), f"not compared with the result: {error}"

    @cached_property
    def raw(self) -> str:
        """The response, on one line."""
        return _compact(self.body)

    @cached_property
    def json(self) -> str:
        """The response, indented."""
        return format_json(self.body)

    def passages(self, view: View) -> Sequence[Passage]:
        """The text of one view, with what is JSON in it."""
        match view:
            case "pretty":
                return self._pretty
            case "json":
                return [Passage(self.json, is_json=True)]
            case "raw":
                return [Passage(self.raw)]
            case "timing":
                return self._timing
            case "log":
                return [Passage("\n".join(self.facts.log))]

    @property
    def pretty(self) -> str:
        """The response, for reading."""
        return joined(self._pretty)[0]

    @cached_property
    def _pretty(self) -> Sequence[Passage]:
        if self.kind in {"ok", "tool_error"}:
            return passages(self.body)
        texts = [str(self.body.get("message") or ""), str(self.body.get("hint") or "")]
        parts = [Passage(text) for text in texts if text]
        if "data" in self.body:
            parts.append(Passage(format_json(self.body["data"]), is_json=True))
        return [part for pair in ((Passage(""), part) for part in parts) for part in pair][1:]

    @property
    def _timing(self) -> Sequence[Passage]:
        facts = self.facts
        lines = [
            ("method", facts.request.method),
            ("server", one_line(facts.server, limit=100)),
            ("client", one_line(facts.client, limit=100)),
            ("as", f"key {facts.key}" if facts.key else "owner"),
            ("took", f"{facts.ms:.1f} ms"),
            ("sent", size(len(_compact(facts.request.params).encode("utf-8", "replace")))),
            ("received", size(self._size)),
            ("outcome", self.kind.replace("_", " ")),
        ]
        if self.facts.output_schema is not None and self.kind == "ok":
            problems, odd = self._compared
            lines.append(("schema", "; ".join(problems) or odd or "valid"))
        table = "\n".join(f"{label:<10}{value}" for label, value in lines if value)
        return [Passage(f"{table}\n\nparameters"), Passage(format_json(facts.request.params), is_json=True)]

    @cached_property
    def _size(self) -> int:
        try:
            return len(orjson.dumps(self.body))
        except TypeError:  # integers beyond 64 bits, halves of surrogate pairs
            return len(self.raw.encode("utf-8", "replace"))


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
