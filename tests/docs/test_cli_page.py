"""The page about the command line knows every command, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click

from mcptui.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(command: click.Command, path: str = "") -> set[str]:
    """All commands as they are typed."""
    if not isinstance(command, click.Group):
        return {path}
    context = click.Context(command)
    found = set()
    for name in command.list_commands(context):
        part = command.get_command(context, name)
        assert part is not None
        found |= commands(part, f"{path} {name}".strip())
    return found


def test_every_command_is_on_the_page() -> None:
    missing = {path for path in commands(main) if not re.search(rf"`(mcptui )?{path}\b", PAGE)}
    # "`org list`, … and `show NAME`" says the rest in words.
    assert missing <= {"org show", "team show", "user show"}


def test_every_command_in_an_example_exists() -> None:
    known = commands(main)
    for words in re.findall(r"^mcptui ((?:[a-z]+ ?)+)", PAGE, re.MULTILINE):
        parts = words.split()
        assert " ".join(parts[:2]) in known or parts[0] in known, words
