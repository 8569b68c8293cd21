"""Values of settings as they stand in the fields of a form, and back: no widgets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from mcptui.model.setting import Kind, Setting
from mcptui.model.times import parse_moment
from mcptui.state.decode import BadValueError, converter, whole_number

Pairs: TypeAlias = tuple[tuple[str, str], ...]
#: What stands in a field: a line, or rows of a name and a value each.
Text: TypeAlias = str | Pairs

#: Stands for an empty list or text where nothing at all means something else.
NOTHING: Final = "-"
YES: Final = "yes"
NO: Final = "no"

_WHOLE: Final = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[,_ ][0-9]{3})+|[0-9]{1,18})")


def shown(setting: Setting, value: Any) -> Text:
    """``value`` of ``setting`` as it stands in its field."""
    if setting.kind == "text_map":
        return tuple(value.items())
    if setting.kind == "tool_rules":
        return tuple((server, ", ".join(globs)) for server, globs in (value or {}).items())
    if value is None:
        return ""
    if setting.has_nothing and not value:
        return NOTHING
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, int):
        return f"{value:,}" if setting.about.unit else str(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def value_of_text(setting: Setting, text: Text, now: datetime) -> Any:
    """What ``text`` in the field of ``setting`` means.

    Args:
        now: what lengths of time, such as ``30d``, count from.

    Raises:
        BadValueError: it cannot be a value of ``setting``.
    """
    if isinstance(text, str):
        text = text.strip()
        if not text and setting.is_default_when_empty:
            return setting.default
        if text == NOTHING and setting.has_nothing:
            text = ""
    found = converter(setting)(_PLAIN.get(setting.kind, _line)(setting, text, now))
    return None if setting.kind == "tool_rules" and not found else found


def listed(text: str, separators: str = ",") -> list[str]:
    """The items of a list on one line."""
    return [item for part in re.split(f"[{re.escape(separators)}]", text) if (item := part.strip())]


# What the file has in place of a text; what is none goes on as it is, for the decoder to say what is wanted.


def _line(_setting: Setting, text: Text, _now: datetime) -> Text:
    return text


def _list(setting: Setting, text: Text, _now: datetime) -> list[str]:
    return listed(str(text), setting.about.separators)


def _map(_setting: Setting, text: Text, _now: datetime) -> dict[str, str]:
    pairs = () if isinstance(text, str) else text
    return {name.strip(): value for name, value in pairs if name.strip()}


def _rules(setting: Setting, text: Text, now: datetime) -> dict[str, list[str]]:
    return {server: listed(globs) for server, globs in _map(setting, text, now).items()}


def _flag(_setting: Setting, text: Text, _now: datetime) -> bool:
    return text == YES


def _whole(setting: Setting, text: Text, _now: datetime) -> int:
    if not _WHOLE.fullmatch(str(text)):
        raise BadValueError(f"must be {whole_number(setting.about.minimum, setting.about.maximum)}")
    return int(re.sub("[,_ ]", "", str(text)))


def _seconds(_setting: Setting, text: Text, _now: datetime) -> float:
    return _number(str(text), "a number of seconds above 0")


def _price(_setting: Setting, text: Text, _now: datetime) -> float:
    return _number(str(text).lstrip("$ "), "a number of US dollars, such as 2.5")


def _number(text: str, wanted: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise BadValueError(f"must be {wanted}") from None


def _moment(_setting: Setting, text: Text, now: datetime) -> datetime:
    moment = parse_moment(str(text), now)
    if moment is None:
        raise BadValueError("must be a length of time such as 30d or 12h, or a date such as 2027-01-31")
    return moment


_PLAIN: Final[Mapping[Kind, Callable[[Setting, Text, datetime], object]]] = {
    "flag": _flag,
    "whole": _whole,
    "seconds": _seconds,
    "price": _price,
    "moment": _moment,
    "texts": _list,
    "names": _list,
    "globs": _list,
    "networks": _list,
    "text_map": _map,
    "tool_rules": _rules,
}
