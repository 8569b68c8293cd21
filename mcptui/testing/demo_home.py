"""A home with the demo server, a model called gpt-4o that is the demo model, and a running gateway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mcptui.demo.rules import MODEL_NAME
from mcptui.demo.serve import serving_model
from mcptui.demo.setup import demo_server_config
from mcptui.testing.home import Home


@dataclass(frozen=True, slots=True)
class DemoHome:
    """What programs of others need to know."""

    home: Home
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that examples read."""
        return {"MCPTUI_URL": self.home.url, "MCPTUI_KEY": self.key}


@contextmanager
def demo_home(path: Path) -> Iterator[DemoHome]:
    """Everything, running."""
    home = Home.create(path)
    server = demo_server_config()
    with serving_model(pause=0) as url:
        home("server", "add", "demo", "--no-probe", "--cwd", str(server.cwd), "--", str(server.command), *server.args)
        words = ("model", "add", "gpt-4o", "--base-url", url, "--model", MODEL_NAME, "--api", "chat", "--no-api-key")
        home(*words)
        key = home.new_key("examples", "--server", "*")
        home("gateway", "start")
        try:
            yield DemoHome(home, key)
        finally:
            home("gateway", "stop", code=None)
