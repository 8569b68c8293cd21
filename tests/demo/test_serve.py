from __future__ import annotations

import threading

import httpx2
import pytest

from mcptui.demo.rules import MODEL_NAME
from mcptui.demo.serve import serving_model


def test_model_is_served_while_the_block_lasts() -> None:
    with serving_model(pause=0) as url:
        listed = httpx2.get(f"{url}/models", timeout=10).json()
        body = {"model": MODEL_NAME, "messages": [{"role": "user", "content": "hello"}], "stream": True}
        streamed = httpx2.post(f"{url}/chat/completions", json=body, timeout=10)
    assert listed["data"][0]["id"] == MODEL_NAME
    assert streamed.text.endswith("data: [DONE]\n\n")
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/models", timeout=10)
    assert "demo model" not in {thread.name for thread in threading.enumerate()}
