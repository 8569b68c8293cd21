"""References to secrets, environment variables and files inside texts of the state file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable

ReferenceKind: TypeAlias = Literal["secret", "env", "file"]

_REFERENCE: Final = re.compile(r"\$\{(secret|env|file):([^{}]*)\}")
_LOOKALIKE: Final = re.compile(r"\$\{([A-Za-z_]*)(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """One ``${kind:path}``."""

    kind: ReferenceKind
    path: str

    def __str__(self) -> str:
        return f"${{{self.kind}:{self.path}}}"


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


def uses_secret(value: object, path: str | None = None) -> bool:
    """Whether ``value`` has a reference to the secret ``path``, or to any where none is named."""
    return any(found.kind == "secret" and path in (None, found.path) for found in references_in(value))


def substitute(text: str, value: Callable[[Reference], str]) -> str:
    """``text`` with every reference replaced once; what a value contains is not looked at again."""
    return _REFERENCE.sub(lambda match: value(_reference(match)), text)


def unknown_references(text: str) -> tuple[str, ...]:
    """What is written like a reference but is of no known kind, such as ``${input:token}``."""
    return tuple(match[0] for match in _LOOKALIKE.finditer(text) if not _REFERENCE.fullmatch(match[0]))


def _reference(match: re.Match[str]) -> Reference:
    return Reference(cast(ReferenceKind, match[1]), match[2].strip())


# What a name ends with when its value is a secret, compared without case and separators.
_SECRET_NAMES: Final = (
    "token", "secret", "password", "passwd", "passphrase", "pwd", "apikey", "accesskey", "secretkey",
    "privatekey", "authkey", "key", "pat", "authorization", "auth", "credential", "credentials", "cookie",
)  # fmt: skip
# Names that end like one of these hold something public.
_PUBLIC_NAMES: Final = ("publickey", "idempotencykey", "keyauth", "stricthostkey")
# Values that are secrets under any name: issued tokens carry a prefix so that they can be found.
_ISSUED: Final = re.compile(
    r"""(?:Bearer\s+|Basic\s+|token\s+)?(?:
        sk-[A-Za-z0-9_-]{16,} | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,}
      | glpat-[A-Za-z0-9_-]{16,} | xox[abprs]-[A-Za-z0-9-]{10,} | AKIA[A-Z0-9]{16} | AIza[A-Za-z0-9_-]{30,}
      | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{20,} | pypi-[A-Za-z0-9_-]{20,} | ntn_[A-Za-z0-9]{20,}
      | lin_api_[A-Za-z0-9]{20,} | dop_v1_[a-f0-9]{20,} | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}
      | eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*
    )""",
    re.VERBOSE,
)
_SCHEME: Final = re.compile(r"(?:Bearer|Basic|Token|ApiKey|Digest)\s+\S+", re.IGNORECASE)
_HARMLESS: Final = re.compile(
    r"(?:|true|false|yes|no|on|off|none|null|\d{1,6}|[~.]?/[^\s]*|https?://[^\s@]*|<[^<>]*>|\.{3}|…)",
    re.IGNORECASE,
)


def looks_like_secret(name: str, value: str) -> bool:
    """Whether ``value`` of the header, variable or field ``name`` is a secret written out.

    A text with a reference in it is none; numbers, paths, plain URLs and placeholders are none either.
    """
    if _REFERENCE.search(value) or _LOOKALIKE.fullmatch(value):
        return False
    if _ISSUED.fullmatch(value) or _SCHEME.fullmatch(value):
        return True
    return is_secret_name(name) and not _HARMLESS.fullmatch(value)


def is_secret_name(name: str) -> bool:
    """Whether the value of a header, variable or field with this name is a secret."""
    folded = re.sub(r"[^a-z0-9]", "", name.lower())
    return folded.endswith(_SECRET_NAMES) and not folded.endswith(_PUBLIC_NAMES)
