"""Names of tools and prompts as clients see them: prefixed, unique, stable, and short enough for model APIs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

#: What model APIs take as a tool name.
MAX_LENGTH: Final = 64
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_REFUSED: Final = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Source:
    """The names that one server has, and the prefix it stands under."""

    server: str
    prefix: str
    names: Sequence[str]
    #: The state file sets the prefix for this server, so no mode takes it away.
    explicit: bool = False


def expose(
    sources: Iterable[Source], *, separator: str, mode: Literal["always", "conflict", "never"]
) -> dict[str, tuple[str, str]]:
    """Exposed name → (server, name there).

    The map is looked up, a name is never split. Earlier sources keep their names whatever comes after them.
    """
    table: dict[str, tuple[str, str]] = {}
    for source in sources:
        for name in source.names:
            owner = (source.server, name)
            with_prefix = f"{source.prefix}{separator}{name}" if source.prefix else name
            bare_wanted = not source.explicit and mode != "always"
            candidate = shorten(name if bare_wanted else with_prefix)
            if bare_wanted and mode == "conflict" and candidate in table:
                candidate = shorten(with_prefix)
            if table.get(candidate, owner) != owner:
                candidate = _with_digest(candidate, f"{source.server}\0{name}")
            table.setdefault(candidate, owner)
    return table


def shorten(name: str) -> str:
    """``name`` itself where model APIs take it, else a stable form with a short digest."""
    if _ACCEPTED.fullmatch(name):
        return name
    return _with_digest(_REFUSED.sub("_", name), name)


def _with_digest(readable: str, identity: str) -> str:
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable[: MAX_LENGTH - 9]}_{digest}"
