"""The page about the command line knows every command, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click

from mcptui.cli.main import main
from mcptui.errors import ExitCode

ROOT = Path(__file__).parents[2]
PAGES, SOURCES = ROOT / "docs", ROOT / "mcptui"
PAGE = (PAGES / "cli.md").read_text(encoding="utf-8")


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
    for page in (PAGES.parent / "README.md", *PAGES.rglob("*.md")):
        examples = "".join(re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
        for words in re.findall(r"^mcptui ((?:[a-z]+ ?)+)", examples, re.MULTILINE):
            parts = words.split()
            assert " ".join(parts[:2]) in known or parts[0] in known, f"{page.name}: {words}"


def test_the_exit_codes_are_those_that_are_declared() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(str(code.value), code.meaning) for code in ExitCode]


def test_no_other_page_and_no_help_says_another_number() -> None:
    documents = [*PAGES.rglob("*.md"), *SOURCES.rglob("*.py")]
    said = {
        (number, file.name)
        for file in documents
        for number in re.findall(r"exit code \**(\d+)", file.read_text(encoding="utf-8"), re.IGNORECASE)
    }
    assert said, "some say one"
    assert not {each for each in said if int(each[0]) not in set(ExitCode)}
