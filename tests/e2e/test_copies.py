"""What the Test mode copies does the call when it is pasted elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from mcptui.model.runtime import JsonObject, Listed
from mcptui.tui.playground.copies import command_line, curl, pytest_function, python
from mcptui.tui.playground.items import Item, items
from mcptui.tui.playground.outcome import Facts, Outcome
from tests.support.home import Home

CALLS = [
    ("tools:e2e__add", {"a": 2, "b": 3}, "5"),
    ("tools:e2e__echo", {"text": 'it\'s "quoted" \\ $HOME ü\nx'}, "quoted"),
    ("tools:e2e__fail", {}, "this tool always fails"),
    ("prompts:e2e__greet", {"name": "Ada \u2028 L."}, "Please greet Ada"),
    ("resources:notes://{day}", {"day": "new year"}, "nothing on"),
]


@pytest.fixture
def key(running: Home, sdk_server: str) -> str:
    running("server", "add", "e2e", f"{sdk_server}/mcp")
    return running.new_key("ci", "--server", "e2e")


def run(home: Home, key: str, command: Sequence[str], code: int = 0) -> str:
    """What a command writes, with the key in its variable and this interpreter's programs on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **home.environment, "MCPTUI_KEY": key, "PATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def run_copied(home: Home, key: str, directory: Path, *functions: str, code: int = 0) -> str:
    """What pytest says about copied tests, each in a file of its own."""
    for number, function in enumerate(functions):
        (directory / f"test_copied_{number}.py").write_text(function, encoding="utf-8")
    options = ("-q", "-p", "no:cacheprovider", "-c", os.devnull)
    return run(home, key, [sys.executable, "-m", "pytest", *options, str(directory)], code)


def offered(home: Home) -> dict[str, Item]:
    resources = home("resource", "list", "--json").json
    listed = Listed(
        tools=home("tool", "list", "--json").json,
        prompts=home("prompt", "list", "--json").json,
        resources=resources["resources"],
        templates=resources["templates"],
    )
    return items(listed)


# Each starts half a dozen programs.
@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [pytest.param(*call, id=call[0], marks=[] if call[0] == "tools:e2e__add" else pytest.mark.soak) for call in CALLS],
)
def test_what_is_copied_runs(
    running: Home, key: str, tmp_path: Path, name: str, arguments: JsonObject, says: str
) -> None:
    item = offered(running)[name]
    request = item.request(arguments)
    fails = name == "tools:e2e__fail"
    assert says in run(running, key, ["sh", "-c", command_line(item, request, "ci")], code=int(fails))
    assert says in run(running, key, [sys.executable, "-c", python(request, running.url)])

    answer = run(running, key, ["sh", "-c", curl(request, running.url) + " --silent --show-error"])
    data = next(line.removeprefix("data: ") for line in answer.split("\n") if '"jsonrpc"' in line)
    result = json.loads(data)["result"]
    assert says in json.dumps(result, ensure_ascii=False)

    outcome = Outcome.of_result(Facts(request, "ci", 1.0), result)
    expectations = (outcome,) if fails else (outcome, None)
    copied = [pytest_function(item, request, expected, running.url) for expected in expectations]
    assert f"{len(copied)} passed" in run_copied(running, key, tmp_path, *copied)


def test_a_copied_test_expects_the_refusal_and_notices_another_result(running: Home, key: str, tmp_path: Path) -> None:
    item = offered(running)["tools:e2e__add"]
    request = Item("tools", "e2e__no_such").request({})
    refusal = Outcome.of_error(Facts(request, "ci", 1.0), {"code": -32602, "message": "Unknown tool: e2e__no_such"})
    refused = pytest_function(item, request, refusal, running.url)

    request = item.request({"a": 2, "b": 3})
    wrong = Outcome.of_result(Facts(request, "ci", 1.0), {"content": [], "structuredContent": {"result": 6}})
    another = pytest_function(item, request, wrong, running.url)
    said = run_copied(running, key, tmp_path, refused, another, code=1)
    assert "1 failed, 1 passed" in said
    assert "FAILED" in said
    assert "test_copied_1.py" in said.split("FAILED", 1)[1]
