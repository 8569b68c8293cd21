"""Command lines: a server's own, ``claude mcp add …`` and ``curl …``."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from mcptui.interop.documents import load_json, read_document
from mcptui.interop.entries import read_entry
from mcptui.interop.reading import Reading
from mcptui.model import Basic
from mcptui.numbers import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ASSIGNMENT: Final = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_OPERATORS: Final = frozenset({"|", "||", "&&", "&", ";", ">", ">>", "<", "2>", "2>&1"})
# What curl needs to speak MCP and a gateway sets by itself.
_TRANSPORT_HEADERS: Final = ("accept", "content-type", "content-length", "host", "mcp-", "user-agent")
_CURL_VALUES: Final = frozenset(
    {
        "-X", "--request", "-d", "--data", "--data-raw", "--data-binary", "--json", "-o", "--output", "-m",
        "--max-time", "-A", "--user-agent", "--connect-timeout", "-w", "--write-out", "-x", "--proxy", "--preproxy",
        "--proxy-user", "-U", "--noproxy", "-e", "--referer", "--doh-url", "-b", "--cookie", "-c", "--cookie-jar",
        "-E", "--cert", "--key", "--cacert", "--capath", "--resolve", "--connect-to", "--retry", "--interface",
        "-F", "--form", "-T", "--upload-file", "--data-urlencode", "-K", "--config",
    }
)  # fmt: skip
_CURL_BODIES: Final = frozenset({"-d", "--data", "--data-raw", "--data-binary", "--json"})
_ADDERS: Final = frozenset({"claude", "codex", "gemini"})


def split_words(line: str) -> list[str]:
    """Words of a shell command, also with Windows paths in it.

    Raises:
        ValueError: a quote is not closed.
    """
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if re.search(r"(?:^|[\s\"'])[A-Za-z]:\\", line):
        lexer.escape = ""
    return list(lexer)


def read_command(reading: Reading, words: Sequence[str]) -> tuple[str, str | None]:
    """Add the server that a command line stands for; answers (kind, problem)."""
    env: dict[str, str] = {}
    rest = list(words)
    if rest[:1] == ["env"]:
        rest = rest[1:]
    while rest and (assigned := _ASSIGNMENT.fullmatch(rest[0])):
        env[assigned[1]] = assigned[2]
        rest = rest[1:]
    if not rest:
        return "command", "there is no command after the variables"
    program = re.split(r"[\\/]", rest[0])[-1].removesuffix(".exe")
    if program in _ADDERS and rest[1:3] in (["mcp", "add"], ["mcp", "add-json"]):
        return program, _read_add(reading, rest[3:], as_json=rest[2] == "add-json")
    if program == "code" and len(rest) > 2 and rest[1] == "--add-mcp":
        return "vscode", _read_json(reading, None, rest[2])
    if program == "curl":
        return "curl", _read_curl(reading, rest[1:])
    operator = next((word for word in rest if word in _OPERATORS), None)
    if operator is not None:
        return "command", f"{operator} needs a shell, and servers are started without one: use sh -c '…'"
    return "command", read_entry(reading, None, {"command": rest[0], "args": rest[1:], "env": env})


def _read_json(reading: Reading, name: str | None, text: str) -> str | None:
    try:
        document = load_json(text)
    except ValueError as error:
        return f"not valid JSON: {error}"
    if name is not None and isinstance(document, dict):
        return read_entry(reading, name, document)
    return "; ".join(read_document(reading, document)) or None


def _read_add(reading: Reading, words: Sequence[str], *, as_json: bool) -> str | None:
    entry: dict[str, Any] = {}
    env: dict[str, str] = {}
    headers: dict[str, str] = {}
    oauth: dict[str, Any] = {}
    options: dict[str, Callable[[str], None]] = {
        "--transport": lambda value: entry.update(transport=value),
        "--type": lambda value: entry.update(transport=value),
        "--env": lambda value: env.update([_pair(value, "=")]),
        "--header": lambda value: headers.update([_pair(value, ":")]),
        "--url": lambda value: entry.update(url=value),
        "--bearer-token-env-var": lambda value: entry.update(bearer_token_env_var=value),
        "--client-id": lambda value: oauth.update(clientId=value),
        "--callback-port": lambda value: oauth.update(callbackPort=whole_number(value)),
        "--timeout": lambda value: entry.update(timeout=whole_number(value)),
        "--description": lambda value: entry.update(description=value),
        "--include-tools": lambda value: entry.update(includeTools=value.split(",")),
        "--exclude-tools": lambda value: entry.update(excludeTools=value.split(",")),
        "--scope": lambda _: None,
    }
    short = {"-t": "--transport", "-e": "--env", "-H": "--header", "-s": "--scope"}
    places: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        option = short.get(name, name)
        if word == "--":
            places += rest
            break
        if option in options:
            if not equals and not rest:
                return f"{word} needs a value"
            options[option](value if equals else rest.pop(0))
            # --env takes as many assignments as follow it.
            while option == "--env" and rest and _ASSIGNMENT.fullmatch(rest[0]):
                env.update([_pair(rest.pop(0), "=")])
        elif word.startswith("-") and len(places) < 2:
            reading.note(f"not used here: {word}")
        else:
            places.append(word)
            if len(places) == 2 and not _is_url(word) and not as_json:
                places += rest[1:] if rest[:1] == ["--"] else rest
                break
    if not places:
        return "there is no server name"
    if as_json:
        return _read_json(reading, places[0], places[1] if len(places) > 1 else "")
    if len(places) > 1 and _is_url(places[1]):
        entry["url"] = places[1]
    elif len(places) > 1:
        entry |= {"command": places[1], "args": places[2:]}
    if oauth:
        entry["oauth"] = oauth
    return read_entry(reading, places[0], {**entry, "env": env, "headers": headers})


def _read_curl(reading: Reading, words: Sequence[str]) -> str | None:
    entry: dict[str, Any] = {}
    headers: dict[str, str] = {}
    body: str | None = None
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, attached = word.partition("=") if word.startswith("--") else (word, "", "")
        takes = {"-H", "--header", "-u", "--user", "--url"} | _CURL_VALUES
        if name in takes and not equals and not rest:
            return f"{word} needs a value"
        value = (attached if equals else rest.pop(0)) if name in takes else ""
        if name in {"-H", "--header"}:
            header, content = _pair(value, ":")
            if not header.lower().startswith(_TRANSPORT_HEADERS):
                headers[header] = content
        elif name in {"-u", "--user"}:
            entry |= {"auth_type": Basic.TYPE, "auth_value": value}
        elif name in _CURL_BODIES:
            body = value
        elif name == "--url" or (_is_url(word) and "url" not in entry):
            entry["url"] = value or word
        elif name in {"-k", "--insecure"}:
            reading.note("certificates are always checked; -k is not used")
    if body is not None and '"mcp"' in body:
        return _read_json(reading, None, body)
    if "url" not in entry:
        return "there is no http:// or https:// URL in this curl command"
    return read_entry(reading, None, {**entry, "headers": headers})


def _pair(text: str, separator: str) -> tuple[str, str]:
    key, _, value = text.partition(separator)
    return key.strip(), value.strip() if separator == ":" else value


def _is_url(word: str) -> bool:
    return word.lower().startswith(("http://", "https://"))
