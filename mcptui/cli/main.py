"""The program ``mcptui``: its commands, and the app when there is none."""

from __future__ import annotations

import click

from mcptui import __version__
from mcptui.cli.program import Program
from mcptui.errors import ExitCode

_COMMANDS = {
    "demo": ("mcptui.cli.demo:demo", "Open an offline demo in a temporary home"),
    "gateway": ("mcptui.cli.gateway:gateway", "Run, start, stop and monitor the gateway"),
    "server": ("mcptui.cli.server:server", "MCP servers: add, test, edit"),
    "key": ("mcptui.cli.key:key", "Access keys of clients: create, rotate, revoke"),
    "team": ("mcptui.cli.subject:team", "Teams and their access"),
    "user": ("mcptui.cli.subject:user", "Users and their access"),
    "org": ("mcptui.cli.subject:org", "Orgs and their access"),
    "group": ("mcptui.cli.group:group", "Named sets of servers, used as @NAME"),
    "access": ("mcptui.cli.access:access", "Effective access, the reason, and bulk changes"),
    "tool": ("mcptui.cli.tool:tool", "List and call tools through the gateway"),
    "resource": ("mcptui.cli.resource:resource", "List and read resources through the gateway"),
    "prompt": ("mcptui.cli.prompt:prompt", "List and get prompts through the gateway"),
    "check": ("mcptui.cli.check:check", "Run saved calls and check their responses, for CI"),
    "model": ("mcptui.cli.model:model", "OpenAI-compatible models for chat and /v1"),
    "chat": ("mcptui.cli.chat:chat", "Ask a model that can call your tools"),
    "import": ("mcptui.cli.import_:import_", "Import servers from other programs"),
    "export": ("mcptui.cli.export:export", "Print or install a client's configuration"),
    "conversation": ("mcptui.cli.conversation:conversation", "Conversations with models: search, show, export, delete"),
    "connect": ("mcptui.cli.connect:connect", "stdio bridge to the gateway"),
    "secret": ("mcptui.cli.secret:secret", "Secrets in the keyring or vault"),
    "state": ("mcptui.cli.state:state", "Earlier versions of the state file: compare, restore"),
    "settings": ("mcptui.cli.settings:settings", "Settings of the gateway and the secret store"),
    "traffic": ("mcptui.cli.traffic:traffic", "Recorded calls: search, show, statistics"),
    "logs": ("mcptui.cli.gateway:logs", "The gateway's log"),
    "paths": ("mcptui.cli.paths:paths", "Files and directories in use"),
    "keys": ("mcptui.cli.keys:keys", "Keyboard shortcuts of the app, with their ids for keys.toml"),
    "completion": ("mcptui.cli.completion:completion", "Print a completion script for bash, zsh or fish"),
    "doctor": ("mcptui.cli.doctor:doctor", "Check the installation; the report fits bug reports"),
}


@click.group(
    cls=Program,
    commands_at=_COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"Exit codes: {', '.join(f'{code.value} {code.meaning}' for code in ExitCode)}.",
)
@click.version_option(__version__, prog_name="mcptui")
@click.option("--ascii", is_flag=True, envvar="MCPTUI_ASCII", help="Draw with ASCII characters only.")
@click.option("--read-only", is_flag=True, envvar="MCPTUI_READ_ONLY", help="Refuse changes in the app.")
@click.option("--reduced-motion", is_flag=True, envvar="MCPTUI_REDUCED_MOTION", help="No animations in the app.")
@click.pass_context
def main(ctx: click.Context, ascii: bool, read_only: bool, reduced_motion: bool) -> int:  # noqa: A002
    """MCP gateway with access control. Without a command, opens the app."""
    if ctx.invoked_subcommand is not None:
        return 0
    from mcptui.services.workspace import Workspace
    from mcptui.tui.shell.app import run_app  # only the app needs Textual
    from mcptui.tui.shell.options import AppOptions

    options = AppOptions(ascii=ascii, read_only=read_only, reduced_motion=reduced_motion)
    return run_app(Workspace.open(), options=options)
