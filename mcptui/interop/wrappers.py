"""Commands that only carry a URL: what people write for clients without remote servers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mcptui.model import Transport

_REMOTE: Final = re.compile(r"mcp-remote(?:@[\w.-]+)?")
_STRATEGIES: Final[Mapping[str, Transport]] = {"http-only": "http", "sse-only": "sse"}
# What mcp-remote takes that a gateway decides by itself.
_FLAGS: Final = frozenset({"--allow-http", "--debug", "--silent", "--enable-proxy"})
_OWN_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True, slots=True)
class Bridged:
    """The server behind a bridge."""

    program: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    transport: Transport = "auto"


def unwrapped(argv: Sequence[str], env: Mapping[str, str]) -> Bridged | None:
    """The URL and headers that ``npx mcp-remote URL …`` carries; None for other commands and unknown options."""
    words = list(argv)
    position = next((n for n, word in enumerate(words[:4]) if _REMOTE.fullmatch(word.rpartition("/")[2])), None)
    if position is None:
        return None
    rest = words[position + 1 :]
    urls: list[str] = []
    headers: dict[str, str] = {}
    transport: Transport = "auto"
    while rest:
        word = rest.pop(0)
        if word == "--header" and rest:
            name, colon, value = rest.pop(0).partition(":")
            if not colon:
                return None
            headers[name.strip()] = _OWN_VARIABLE.sub(lambda m: env.get(m[1], m[0]), value.strip())
        elif word == "--transport" and rest:
            transport = _STRATEGIES.get(rest.pop(0), "auto")
        elif word.startswith("-") and word not in _FLAGS:
            return None
        elif not word.startswith("-") and not word.isdigit():
            urls.append(word)
    return Bridged("mcp-remote", urls[0], headers, transport) if len(urls) == 1 else None


def is_ourselves(argv: Sequence[str]) -> bool:
    """Whether a command is ``mcptui connect``."""
    words = [re.split(r"[\\/]", word)[-1].removesuffix(".exe") for word in argv]
    return any(word == "mcptui" and words[n + 1] == "connect" for n, word in enumerate(words[:-1]))
