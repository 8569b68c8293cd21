"""``mcptui demo``: everything in a temporary home."""

from __future__ import annotations

import sys

import click


@click.command("demo")
@click.option("--headless", is_flag=True, help="No app: print URL and key, make one call, serve until interrupted.")
@click.option("--once", is_flag=True, help="Headless, and end after the call.")
def demo(headless: bool, once: bool) -> int:
    """A temporary home with a demo server, team, key and model; opens the app, or runs without a terminal."""
    from mcptui.demo.run import demo_workspace, run_headless

    with demo_workspace() as prepared:
        if headless or once or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return run_headless(prepared, once=once)
        from mcptui.tui.shell.app import run_app  # only the app needs Textual

        return run_app(prepared.workspace)
