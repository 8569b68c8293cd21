"""What can be tested: tools, prompts, resources and resource templates, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mcptui.model.runtime import Json, JsonObject, Listed
from mcptui.protocol.annotations import effect, hints_of, is_read_only
from mcptui.tui.call_to_test import Tab
from mcptui.tui.playground.uri_template import expand, variables

_OTHER_HINTS: Final = {"idempotentHint": "idempotent", "openWorldHint": "open world"}

TABS: Final[Mapping[str, str]] = {"tools": "Tools", "prompts": "Prompts", "resources": "Resources"}


@dataclass(frozen=True, slots=True)
class Request:
    """One MCP request."""

    method: str
    params: JsonObject


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to try. ``raw`` is what a client receives."""

    tab: Tab
    name: str
    title: str = ""
    description: str = ""
    server: str = ""
    #: What it is called at its server.
    name_there: str = ""
    #: For the form; anything, because a server sent it.
    schema: Json = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """Unique among all items."""
        return f"{self.tab}:{self.name}"

    @property
    def reference(self) -> JsonObject | None:
        """How a server is asked for values of its arguments; None where the protocol has no way."""
        if self.tab == "prompts":
            return {"type": "ref/prompt", "name": self.name}
        return {"type": "ref/resource", "uri": self.name} if "uriTemplate" in self.raw else None

    @property
    def output_schema(self) -> Json:
        """What the structured content of its results has to look like; None for nothing."""
        return self.raw.get("outputSchema") if self.tab == "tools" else None

    @property
    def hints(self) -> tuple[str, ...]:
        """The annotations of a tool, in words."""
        hints = hints_of(self.raw)
        others = [word for name, word in _OTHER_HINTS.items() if hints.get(name) is True]
        return (effect(self.raw), *others) if effect(self.raw) else tuple(others)

    def risk(self, *, in_production: bool) -> str:
        """Why a confirmation is needed before it runs; empty for none."""
        if self.tab != "tools" or is_read_only(self.raw):
            return ""
        if effect(self.raw) == "destructive":
            return "is declared destructive: it may delete or overwrite data"
        return "is not declared read-only" if in_production else ""

    @property
    def method(self) -> str:
        """The method that runs the item."""
        return {"tools": "tools/call", "prompts": "prompts/get", "resources": "resources/read"}[self.tab]

    def request(self, arguments: Json) -> Request:
        """The request that runs the item."""
        if self.tab == "tools":
            return Request(self.method, {"name": self.name, "arguments": arguments})
        values = {name: _text(value) for name, value in arguments.items()} if isinstance(arguments, dict) else {}
        if self.tab == "prompts":
            return Request(self.method, {"name": self.name, "arguments": values})
        return Request(self.method, {"uri": expand(self.name, values) if "{" in self.name else self.name})


def items(listed: Listed) -> dict[str, Item]:
    """Everything in ``listed`` by key. Entries without a name cannot be called, and are left out."""
    found = [
        *(_tool(entry, listed) for entry in listed.tools if _is_named(entry, "name")),
        *(_prompt(entry, listed) for entry in listed.prompts if _is_named(entry, "name")),
        *(_resource(entry, "uri", listed) for entry in listed.resources if _is_named(entry, "uri")),
        *(_resource(entry, "uriTemplate", listed) for entry in listed.templates if _is_named(entry, "uriTemplate")),
    ]
    return {item.key: item for item in found}


def by_name(found: Iterable[Item]) -> dict[str, Item]:
    """Tools and prompts by the name that a client calls; of two with one name, the tool."""
    named = [item for item in found if item.tab != "resources"]
    return {item.name: item for item in sorted(named, key=lambda item: item.tab == "tools")}


def _tool(entry: JsonObject, listed: Listed) -> Item:
    return _item("tools", entry["name"], entry, listed, entry.get("inputSchema"))


def _prompt(entry: JsonObject, listed: Listed) -> Item:
    arguments = entry.get("arguments")
    named = [part for part in arguments if _is_named(part, "name")] if isinstance(arguments, list) else []
    schema = {
        "type": "object",
        "properties": {
            part["name"]: {"type": "string", "title": part.get("title"), "description": part.get("description")}
            for part in named
        },
        "required": [part["name"] for part in named if part.get("required") is True],
    }
    return _item("prompts", entry["name"], entry, listed, schema)


def _resource(entry: JsonObject, name: str, listed: Listed) -> Item:
    properties = {part: {"type": "string"} for part in variables(entry[name])} if name == "uriTemplate" else {}
    return _item("resources", entry[name], entry, listed, {"type": "object", "properties": properties})


def _item(tab: Tab, name: str, entry: JsonObject, listed: Listed, schema: Json) -> Item:
    owner = listed.owners.get(name, ())
    title = entry.get("title") or (entry.get("name") if tab == "resources" else "")
    description = entry.get("description")
    return Item(
        tab,
        name,
        title if isinstance(title, str) else "",
        description if isinstance(description, str) else "",
        owner[0] if owner else "",
        owner[1] if len(owner) > 1 else name,
        schema,
        entry,
    )


def _is_named(entry: Json, name: str) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get(name), str)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else str(value)
