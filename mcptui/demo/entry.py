"""The demo server as an entry of the state file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import mcptui
from mcptui.model import Server

SERVER_NAME: Final = "demo"


def demo_server_config(name: str = SERVER_NAME) -> Server:
    """The bundled demo server, as an entry of the state file."""
    return Server(
        name=name,
        command=sys.executable,
        args=("-m", "mcptui.demo.server"),
        # Makes a checkout work that is not installed: servers get only a few variables of the environment.
        cwd=str(Path(mcptui.__file__).parents[1]),
        description="Offline tools to try things with",
    )
