from __future__ import annotations

import threading
from contextlib import suppress

import httpx2

from mcptui.demo.rules import MODEL_NAME
from mcptui.demo.serve import serving_model


def test_model_is_served_while_the_block_lasts() -> None:
    with serving_model(pause=0) as url:
        listed = httpx2.get(f"{url}/models", timeout=60).json()
        body = {"model": MODEL_NAME, "messages": [{"role": "user", "content": "hello"}], "stream": True}
        streamed = httpx2.post(f"{url}/chat/completions", json=body, timeout=60)
    assert listed["data"][0]["id"] == MODEL_NAME
    assert streamed.text.endswith("data: [DONE]\n\n")
    # A test that runs beside this one may have the port by now.
    with suppress(httpx2.HTTPError):
        assert MODEL_NAME not in httpx2.get(f"{url}/models", timeout=10).text
    assert "demo model" not in {thread.name for thread in threading.enumerate()}
