"""A home with the demo server, a model that is the demo model under another name, a key, and a running gateway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mcptui.demo.entry import demo_server_config
from mcptui.demo.rules import MODEL_NAME
from mcptui.demo.serve import serving_model
from tests.support.home import Home


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
def demo_home(path: Path, *, model: str = "gpt-4o") -> Iterator[DemoHome]:
    """Everything, running; ``model`` is what the demo model is called. The key is kept for commands."""
    home = Home.create(path)
    server = demo_server_config()
    with serving_model(pause=0) as url:
        home("server", "add", "demo", "--no-test", "--cwd", str(server.cwd), "--", str(server.command), *server.args)
        words = ("model", "add", model, "--base-url", url, "--model", MODEL_NAME, "--api", "chat", "--no-api-key")
        home(*words)
        key = home.new_key("examples", "--server", "*")
        home("secret", "set", "key/examples", stdin=f"{key}\n")
        home("gateway", "start")
        try:
            yield DemoHome(home, key)
        finally:
            home("gateway", "stop", code=None)
