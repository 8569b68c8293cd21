"""Every file under examples/ runs as it is, against the demo model through the gateway."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.demo_home import DemoHome
from tests.support.programs import run_program

EXAMPLES = Path(__file__).parents[2] / "examples"

EXPECTED = {
    "list_tools.py": ["MCP TOOLS: ", "'name': 'calculate'", "LLM RESPONSE: ", "ChatCompletionMessageFunctionToolCall("],
    "list_and_call_tools.py": ["MCP TOOL CALL RESULT: ", "FINAL RESPONSE: ", "**calculate**:\n\n8"],
    "responses_api.py": ['TOOL: demo__calculate {"expression": "(3 + 5)"} → ', "ANSWER: **demo__calculate**"],
    "approvals.py": ['demo__calculate {"expression": "(3 + 5)"}? [y/n]', "ANSWER: **demo__calculate**:\n\n8"],
    "fastmcp_client.py": ["Client connected: True", "demo__calculate", "Tool result: CallToolResult("],
}


def test_all_examples_are_tested() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(EXPECTED)


#: fastmcp is imported by no test: a process of its own costs no more, and leaves nothing here.
APART = {"fastmcp_client.py"}


@pytest.mark.parametrize("name", EXPECTED)
def test_example(demo: DemoHome, name: str) -> None:
    example = EXAMPLES / name
    if name in APART:
        out = run_apart(example, demo.environment)
    else:
        out = run_program(example.read_text(encoding="utf-8"), demo.environment, "y\n", str(example))
    for text in EXPECTED[name]:
        assert text in out, out


def run_apart(example: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, str(example)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
