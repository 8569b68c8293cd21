"""The demo server and the demo model in an ordinary home."""

from __future__ import annotations

from pathlib import Path

from mcptui.demo.entry import demo_server_config
from mcptui.demo.rules import MODEL_NAME
from mcptui.demo.serve import serving_model
from tests.support.home import Home


def add_demo_server(running: Home) -> None:
    """Add it, and have the gateway start it: on a busy machine that takes longer than a list waits for it."""
    server = demo_server_config()
    running("server", "add", "demo", "--no-test", "--cwd", str(server.cwd), "--", str(server.command), *server.args)
    for _ in range(20):
        if "demo__calculate" in running("tool", "list").out:
            return
    raise AssertionError("the demo server did not start")


def test_a_conversation_that_uses_a_tool(running: Home) -> None:
    add_demo_server(running)
    with serving_model(pause=0) as url:
        running(
            "model", "add", "demo", "--base-url", url, "--model", MODEL_NAME, "--api", "chat", "--no-api-key"
        )  # fmt: skip
        answered = running("chat", "What is 6 * 7?")
        assert "42" in answered.out
        assert "[tool demo__calculate ok" in answered.err
        key = running.new_key("nothing", "--no-servers")
        assert key
        assert "demo__calculate" not in running("chat", "What is 6 * 7?", "--key", "nothing").err


def test_doctor_is_content(running: Home) -> None:
    add_demo_server(running)
    report = running("doctor", code=None)
    assert "| ✗" not in report.out, report.out
    assert report.code == 0


def test_the_saved_calls_of_the_demo_server(running: Home) -> None:
    add_demo_server(running)
    checked = running("check", str(Path(__file__).parents[2] / "examples/demo-calls.toml"), code=None)
    assert checked.code == 0, checked.out
    assert checked.out.count("✓") == 7
