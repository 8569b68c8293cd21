"""The programs of LiteLLM's page run here with only URL, key and the import of the bridge changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.demo_home import DemoHome, demo_home

pytestmark = pytest.mark.soak

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHome]:
    with demo_home(tmp_path_factory.mktemp("page") / "home", model="gpt-4") as running:
        yield running


@pytest.mark.parametrize(
    ("name", "port", "told"),
    [
        ("bridge_list_openai", 4000, ["MCP TOOLS:  [{'type': 'function'", "LLM RESPONSE:  ChatCompletion("]),
        ("bridge_call_openai", 8000, ["MCP TOOL CALL RESULT: ", "FINAL RESPONSE:  ChatCompletion(", "**calculate**"]),
    ],
)
def test_the_bridge_with_the_openai_sdk(
    home: DemoHome, run_bridge_program: Callable[..., str], name: str, port: int, told: list[str]
) -> None:
    places = {f"http://localhost:{port}": home.home.url, "your-api-key": home.key}
    out = run_bridge_program(sys.executable, name, places)
    for part in told:
        assert part in out


@pytest.mark.parametrize("name", ["responses", "responses_with_auth"])
def test_curl(home: DemoHome, name: str) -> None:
    text = (PROGRAMS / f"{name}.sh.txt").read_text(encoding="utf-8")
    places = {
        "<your-litellm-proxy-base-url>": home.home.url,
        "YOUR_LITELLM_API_KEY": home.key,
        '"gpt-4o"': '"gpt-4"',
    }
    for place, value in places.items():
        text = text.replace(place, value)
    environment = {**os.environ, "LITELLM_API_KEY": home.key}
    done = subprocess.run(["bash", "-c", text], env=environment, capture_output=True, text=True, timeout=50, check=True)
    answer = json.loads(done.stdout)
    assert answer["status"] == "completed"
    calls = [item for item in answer["output"] if item["type"] == "mcp_call"]
    assert [call["name"] for call in calls[:2]] == ["demo__calculate", "demo__search_notes"]
    assert all(call["error"] is None for call in calls)
