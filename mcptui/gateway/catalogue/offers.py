"""What several servers say about themselves, as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from mcptui.protocol.results import LIST_TTL_MS
from mcptui.upstream.server.lists import CacheHint

#: The longest text of instructions handed on, characters; they are untrusted and cost the model tokens.
MAX_INSTRUCTIONS: Final = 16_000

#: Extensions whose requests name a tool, a resource or a task, by which they find their server among several.
APPS: Final = "io.modelcontextprotocol/ui"
ROUTED_EXTENSIONS: Final = (APPS, "io.modelcontextprotocol/tasks")
#: What only one server's clients can ask for: a list of tasks would have to be put together.
_OF_ONE: Final = "list"


Capabilities: TypeAlias = Mapping[str, Any]


def capabilities(
    offers: Sequence[Capabilities],
    of_prompts: Sequence[Capabilities],
    of_resources: Sequence[Capabilities],
    *,
    has_pages: bool = False,
) -> dict[str, Any]:
    """The union of what is really behind; ``listChanged`` always, since grants and servers change lists.

    Args:
        offers: the capabilities of all servers.
        of_prompts: of those whose prompts may be used.
        of_resources: of those whose resources may be read.
        has_pages: whether a tool has a page to be shown with: servers of MCP Apps do not all say that they are some.
    """
    union: dict[str, Any] = {"tools": {"listChanged": True}}
    if any("prompts" in offer for offer in of_prompts):
        union["prompts"] = {"listChanged": True}
    if any("resources" in offer for offer in of_resources):
        resources = [offer["resources"] for offer in of_resources if isinstance(offer.get("resources"), dict)]
        subscribe = any(value.get("subscribe") is True for value in resources)
        union["resources"] = {"listChanged": True} | ({"subscribe": True} if subscribe else {})
    for name in ("completions", "logging"):
        if any(name in offer for offer in offers):
            union[name] = {}
    if len(offers) == 1:
        # What the gateway does not know itself can only be promised where it is clear whose it is.
        return union | {name: offers[0][name] for name in ("tasks", "extensions", "experimental") if name in offers[0]}
    if tasks := _merged(offer.get("tasks") for offer in offers):
        union["tasks"] = {name: value for name, value in tasks.items() if name != _OF_ONE}
    extensions = _merged(offer.get("extensions") for offer in offers)
    if has_pages:
        extensions.setdefault(APPS, {})
    if routed := {name: extensions[name] for name in ROUTED_EXTENSIONS if name in extensions}:
        union["extensions"] = routed
    return union


def _merged(values: Iterable[Any]) -> dict[str, Any]:
    """Objects in one another; of values that are none, the first."""
    merged: dict[str, Any] = {}
    for value in values:
        for name, inner in value.items() if isinstance(value, dict) else ():
            before = merged.get(name)
            if name not in merged:
                merged[name] = inner
            elif isinstance(before, dict) and isinstance(inner, dict):
                merged[name] = _merged((before, inner))
    return merged


def instructions(texts: Sequence[tuple[str, str]]) -> str | None:
    """The instructions of several servers, by name, as one text."""
    if not texts:
        return None
    if len(texts) == 1:
        return texts[0][1][:MAX_INSTRUCTIONS]
    return "\n\n".join(f"# {name}\n{text}" for name, text in texts)[:MAX_INSTRUCTIONS]


def hint(said: Sequence[CacheHint | None], *, is_everybodys: bool) -> CacheHint:
    """How long a list of several servers may be kept: as long as the one that says least; and by whom.

    Args:
        said: by each server; None for nothing.
        is_everybodys: whether every key, and every client of it, sees the same list: to any other, one that was kept
            for it would tell of what is hidden from it, or hide what it may see.
    """
    ttl = min((LIST_TTL_MS if each is None else each.ttl_ms for each in said), default=LIST_TTL_MS)
    is_public = is_everybodys and bool(said) and all(each is not None and each.scope == "public" for each in said)
    return CacheHint(ttl, "public" if is_public else "private")
