"""JSON as a person edits it: strict, with the line and column of what is wrong."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from mcptui.schema.values import Json


#: Line breaks that JSON allows inside strings as they are, and halves of surrogate pairs.
_ESCAPED: Final = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


class JsonTextError(ValueError):
    """The text is not JSON; ``line`` and ``column`` count from 1 and are None where unknown."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}, column {self.column}: {self.message}"


def parse_json(text: str) -> Json:
    """The value of ``text``.

    Raises:
        JsonTextError: not JSON, a name twice in one object, a number that JSON has not, or too deep.
    """
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise JsonTextError(error.msg, line=error.lineno, column=error.colno) from None
    except JsonTextError:
        raise
    except UnicodeEncodeError:
        raise JsonTextError("half of a surrogate pair") from None
    except ValueError:
        raise JsonTextError("a number that is too large") from None
    except RecursionError:
        raise JsonTextError("nested too deeply") from None
    return value


def format_json(value: Json) -> str:
    """``value`` as indented JSON that can be encoded.

    Line breaks other than newline are escaped, because text editors break there.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonTextError(f"{json.dumps(twice, ensure_ascii=False)} occurs twice in one object")
    return members


def _constant(name: str) -> NoReturn:
    raise JsonTextError(f"{name} is not JSON")
