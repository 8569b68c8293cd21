"""``mcptui completion``: shell completion, and the names that it offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import click
from click.shell_completion import get_completion_class

from mcptui.cli.context import wait_for
from mcptui.cli.output import emit
from mcptui.errors import McptuiError

if TYPE_CHECKING:
    from mcptui.model.runtime import Listed
    from mcptui.services.workspace import Workspace

Kind: TypeAlias = Literal[
    "server", "key", "org", "team", "user", "group", "model", "secret", "tool", "prompt", "resource"
]
Complete: TypeAlias = Callable[[click.Context, click.Parameter, str], list[str]]

_SHELLS: Final = ("bash", "zsh", "fish")
#: What a gateway has to answer in, seconds: a person waits after pressing tab.
_PATIENCE: Final = 2.0


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell, with names of servers, keys, teams and tools.

    \b
    eval "$(mcptui completion bash)"                        in ~/.bashrc
    eval "$(mcptui completion zsh)"                         in ~/.zshrc
    mcptui completion fish > ~/.config/fish/completions/mcptui.fish
    """
    script = get_completion_class(shell)
    assert script is not None
    emit(script(ctx.find_root().command, {}, "mcptui", "_MCPTUI_COMPLETE").source())


def names_of(*kinds: Kind, is_list: bool = False) -> Complete:
    """Completes names of ``kinds``; ``is_list`` for names with commas between them, ``@group`` included."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",") if is_list else ("", "", incomplete)
        # A tab must neither fail nor print: what cannot be read has no names.
        with suppress(McptuiError, TimeoutError, OSError):
            return [f"{before}{comma}{name}" for name in _names(kinds, ctx, is_list) if name.startswith(last)]
        return []

    return complete


def _names(kinds: Iterable[Kind], ctx: click.Context, is_list: bool) -> list[str]:
    from mcptui.services.workspace import Workspace

    workspace = Workspace.open()
    state = workspace.load().state
    named: Mapping[str, Iterable[str]] = {
        "server": [*state.servers, *(f"@{name}" for name in state.groups if is_list)],
        "key": state.keys,
        "org": state.orgs,
        "team": state.teams,
        "user": state.users,
        "group": state.groups,
        "model": state.models,
    }
    return [name for kind in kinds for name in (named[kind] if kind in named else _of_gateway(workspace, kind, ctx))]


def _of_gateway(workspace: Workspace, kind: Kind, ctx: click.Context) -> list[str]:
    if kind == "secret":
        from mcptui.services.secrets import list_secrets

        return [row.path for row in list_secrets(workspace)]
    listed = wait_for(_listed(workspace, ctx.params.get("key"), ctx.params.get("server")))
    items: Mapping[str, Iterable[Mapping[str, Any]]] = {
        "tool": listed.tools,
        "prompt": listed.prompts,
        "resource": listed.resources,
    }
    return [str(item["uri" if kind == "resource" else "name"]) for item in items[kind]]


async def _listed(workspace: Workspace, key: str | None, server: str | None) -> Listed:
    import asyncio

    async with asyncio.timeout(_PATIENCE):
        return await workspace.gateway.listed(key, server)
