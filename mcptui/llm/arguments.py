"""The arguments of a call as models and providers write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcptui.model.runtime import JsonObject


def arguments_text(value: object) -> str:
    """The arguments as the JSON text that the API has for them; some providers send the object itself."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_arguments(text: str) -> JsonObject | None:
    """The arguments of a call, or None if they are not a JSON object.

    Some models send "" where there are none, and some put the text of the object into a JSON string.
    """
    if not text.strip():
        return {}
    value = _parsed(text)
    if isinstance(value, str):
        value = _parsed(value)
    return value if isinstance(value, dict) else None


def fullest(said: Iterable[str | None]) -> str:
    """The arguments of a call that were said several times: those that can be read, and say something.

    Some providers end a call with nothing, or with {}, whose arguments they have told before, and the other way round.
    """
    texts = [text for text in said if text and text.strip()]
    telling = [text for text in texts if _parsed(text) != {}]
    return next((text for text in telling if is_json(text)), (telling or texts or [""])[0])


def is_json(text: str) -> bool:
    """Whether ``text`` is empty or one whole JSON value."""
    return not text.strip() or _parsed(text) is not _UNREADABLE


_UNREADABLE: Any = object()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")
