"""The demo model on a port of its own, in a thread beside the app."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from mcptui.demo.model import demo_model

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAUSE: Final = 0.02


@contextmanager
def serving_model(*, pause: float = _PAUSE) -> Iterator[str]:
    """Serve the demo model on a free loopback port until the block ends; gives its base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        demo_model(pause=pause), log_config=None, log_level="warning", access_log=False, lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="demo model", daemon=True)
    thread.start()
    try:
        # Connections wait in the listener's queue until the thread accepts them.
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(timeout=10)
        listener.close()
