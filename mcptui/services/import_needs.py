"""What an imported server lacks before it can work, and whether it can be kept at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Final

from mcptui.errors import RefusedError
from mcptui.interop.reading import Found
from mcptui.model import Server, State
from mcptui.secrets.references import references
from mcptui.services.secrets import require_secret
from mcptui.state.checks import server_texts, server_unknowns
from mcptui.state.encode import encode
from mcptui.state.errors import StateError
from mcptui.state.reader import FORMAT_VERSION, parse_state

#: Names and globs of variables that decide which code a program loads or runs beside its own: of the dynamic linkers
#: (ld.so(8), dyld(1)), interpreters, shells and git.
_RUN_CODE: Final = (
    "LD_*", "DYLD_*", "GCONV_PATH",
    "NODE_OPTIONS", "NODE_PATH", "BUN_OPTIONS",
    "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONBREAKPOINT", "PYTHONWARNINGS",
    "PERL5OPT", "PERL5LIB", "PERL5DB", "RUBYOPT", "RUBYLIB", "PHPRC", "PHP_INI_SCAN_DIR", "LUA_INIT*",
    "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH", "DOTNET_STARTUP_HOOKS",
    "BASH_ENV", "BASH_FUNC_*", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "ZDOTDIR",
    "GIT_SSH*", "GIT_EXEC_PATH", "GIT_ASKPASS", "GIT_*EDITOR", "GIT_PAGER", "GIT_EXTERNAL_DIFF",
    "GIT_PROXY_COMMAND", "GIT_CONFIG*", "GIT_TEMPLATE_DIR", "SSH_ASKPASS",
)  # fmt: skip


def needs_of(found: Found, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What a person has to give or to look at first, in words that follow "it needs"; each once.

    Args:
        found: the server, and its missing secrets.
        environment: the variables that are set.
    """
    return tuple(dict.fromkeys(_needs(found, environment)))


def _needs(found: Found, environment: Mapping[str, str]) -> Iterator[str]:
    own = dict(found.missing)
    yield from own.values()
    server = found.server
    for _, text in server_texts(server):
        for reference in references(text):
            if reference.kind == "env" and reference.default is None and reference.path not in environment:
                yield f"the variable {reference.path} in the environment of the gateway"
            elif reference.kind == "secret" and reference.path not in own:
                # A file from elsewhere must not send this home's secrets anywhere before a person looked.
                yield "your consent, because it reads secrets of this home"
    for name, value in (*server.env.items(), *_given_to_env(server)):
        if _runs_code(name, value):
            yield f"your consent, because {name} in its environment can make its program run other code"
    for _, unknown in server_unknowns(server):
        yield f"a value for {unknown}"


def _given_to_env(server: Server) -> Iterator[tuple[str, str]]:
    """The variables that env(1) sets, where it is the command: ``env NAME=VALUE … PROGRAM``."""
    if server.command is not None and PurePath(server.command).name == "env":
        for word in server.args:
            name, equals, value = word.partition("=")
            if equals:
                yield name, value


def _runs_code(name: str, value: str) -> bool:
    # A shell runs the file that ENV names (POSIX 2.5.3); many programs have a word such as "production" there.
    if name == "ENV":
        return "/" in value or "$" in value
    return any(fnmatchcase(name, pattern) for pattern in _RUN_CODE)


def refusal(server: Server, secrets: Mapping[str, str]) -> str | None:
    """Why ``server`` cannot be saved with its ``secrets``, or None: one that cannot must not keep back the others."""
    # tomlkit takes a tenth of a second to load.
    from mcptui.state.render import render_table

    table = encode(State(servers={server.name: server}))["servers"][server.name]
    try:
        for path, value in secrets.items():
            require_secret(path, value)
        text = f"version = {FORMAT_VERSION}\n{render_table(('servers', server.name), table)}"
        kept = parse_state(text, Path()).state.servers[server.name]
    except UnicodeEncodeError:
        return "a text holds a character that no file can hold"
    except StateError as error:
        return error.reason
    except RefusedError as error:
        return error.message
    return None if kept == server else "it cannot be written to the state file"


def switched_off(found: Found) -> Found:
    """The same, but not to be used yet."""
    return replace(found, server=replace(found.server, enabled=False))
