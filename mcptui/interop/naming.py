"""Guess a valid, unused server name from a URL, a command or any other text."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mcptui.model.names import RESERVED_SERVER_NAMES, name_in_headers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_MAX: Final = 32
_GENERIC_HOST_LABELS: Final = frozenset(
    {"www", "mcp", "api", "app", "apps", "server", "servers", "gateway", "remote", "sse", "dev", "prod"}
)
_SECOND_LEVEL: Final = frozenset({"ac", "co", "com", "gov", "net", "org"})
_GENERIC_FILES: Final = frozenset({"app", "cli", "index", "main", "run", "server", "start", "stdio"})
_GENERIC_FOLDERS: Final = frozenset({"", ".", "..", "bin", "build", "dist", "out", "src", "server"})
_RUNNERS: Final = frozenset({"npx", "uvx", "bunx", "pnpx", "node", "deno", "bun", "tsx", "ts-node", "env"})
_RUNNERS_WITH_VERB: Final = frozenset({"uv", "pnpm", "yarn", "npm", "pipx", "deno", "bun"})
_VERBS: Final = frozenset({"run", "exec", "dlx", "x", "tool"})
_CONTAINERS: Final = frozenset({"docker", "podman", "nerdctl"})
# Options of runners that take the next word as their value.
_VALUE_OPTIONS: Final = frozenset(
    {
        "-e", "-v", "-p", "-u", "-w", "--env", "--env-file", "--volume", "--mount", "--name", "--network",
        "--publish", "--user", "--workdir", "--directory", "--project", "--python", "--platform",
        "--entrypoint", "--from", "--with", "--package",
    }
)  # fmt: skip


def valid_name(text: str, taken: Collection[str] = ()) -> str:
    """``text`` turned into a server name that is valid and can be told from those in ``taken``, in headers too."""
    name = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:_MAX].strip("-_") or "server"
    if name in RESERVED_SERVER_NAMES:
        name = f"{name}-server"
    candidate, number, folded = name, 2, {name_in_headers(each) for each in taken}
    while name_in_headers(candidate) in folded:
        suffix = f"-{number}"
        candidate, number = name[: _MAX - len(suffix)] + suffix, number + 1
    return candidate


def valid_prefix(text: str) -> str:
    """``text`` turned into what may stand before the names of tools."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", text)[:_MAX]


def name_from_url(url: str) -> str:
    """The telling part of a URL: ``https://mcp.deepwiki.com/mcp`` → ``deepwiki``."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not _is_local(host):
        labels = host.split(".")[:-1] if "." in host else [host]
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels = labels[:-1]
        telling = [label for label in labels if label not in _GENERIC_HOST_LABELS]
        return (telling or labels)[-1]
    segments = [
        segment
        for segment in parts.path.split("/")
        if segment and segment not in RESERVED_SERVER_NAMES and segment not in _GENERIC_HOST_LABELS
    ]
    if segments:
        return segments[-1]
    return f"local-{parts.port}" if parts.port else "local"


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def name_from_command(argv: Sequence[str]) -> str:
    """The telling part of a command: ``npx -y @modelcontextprotocol/server-everything`` → ``everything``."""
    return _short(_program(argv))


def _program(argv: Sequence[str]) -> str:
    words = list(argv)
    if words and words[0].lower() in {"cmd", "cmd.exe"}:
        words = words[2:]
    if not words:
        return ""
    runner = re.split(r"[\\/]", words[0])[-1].removesuffix(".exe").removesuffix(".cmd")
    rest = words[1:]
    if re.fullmatch(r"python[0-9.]*|py", runner):
        return rest[rest.index("-m") + 1] if "-m" in rest[:-1] else _first_word(rest) or runner
    if runner in _CONTAINERS:
        return _first_word(rest[rest.index("run") + 1 :] if "run" in rest else rest) or runner
    if runner in _RUNNERS_WITH_VERB:
        return _package([word for word in rest if word not in _VERBS]) or runner
    return _package(rest) or runner if runner in _RUNNERS else words[0]


def _package(words: list[str]) -> str:
    """What a runner such as npx or ``uv run`` starts, below the directory where it starts it."""
    first = _first_word(words) or ""
    if re.fullmatch(r"python[0-9.]*|node", first):
        return _program(words[words.index(first) :])
    if "--directory" in words[:-1]:
        return f"{words[words.index('--directory') + 1]}/{first}"
    return first


def _first_word(words: Sequence[str]) -> str | None:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _VALUE_OPTIONS
        else:
            return word
    return None


def _short(program: str) -> str:
    """Package or path without scope, version, extension and the words that every server has in its name."""
    text = re.sub(r"\.git$", "", program)
    scoped = re.fullmatch(r"@([^/]+)/([^@/]+)(?:@.*)?", text)
    if scoped:
        owner, text = scoped[1], scoped[2]
    else:
        text = re.sub(r"(?<=.)(?:@(?!.*/)|==|>=|~=|\[).*$", "", text)
        folders = [part for part in re.split(r"[\\/]", text) if part]
        text = re.sub(r"(?::[\w.-]+)$|\.(?:py|js|mjs|cjs|ts|exe|sh|jar)$", "", folders[-1] if folders else "")
        parents = [part for part in folders[:-1] if part.lower() not in _GENERIC_FOLDERS]
        owner = parents[-1] if parents else ""
    plain = text.replace("_", "-").replace(".", "-").lower()
    bare = re.sub(r"^(?:mcp-server-|server-|mcp-)|(?:-mcp-server|-server-mcp|-mcp|-server)$", "", plain)
    if bare in _GENERIC_FILES or bare in {"", "mcp"}:
        return _short(owner) if owner else plain
    return bare
