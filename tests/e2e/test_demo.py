"""The demo without a terminal, and the demo model in a conversation."""

from __future__ import annotations

import subprocess
import sys

from mcptui.demo.rules import MODEL_NAME
from mcptui.demo.serve import serving_model
from mcptui.demo.setup import demo_server_config
from mcptui.testing.home import Home


def test_the_demo_calls_a_tool_through_its_gateway_and_leaves_nothing() -> None:
    command = [sys.executable, "-m", "mcptui", "demo", "--once"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    url, key, call = done.stdout.splitlines()
    assert url.startswith("URL  http://127.0.0.1:")
    assert key.startswith("Key  sk-mcptui-")
    assert call == 'demo__calculate {"expression": "6 * 7"} → 42'


def test_a_conversation_that_uses_a_tool(running: Home) -> None:
    server = demo_server_config()
    running("server", "add", "demo", "--no-probe", "--cwd", str(server.cwd), "--", str(server.command), *server.args)
    with serving_model(pause=0) as url:
        running(
            "model", "add", "demo", "--base-url", url, "--model", MODEL_NAME, "--api", "chat", "--no-api-key"
        )  # fmt: skip
        running("gateway", "reload")
        answered = running("chat", "What is 6 * 7?")
        assert "42" in answered.out
        assert "[tool demo__calculate ok" in answered.err
        key = running.new_key("nothing", "--no-servers")
        assert key
        running("gateway", "reload")
        assert "demo__calculate" not in running("chat", "What is 6 * 7?", "--key", "nothing").err


def test_doctor_is_content(running: Home) -> None:
    server = demo_server_config()
    running("server", "add", "demo", "--no-probe", "--cwd", str(server.cwd), "--", str(server.command), *server.args)
    running("gateway", "reload")
    running("tool", "list")
    report = running("doctor", code=None)
    assert "| ✗" not in report.out, report.out
    assert report.code == 0
