"""``mcptui completion``: what the shells are told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from mcptui.cli.main import main
from mcptui.model.runtime import Listed
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]


def offered(*words: str) -> list[str]:
    """What is offered for the last of ``words``."""
    *before, incomplete = words
    found = ShellComplete(main, {}, "mcptui", "_MCPTUI_COMPLETE").get_completions(list(before), incomplete)
    return [item.value for item in found]


@pytest.fixture
def filled(run: Run, gateway: FakeGateway, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("time", "tracker"):
        run("server", "add", name, "--no-test", "one")
    run("group", "create", "office", "--server", "time")
    run("team", "create", "data")
    run("key", "create", "cursor", "--team", "data")
    run("secret", "set", "spare/token", input="x\n")
    gateway.by_key = {
        None: Listed(tools=[{"name": "time__now"}], prompts=[{"name": "time__ask"}], resources=[{"uri": "notes://a"}]),
        "cursor": Listed(tools=[{"name": "time__zone"}]),
    }
    monkeypatch.setattr(Workspace, "open", lambda: ws)
    return run


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["server", "show", "t"], ["time", "tracker"]),
        (["server", "disable", "time", "tr"], ["tracker"]),
        (["server", "add", "t"], []),
        (["key", "rotate", ""], ["cursor"]),
        (["key", "create", "c"], []),
        (["key", "create", "new", "--team", ""], ["data"]),
        (["team", "edit", "data", "--server", "@"], ["@office"]),
        (["team", "edit", "data", "--server", "time,tr"], ["time,tracker"]),
        (["group", "show", ""], ["office"]),
        (["access", "grant", ""], ["data", "cursor"]),
        (["access", "explain", "--key", "c"], ["cursor"]),
        (["secret", "remove", "s"], ["spare/token"]),
        (["tool", "call", "time"], ["time__now"]),
        (["tool", "call", "--key", "cursor", "time"], ["time__zone"]),
        (["prompt", "get", ""], ["time__ask"]),
        (["resource", "read", "n"], ["notes://a"]),
        (["export", "cursor", "--server", "time,@"], ["time,@office"]),
        (["gateway", "st"], ["start", "status", "stop"]),
    ],
)
def test_names_are_offered(filled: Run, words: list[str], names: list[str]) -> None:
    assert sorted(offered(*words)) == sorted(names)


def test_a_broken_state_file_and_a_missing_gateway_offer_nothing(
    run: Run, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "open", lambda: ws)
    assert offered("tool", "call", "") == []
    ws.paths.config_file.write_text("[servers\n", encoding="utf-8")
    assert offered("server", "show", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(run: Run, shell: str) -> None:
    assert "_MCPTUI_COMPLETE" in run("completion", shell).stdout


def test_every_reference_in_options_is_completed() -> None:
    def options(command: click.Command, path: str) -> list[str]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            parts = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
            return [found for name, part in parts if part is not None for found in options(part, f"{path} {name}")]
        references = {"--key", "--server", "--team", "--org", "--user"}
        return [
            f"{path} {option.opts[0]}"
            for option in command.params
            if option.opts[0] in references and option._custom_shell_complete is None
        ]

    assert options(main, "mcptui") == []


def test_bash_gets_names_from_the_program(tmp_path: Path) -> None:
    env = {**os.environ, "MCPTUI_HOME": str(tmp_path), "_MCPTUI_COMPLETE": "bash_complete"}
    env |= {"COMP_WORDS": "mcptui gateway sto", "COMP_CWORD": "2"}
    words = [sys.executable, "-c", "from mcptui.cli.main import main; main(prog_name='mcptui')"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "plain,stop\n"
