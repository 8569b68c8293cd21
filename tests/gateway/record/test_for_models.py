from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.record.for_models import result_for_model
from mcptui.protocol.errors import RpcError
from mcptui.secrets.known import SECRET_MARK, KnownSecrets

RESULT = {"content": [{"type": "text", "text": "canary-secret in production"}], "structuredContent": {"n": 1}}


@pytest.fixture
def known() -> KnownSecrets:
    known = KnownSecrets()
    known.add("${secret:a}", "canary-secret")
    known.add("${env:STAGE}", "production", is_certain=False)
    return known


async def result() -> dict[str, Any]:
    return RESULT


async def failure() -> dict[str, Any]:
    raise RpcError(-32000, "401 for canary-secret in production", {"a": 1})


async def test_a_model_is_told_no_secret_and_every_word(known: KnownSecrets) -> None:
    told = await result_for_model(result(), known)
    assert told["content"] == [{"type": "text", "text": f"{SECRET_MARK} in production"}]
    assert told["structuredContent"] == {"n": 1}
    with pytest.raises(RpcError) as caught:
        await result_for_model(failure(), known)
    assert caught.value.message == f"401 for {SECRET_MARK} in production"
    assert caught.value.code == -32000


async def test_without_secrets_a_result_is_itself() -> None:
    assert await result_for_model(result(), KnownSecrets()) is RESULT
