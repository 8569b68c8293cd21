"""A probe step by step."""

from __future__ import annotations

from textual.app import App, ComposeResult

from mcptui.model.runtime import ProbeStep
from mcptui.tui.servers.probe_panel import ProbePanel


class PanelApp(App[None]):
    """Only the panel."""

    def compose(self) -> ComposeResult:
        yield ProbePanel()

    @property
    def panel(self) -> ProbePanel:
        return self.query_one(ProbePanel)


async def test_a_step_stands_once_with_its_newest_status() -> None:
    app = PanelApp()
    async with app.run_test():
        app.panel.begin()
        app.panel.add(ProbeStep(step="connect", status="running"))
        app.panel.add(ProbeStep(step="connect", status="ok", detail="HTTP [x]", ms=12.4))
        assert app.panel.text.split("\n") == ["✓ connect        12 ms  HTTP [x]"]
        assert not app.panel.succeeded


async def test_only_the_last_step_means_success_and_lists_the_tools() -> None:
    app = PanelApp()
    async with app.run_test():
        tools = [{"name": "read"}, {"name": "a\x1b[2Jb"}, {}]
        app.panel.add(ProbeStep(step="done", status="ok", result={"tools": tools}))
        assert app.panel.succeeded
        assert app.panel.result == {"tools": tools}
        assert "Tools (3)\nread\n" in app.panel.text
        assert "\x1b" not in app.panel.text
        app.panel.begin()
        assert (app.panel.succeeded, app.panel.result) == (False, {})


async def test_a_failure_says_what_to_do_and_what_the_server_wrote_last() -> None:
    app = PanelApp()
    async with app.run_test():
        lines = [f"line {number}\x1b[2J" for number in range(20)]
        app.panel.add(ProbeStep(step="start", status="failed", detail="exit code 1", hint="Look here.", stderr=lines))
        app.panel.add(ProbeStep(step="connect", status="skipped"))
        text = app.panel.text
        assert "✗ start" in text
        assert "– connect" in text
        assert "What to do\nLook here." in text
        assert "line 7" not in text
        assert "line 8" in text
        assert "line 19" in text
        assert "\x1b" not in text


async def test_a_probe_that_cannot_be_made_is_a_failed_step() -> None:
    app = PanelApp()
    async with app.run_test():
        app.panel.begin()
        app.panel.fail("no gateway", "Start it.")
        assert "✗ gateway" in app.panel.text
        assert "Start it." in app.panel.text
        assert not app.panel.succeeded
