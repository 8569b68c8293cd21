from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mcptui.cli.main import main

HEAVY = {"textual", "rich", "mcp", "aiohttp", "starlette", "uvicorn", "httpx2"}


def commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command below ``command`` with the words that lead to it."""
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    found = []
    for name in command.list_commands(context):
        part = command.get_command(context, name)
        assert part is not None, name
        found += commands(part, (*path, name))
    return found


@pytest.mark.parametrize("words", [path for path, _ in commands(main)], ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Usage:")


def test_every_read_offers_json() -> None:
    verbs = {"list", "show", "status", "explain", "read", "get", "call", "paths", "doctor"}
    missing = [
        " ".join(path)
        for path, command in commands(main)
        if path[-1] in verbs and "as_json" not in {parameter.name for parameter in command.params}
    ]
    assert missing == []


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["paths"], ["server", "--help"], ["key", "list"]])
def test_simple_commands_load_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from mcptui.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env={**os.environ, "MCPTUI_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
