"""Tools, prompts, resources and templates of a list, such that no typed client refuses the list because of one.

The official clients check every answer against the types of the specification, and one entry that breaks them costs
the whole list. What is mended or left out here is what they refuse, in either era; everything else stays as it is.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final, NamedTuple

from mcptui.protocol.listed.rules import Rule, flag, list_of, mapping, object_of, one_of, text, when
from mcptui.protocol.listed.schemas import input_schema, object_output_schema, output_schema
from mcptui.protocol.versions import Era

Item = dict[str, Any]


class Kind(NamedTuple):
    """One of the four lists."""

    method: str
    #: The member of its result.
    member: str
    #: What tells its items apart.
    name: str
    #: One of its items in words.
    word: str

    @property
    def feature(self) -> str:
        """The capability of servers that have it; resources and their templates share one."""
        return self.method.partition("/")[0]


TOOLS: Final = Kind("tools/list", "tools", "name", "tool")
PROMPTS: Final = Kind("prompts/list", "prompts", "name", "prompt")
RESOURCES: Final = Kind("resources/list", "resources", "uri", "resource")
TEMPLATES: Final = Kind("resources/templates/list", "resourceTemplates", "uriTemplate", "resource template")
#: By method.
KINDS: Final = {kind.method: kind for kind in (TOOLS, PROMPTS, RESOURCES, TEMPLATES)}
FEATURES: Final = tuple(dict.fromkeys(kind.feature for kind in KINDS.values()))

#: Date and time with its zone (RFC 3339), the only form that every client takes.
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
)


def item(kind: Kind, value: Any, era: Era, remarks: list[str]) -> Item | None:
    """An entry of a list that every client can read: ``value`` itself where it is one already.

    Args:
        kind: of which list.
        value: as the server sent it.
        era: in which it was sent; results of tools are objects in the handshake era.
        remarks: what is mended or left out is added.

    Returns:
        None where nothing can be made of it.
    """
    if not isinstance(value, dict):
        remarks.append(f"an entry is not an object; no {kind.word} can be made of it")
        return None
    if not is_sayable(value.get(kind.name)):
        remarks.append(f"an entry has no usable {kind.name}; no {kind.word} can be made of it")
        return None
    found: list[str] = []
    mended: Item = _RULES[kind, era](value, "", found)
    if kind in (RESOURCES, TEMPLATES) and not is_sayable(mended.get("name")):
        name = mended.get("title", value[kind.name])
        found.append(f"name is missing; taken is {name}")
        mended = {**mended, "name": name}
    if kind is TOOLS and "inputSchema" not in mended:
        found.append("inputSchema is missing; taken for one that allows any arguments")
        mended = {**mended, "inputSchema": {"type": "object"}}
    remarks.extend(f"{kind.word} {value[kind.name]!r}: {remark}" for remark in found)
    return mended


def with_object_results(tool: Item) -> Item:
    """``tool`` for a client of the handshake era, in which results are objects; itself where they are."""
    schema = tool.get("outputSchema")
    if schema is None or schema.get("type") == "object":
        return tool
    return {name: value for name, value in tool.items() if name != "outputSchema"}


def is_sayable(name: object) -> bool:
    """Whether ``name`` is a text that a header can carry: one without halves of surrogate pairs."""
    if not isinstance(name, str):
        return False
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_moment(value: Any) -> bool:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.strptime(value[:10], "%Y-%m-%d")
    except ValueError:
        return False
    return True


def _is_whole(value: Any) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _is_share(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def _sizes(value: Any, at: str, remarks: list[str]) -> Any:
    """A list; an earlier draft had them in one text."""
    if isinstance(value, str):
        remarks.append(f"{at} is a text; taken for a list of {len(value.split())}")
        return value.split()
    return list_of(text)(value, at, remarks)


_ICON: Final = object_of(
    {"src": text, "mimeType": text, "sizes": _sizes, "theme": one_of("light", "dark")}, needed="src"
)
_ANNOTATIONS: Final = object_of(
    {
        "audience": list_of(one_of("user", "assistant")),
        "priority": when(_is_share, "a number from 0 to 1"),
        "lastModified": when(_is_moment, "a date and time with its zone"),
    }
)
_HINTS: Final = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")

_COMMON: Final[dict[str, Rule]] = {
    "title": text, "description": text, "icons": list_of(_ICON), "_meta": mapping
}  # fmt: skip
_TOOL: Final[dict[str, Rule]] = {
    **_COMMON,
    "inputSchema": input_schema,
    "annotations": object_of({"title": text, **dict.fromkeys(_HINTS, flag)}),
    "execution": object_of({"taskSupport": one_of("required", "optional", "forbidden")}),
}
_PROMPT: Final = object_of(
    {
        **_COMMON,
        "arguments": list_of(
            object_of({"name": text, "title": text, "description": text, "required": flag}, needed="name")
        ),
    }
)
_RESOURCE: Final = object_of(
    {**_COMMON, "name": text, "mimeType": text, "annotations": _ANNOTATIONS, "size": when(_is_whole, "a whole number")}
)
_TEMPLATE: Final = object_of({**_COMMON, "name": text, "mimeType": text, "annotations": _ANNOTATIONS})

_RULES: Final[dict[tuple[Kind, Era], Rule]] = {
    (TOOLS, "handshake"): object_of({**_TOOL, "outputSchema": object_output_schema}),
    (TOOLS, "stateless"): object_of({**_TOOL, "outputSchema": output_schema}),
    **{
        (kind, era): rule
        for kind, rule in ((PROMPTS, _PROMPT), (RESOURCES, _RESOURCE), (TEMPLATES, _TEMPLATE))
        for era in ("handshake", "stateless")
    },
}
