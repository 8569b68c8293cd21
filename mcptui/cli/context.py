"""What commands start from: the workspace, a named thing in it, a secret that is typed or piped in."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from mcptui.errors import McptuiError, NotFoundError, RefusedError, UnreachableError
from mcptui.services.workspace import Change, Workspace

if TYPE_CHECKING:
    from mcptui.services.access import Usage

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def with_workspace(function: Callable[Concatenate[Workspace, P], R]) -> Callable[P, R]:
    """Pass the workspace of MCPTUI_HOME, else of the platform's directories, as first argument."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        ws = Workspace.open()
        ws.secret_changed = lambda path: wait_for(ws.gateway.secret_changed(path))
        # The next command of a script may be a client's, and is to find what this one has changed.
        ws.state_changed = lambda: wait_for(_take_over(ws))
        return function(ws, *args, **kwargs)

    return wrapper


async def _take_over(ws: Workspace) -> None:
    from mcptui.cli.output import note

    try:
        await ws.gateway.take_over()
    except UnreachableError:
        pass
    except McptuiError as error:
        note(f"saved, not applied: {error.message}")


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end in an event loop of its own."""
    return asyncio.run(work)


def find(items: Mapping[str, T], kind: str, name: str) -> T:
    """The ``kind`` called ``name``.

    Raises:
        NotFoundError: there is none; the hint names what is close, or how to see all.
    """
    if (item := items.get(name)) is not None:
        return item
    close = get_close_matches(name, items, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"see: mcptui {kind} list"
    raise NotFoundError(f'there is no {kind} "{name}"', hint=hint)


async def require_gateway(ws: Workspace) -> None:
    """Be sure that the gateway runs.

    Raises:
        UnreachableError: it does not.
    """
    if await ws.gateway.status() is None:
        raise UnreachableError("the gateway is not running", hint="start it with: mcptui gateway start")


def usage_or_note(ws: Workspace) -> Usage | None:
    """What keys did; None, and a note how to learn it, while the gateway does not run."""
    from mcptui.cli.output import note
    from mcptui.services.access import usage

    used = wait_for(usage(ws.gateway))
    if used is None:
        note("last use is unknown: the gateway is not running; start it with: mcptui gateway start")
    return used


def on_terminal() -> bool:
    """Whether a person can be asked: questions go to stderr, answers come from stdin."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def read_secret(what: str) -> str:
    """A secret, typed without echo on a terminal, else one line of stdin, or one PEM; never an argument.

    Raises:
        RefusedError: nothing came.
    """
    typed = str(click.prompt(what, hide_input=True, err=True) if on_terminal() else sys.stdin.readline())
    if typed.startswith("-----BEGIN ") and not on_terminal():
        typed += "".join(_until(sys.stdin, "-----END "))
    value = typed.rstrip("\r\n")
    if not value:
        raise RefusedError(f"{what} is empty", hint="type it at the prompt, or pipe it in as one line")
    return value


def _until(lines: Iterable[str], start: str) -> Iterator[str]:
    """The lines up to the first that begins with ``start``, it included."""
    for line in lines:
        yield line
        if line.startswith(start):
            return


def confirm(question: str, *, yes: bool, refused: str, hint: str = "add --yes to confirm") -> None:
    """Ask before something that hurts; ``--yes`` answers in advance.

    Raises:
        RefusedError: there is no terminal, which ``hint`` is for, or the answer was no.
    """
    if yes:
        return
    if not on_terminal():
        raise RefusedError(refused, hint=hint)
    if not click.confirm(question, err=True):
        raise RefusedError(refused)


def report(change: Change) -> None:
    """Say on stderr what a change did, and what the new file is warned about."""
    from mcptui.cli.output import note

    note(change.summary)
    before = {(problem.key, problem.message) for problem in change.before.problems}
    for problem in change.after.problems:
        if (problem.key, problem.message) not in before:
            note(f"warning: {problem.key}: {problem.message}" + (f" ({problem.hint})" if problem.hint else ""))


def finish(ws: Workspace, change: Change) -> None:
    """Report a change, and remove the secrets that it left without use: a command is not undone."""
    from mcptui.services.orphaned_secrets import forget_orphaned_secrets

    report(change)
    forget_orphaned_secrets(ws, change)
