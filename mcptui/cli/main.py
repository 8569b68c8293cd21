"""The program ``mcptui``: its commands, and the app when there is none."""

from __future__ import annotations

import click

from mcptui import __version__
from mcptui.cli.program import Program
from mcptui.errors import ExitCode

_COMMANDS = {
    "demo": ("mcptui.cli.demo:demo", "Try everything in a temporary home"),
    "gateway": ("mcptui.cli.gateway:gateway", "Run, start, stop and watch the gateway"),
    "server": ("mcptui.cli.server:server", "MCP servers: add, check, change"),
    "key": ("mcptui.cli.key:key", "Keys that clients use: create, rotate, revoke"),
    "team": ("mcptui.cli.subject:team", "Teams and the servers they may use"),
    "user": ("mcptui.cli.subject:user", "Users and the servers they may use"),
    "org": ("mcptui.cli.subject:org", "Organisations and the servers they may use"),
    "group": ("mcptui.cli.group:group", "Named sets of servers, @NAME in lists"),
    "access": ("mcptui.cli.access:access", "What a key may use, and why"),
    "tool": ("mcptui.cli.tool:tool", "List and call tools through the gateway"),
    "resource": ("mcptui.cli.resource:resource", "List and read resources through the gateway"),
    "prompt": ("mcptui.cli.prompt:prompt", "List and get prompts through the gateway"),
    "model": ("mcptui.cli.model:model", "OpenAI-compatible models for chat and /v1"),
    "chat": ("mcptui.cli.chat:chat", "One question to a model that may use your tools"),
    "import": ("mcptui.cli.import_:import_", "Take servers over from other programs"),
    "export": ("mcptui.cli.export:export", "Connect a client: its configuration, or write it"),
    "conversation": ("mcptui.cli.conversation:conversation", "Conversations with models: find, show, export, delete"),
    "connect": ("mcptui.cli.connect:connect", "The gateway as a command, for clients without URLs"),
    "secret": ("mcptui.cli.secret:secret", "Secrets in the keyring or the vault"),
    "settings": ("mcptui.cli.settings:settings", "Settings of the gateway and of the secret store"),
    "traffic": ("mcptui.cli.traffic:traffic", "Calls that crossed the gateway: find, show, count"),
    "logs": ("mcptui.cli.gateway:logs", "The gateway's log"),
    "paths": ("mcptui.cli.paths:paths", "Where everything is kept"),
    "keys": ("mcptui.cli.keys:keys", "All keys of the app, with the ids that keys.toml uses"),
    "doctor": ("mcptui.cli.doctor:doctor", "Check this installation, for bug reports too"),
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
    """Manage MCP servers and who may use them. Without a command: open the app."""
    if ctx.invoked_subcommand is not None:
        return 0
    from mcptui.services.workspace import Workspace
    from mcptui.tui.shell.app import run_app  # only the app needs Textual
    from mcptui.tui.shell.options import AppOptions

    options = AppOptions(ascii=ascii, read_only=read_only, reduced_motion=reduced_motion)
    return run_app(Workspace.open(), options=options)
