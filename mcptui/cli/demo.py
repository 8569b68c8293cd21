"""``mcptui demo``: an offline demo in a temporary home."""

from __future__ import annotations

import sys

import click


@click.command("demo")
@click.option(
    "--headless", is_flag=True, help="Without the app: print URL and key, make one call, serve until interrupted."
)
@click.option("--once", is_flag=True, help="Headless, and exit after the call.")
def demo(headless: bool, once: bool) -> int:
    """Open the app on a temporary home with demo servers, teams, keys, traffic and a model. Offline."""
    from mcptui.demo.run import demo_workspace, run_headless

    with demo_workspace() as prepared:
        if headless or once or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return run_headless(prepared, once=once)
        # Only the app needs Textual.
        from mcptui.demo.coach import STEPS
        from mcptui.demo.visitors import visiting
        from mcptui.tui.shell.app import run_app
        from mcptui.tui.shell.options import AppOptions

        with visiting(prepared):
            how = click.get_current_context().find_root().params  # as of the app without a command
            return run_app(prepared.workspace, options=AppOptions(coach=STEPS, **how))
