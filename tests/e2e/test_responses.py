"""Responses that a provider keeps, when the gateway's process ends and another one begins."""

from __future__ import annotations

import asyncio
import stat

import openai
import pytest

from tests.support.home import Home
from tests.support.provider import ScriptedProvider


async def test_a_response_is_still_whose_it_was_after_a_restart(fresh: Home) -> None:
    async with ScriptedProvider() as provider:
        words = ("model", "add", "m", "--base-url", provider.url)
        await asyncio.to_thread(fresh, *words, "--api", "responses", "--no-api-key")
        mine = (await asyncio.to_thread(fresh, "key", "create", "mine")).out.strip()
        other = (await asyncio.to_thread(fresh, "key", "create", "other")).out.strip()
        async with (
            openai.AsyncOpenAI(base_url=f"{fresh.url}/v1", api_key=mine) as client,
            openai.AsyncOpenAI(base_url=f"{fresh.url}/v1", api_key=other) as stranger,
        ):
            made = await client.responses.create(model="m", input="a question that stays between us")
            await asyncio.to_thread(fresh, "gateway", "restart")
            assert (await client.responses.retrieve(made.id)).id == made.id
            with pytest.raises(openai.NotFoundError):
                await stranger.responses.retrieve(made.id)
    (kept,) = fresh.path.rglob("responses.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    text = kept.read_text()
    assert made.id in text
    for secret in ("between us", mine, other, "sha256"):
        assert secret not in text
