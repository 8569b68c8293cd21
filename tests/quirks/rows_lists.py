"""Lists in which something is wrong, whatever carries them."""

from __future__ import annotations

from typing import Any

from tests.quirks.row import ALL, Message, Over, Row, Sdk

BOTH: tuple[Sdk, ...] = ("python", "typescript")
ECHO: Message = {"name": "echo", "inputSchema": {"type": "object"}}
#: Transports of the handshake era, and of the stateless one.
ERAS: tuple[tuple[Over, ...], ...] = (("http", "sse", "stdio"), ("stateless http", "stateless stdio"))


def tool(**members: Any) -> Message:
    return {**ECHO, "name": "odd", **members}


def broken(schema: Any) -> Message:
    """A schema of results with ``schema`` somewhere inside."""
    return {"type": "object", "properties": {"a": {"type": "array", "items": schema}}}


TYPESCRIPT: tuple[Sdk, ...] = ("typescript",)
#: The clients that lose the whole list, over transports of the handshake era and of the stateless one: both, if it is
#: not said here.
FAILS: dict[str, tuple[tuple[Sdk, ...], tuple[Sdk, ...]]] = {
    "with required null": (TYPESCRIPT, ()),
    "with properties as a list": (BOTH, ()),
    "with a property that is a text": (("python",), ()),
    "with description null": (TYPESCRIPT, TYPESCRIPT),
    "with a hint that is a text": (TYPESCRIPT, TYPESCRIPT),
    "with outputSchema null": (TYPESCRIPT, TYPESCRIPT),
    # Version 1 of the TypeScript client loses the list.
    "with an outputSchema that is no check": ((), ()),
    "with an outputSchema that leads nowhere": ((), ()),
    "with a pattern that is none in outputSchema": ((), ()),
    "with icons null": (TYPESCRIPT, TYPESCRIPT),
    "with an execution that is a text": (BOTH, ("python",)),
    "with arguments null": (TYPESCRIPT, TYPESCRIPT),
    "with required as a text": (TYPESCRIPT, TYPESCRIPT),
    "with a text as size": (TYPESCRIPT, TYPESCRIPT),
    "with mimeType null": (TYPESCRIPT, TYPESCRIPT),
}
#: What an entry is like, and the entry; beside one that is sound.
TOOLS: list[tuple[str, Any]] = [
    ("without inputSchema", {"name": "odd"}),
    ("with inputSchema null", tool(inputSchema=None)),
    ("with a text as inputSchema", tool(inputSchema="{}")),
    ("with an inputSchema without type", tool(inputSchema={"properties": {"a": {}}})),
    ("with an inputSchema of another type", tool(inputSchema={"type": "string"})),
    ("with required null", tool(inputSchema={"type": "object", "required": None})),
    ("with properties as a list", tool(inputSchema={"type": "object", "properties": []})),
    ("with a property that is a text", tool(inputSchema={"type": "object", "properties": {"a": "string"}})),
    ("with description null", tool(description=None)),
    ("with a number as title", tool(title=5)),
    ("with annotations as a list", tool(annotations=[])),
    ("with a hint that is a text", tool(annotations={"readOnlyHint": "yes"})),
    ("with outputSchema as a list", tool(outputSchema=[])),
    ("with outputSchema null", tool(outputSchema=None)),
    ("with an outputSchema that is no check", tool(outputSchema=broken({"type": "int"}))),
    ("with an outputSchema that leads nowhere", tool(outputSchema=broken({"$ref": "#/$defs/gone"}))),
    ("with a pattern that is none in outputSchema", tool(outputSchema=broken({"type": "string", "pattern": "("}))),
    ("with icons null", tool(icons=None)),
    ("with an icon without src", tool(icons=[{}])),
    ("with sizes of an icon in a text", tool(icons=[{"src": "data:,", "sizes": "48x48"}])),
    ("with _meta as a list", tool(_meta=[])),
    ("with an execution that is a text", tool(execution="task")),
]
LEFT_OUT: list[tuple[str, Any]] = [
    ("that is null", None),
    ("that is a text", "odd"),
    ("without a name", {"inputSchema": {"type": "object"}}),
    ("whose name is a number", {"name": 5, "inputSchema": {"type": "object"}}),
]
ONE: Message = {"uri": "test://odd", "name": "a"}
#: The same of the other lists, with the step that reads them.
OTHERS: list[tuple[str, str, Message]] = [
    ("prompts", "with arguments null", {"name": "odd", "arguments": None}),
    ("prompts", "with required as a text", {"name": "odd", "arguments": [{"name": "a", "required": "yes"}]}),
    ("prompts", "with an argument without name", {"name": "odd", "arguments": [{}]}),
    ("resources", "without name", {"uri": "test://odd"}),
    ("resources", "with a text as size", {**ONE, "size": "5"}),
    ("resources", "with mimeType null", {**ONE, "mimeType": None}),
    ("resources", "with a priority over 1", {**ONE, "annotations": {"priority": 5}}),
    ("templates", "without name", {"uriTemplate": "test://{odd}"}),
]
#: By step: method, member of the result, what names an entry, one that is sound.
LISTS: dict[str, tuple[str, str, str, Message]] = {
    "prompts": ("prompts/list", "prompts", "name", {"name": "greet"}),
    "resources": ("resources/list", "resources", "uri", {"uri": "test://one", "name": "one"}),
    "templates": (
        "resources/templates/list", "resourceTemplates", "uriTemplate",
        {"uriTemplate": "test://{id}", "name": "data"},
    ),
}  # fmt: skip


def in_tools(what: str, entry: Any, wanted: list[str]) -> list[Row]:
    """Rows of a tool like ``entry``, by era."""
    results = {"tools/list": {"tools": [entry, ECHO]}}
    return [
        Row(name=f"a tool {what}", over=over, results=results, wanted={"tools": wanted}, fails=fails)
        for over, fails in zip(ERAS, FAILS.get(what, (BOTH, BOTH)), strict=True)
    ]


def in_another_list(step: str, what: str, entry: Message) -> list[Row]:
    """Rows of an entry of the list that ``step`` reads, by era."""
    method, member, name, sound = LISTS[step]
    results, wanted = {method: {member: [entry, sound]}}, {step: [entry[name], sound[name]]}
    return [
        Row(
            name=f"one of its {step} {what}",
            over=over,
            steps=("tools", step),
            results=results,
            wanted=wanted,
            fails=fails,
        )
        for over, fails in zip(ERAS, FAILS.get(what, (BOTH, BOTH)), strict=True)
    ]


def two_pages(message: Message) -> Message:
    """A first page, and an error for the second."""
    if "cursor" in (message.get("params") or {}):
        return {"error": {"code": -32603, "message": "broken"}}
    return {"tools": [ECHO], "nextCursor": "2"}


ROWS = [
    *[row for what, entry in TOOLS for row in in_tools(what, entry, ["odd", "echo"])],
    *[row for what, entry in LEFT_OUT for row in in_tools(what, entry, ["echo"])],
    *[row for each in OTHERS for row in in_another_list(*each)],
    Row(name="a second page that fails", over=ALL, results={"tools/list": two_pages}, fails=BOTH),
    Row(
        name="prompts that cannot be listed",
        over=ALL,
        results={"prompts/list": {"error": {"code": -32603, "message": "broken"}}},
    ),
    Row(
        name="a tool that is in no list",
        over=ALL,
        steps=("tools", "call hidden", "call hidden"),
        wanted={"call hidden": "hello"},
    ),
]
