"""References to secrets, environment variables and files inside texts of the state file."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable

ReferenceKind: TypeAlias = Literal["secret", "env", "file"]

_REFERENCE: Final = re.compile(r"\$\{(secret|env|file):([^{}]*)\}")
_LOOKALIKE: Final = re.compile(r"\$\{((?:[A-Za-z_][A-Za-z0-9_]*)?)(?::(-)?[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """One ``${kind:path}``, or ``${env:NAME:-default}``.

    Attributes:
        default: what stands for a variable that is not set, or empty; as in a POSIX shell (2.6.2).
    """

    kind: ReferenceKind
    path: str
    default: str | None = None

    def __str__(self) -> str:
        return f"${{{self.kind}:{self.path}{'' if self.default is None else ':-' + self.default}}}"


def references(text: str) -> tuple[Reference, ...]:
    """The references in ``text``, in order."""
    return tuple(_reference(match) for match in _REFERENCE.finditer(text))


def references_in(value: object) -> Iterator[Reference]:
    """The references in every text of ``value``: of a description such as a server, or of the whole state."""
    if isinstance(value, str):
        yield from references(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from references_in(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from references_in(item)


def has_reference(text: str) -> bool:
    """Whether ``text`` has a reference in it, or is nothing but what is written like one."""
    return _REFERENCE.search(text) is not None or _LOOKALIKE.fullmatch(text) is not None


def uses_secret(value: object, path: str | None = None) -> bool:
    """Whether ``value`` has a reference to the secret ``path``, or to any where none is named."""
    return any(found.kind == "secret" and path in (None, found.path) for found in references_in(value))


def substitute(text: str, value: Callable[[Reference], str]) -> str:
    """``text`` with every reference replaced once; what a value contains is not looked at again."""
    return _REFERENCE.sub(lambda match: value(_reference(match)), text)


def without_references(text: str) -> str:
    """``text`` of the same length in which no reference is left: their characters would part it in wrong places."""
    return _REFERENCE.sub(lambda match: "_" * len(match[0]), text)


def unknown_references(text: str, own: Container[str] = ()) -> tuple[str, ...]:
    """What is written like a reference but is of no known kind, such as ``${input:token}``.

    Args:
        own: variables that whoever gets ``text`` may replace by itself: ``${NAME}``, ``${NAME:-default}``.
    """

    def is_own(match: re.Match[str]) -> bool:
        return match[1] in own and (match[2] is not None or match[0] == f"${{{match[1]}}}")

    found = (match for match in _LOOKALIKE.finditer(text) if not _REFERENCE.fullmatch(match[0]))
    return tuple(match[0] for match in found if not is_own(match))


def _reference(match: re.Match[str]) -> Reference:
    kind, path = cast("ReferenceKind", match[1]), match[2]
    name, mark, default = path.partition(":-") if kind == "env" else (path, "", "")
    return Reference(kind, name.strip(), default if mark else None)
