"""What the gateway adds to a request by itself, and some providers refuse: then they are asked without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

#: How a request is refused that has a member too many.
REFUSALS: Final = frozenset({400, 404, 405, 415, 422, 501})
#: A refusal that speaks of members in general.
_UNKNOWN: Final = re.compile(
    r"(unknown|unrecogni[sz]ed|unsupported|unexpected|extra|additional|invalid|not (supported|allowed|permitted))"
    r".{0,40}(argument|field|input|key|member|option|param|propert)|"
    r"(argument|field|input|key|member|option|param\w*|propert\w*)s?.{0,60}"
    r"(unknown|unrecogni[sz]ed|unsupported|unexpected|not (supported|allowed|permitted))",
    re.IGNORECASE,
)

#: Something that a refusal names by itself, in quotes or at its end.
_NAMED: Final = re.compile(r"""['"`‘“][\w.\[\]-]+['"`’”]|[:=]\s*[\w.\[\]-]+\.?$""")
#: A refusal, beside the name of what is refused.
_REFUSED: Final = re.compile(
    r"\bno[tn]?\b|n't\b|\bun\w|\bin(valid|correct)|\b(only|must|without|extra|additional)\b", re.IGNORECASE
)


def _without_strict(body: JsonObject) -> JsonObject:
    """Tools without ``strict``, in the form of either API."""
    return {**body, "tools": [_loose(tool) for tool in body.get("tools") or ()]} if body.get("tools") else body


def _loose(tool: Any) -> Any:
    if not isinstance(tool, Mapping):
        return tool
    loose = {name: value for name, value in tool.items() if name != "strict" or value}
    if isinstance(function := tool.get("function"), Mapping):
        loose["function"] = {name: value for name, value in function.items() if name != "strict" or value}
    return loose


def _without(*names: str) -> Callable[[JsonObject], JsonObject]:
    return lambda body: {name: value for name, value in body.items() if name not in names}


#: How a request is made without each of them.
_ADDITIONS: Final[Mapping[str, Callable[[JsonObject], JsonObject]]] = {
    "stream_options": _without("stream_options"),
    "strict": _without_strict,
    "stream": _without("stream", "stream_options"),
}
#: Left out together where a refusal names nothing.
_UNNAMED: Final = ("stream_options", "strict")


def without(body: JsonObject, refused: Collection[str]) -> JsonObject:
    """``body`` without the additions of these names."""
    for name, leave_out in _ADDITIONS.items():
        if name in refused:
            body = leave_out(body)
    return body


def refused_additions(body: JsonObject, said: str, param: str | None = None) -> tuple[str, ...]:
    """The additions of ``body`` that a refusal is about.

    Args:
        body: what was refused.
        said: why, in the words of the provider.
        param: the name of what it refuses, where it says one.
    """
    present = [name for name in _ADDITIONS if without(body, (name,)) != body]
    named = [name for name in _ADDITIONS if _is_named(name, param or said)]
    if param or (named and _REFUSED.search(said)):
        return tuple(name for name in named[:1] if name in present)
    others = body.keys() - {*present, "model", "input", "tools"}
    is_about_another = named or _NAMED.search(said) or any(_is_named(name, said) for name in others)
    if _UNKNOWN.search(said) and not is_about_another:
        return tuple(name for name in _UNNAMED if name in present)
    return ()


def _is_named(name: str, text: str) -> bool:
    """Whether ``text`` has ``name`` as a word of its own, not in that of a model, say."""
    return re.search(rf"(?<![\w/-]){re.escape(name)}(ing)?(?![\w/-])", text, re.IGNORECASE) is not None
