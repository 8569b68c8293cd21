"""Requests that are not let in are recorded: which, from where and why, and never the key that was shown."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from mcptui.model import GatewaySettings, Server
from mcptui.model.runtime import NOBODY, CallRecord
from mcptui.protocol.keys import KEY_PREFIX, MARK
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream

Serve = Callable[..., Awaitable[RunningGateway]]

SHOWN = KEY_PREFIX + "Q" * 43
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url),
        key("all", servers=("*",)),
        key("off", enabled=False),
        key("late", expires=datetime(2020, 1, 1, tzinfo=UTC)),
        key("elsewhere", networks=("10.0.0.0/8",)),
        key("slow", rpm=1, servers=("*",)),
    )


async def recorded(gateway: RunningGateway) -> list[CallRecord]:
    await gateway.core.recorder.flush_all()
    return [record for record in gateway.records if record.outcome == "denied"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "error"),
    [
        ("POST", "/mcp", {}, 401, "No key: send it"),
        ("POST", "/mcp", {"authorization": f"Bearer {SHOWN}"}, 401, "The key is not known here."),
        ("GET", "/mcp", {"authorization": SHOWN}, 401, "Authorization must have the form"),
        ("POST", "/mcp/a", {"authorization": "Bearer sk-off"}, 401, "The key is disabled. (key off)"),
        ("GET", "/sse", {"authorization": "Bearer sk-late"}, 401, "The key has expired. (key late)"),
        ("POST", "/messages", {"x-mcptui-key": SHOWN}, 401, "The key is not known here."),
        ("GET", "/v1/models", {"x-litellm-api-key": SHOWN}, 401, "The key is not known here."),
        ("POST", "/v1/responses", {}, 401, "No key: send it"),
        ("POST", "/v1/files", {"authorization": f"Bearer {SHOWN}"}, 401, "The key is not known here."),
        ("POST", "/mcp", {"authorization": "Bearer sk-elsewhere"}, 403, "from 127.0.0.1. (key elsewhere)"),
        ("POST", "/mcp", {"host": "evil.example"}, 403, "The Host header is not one"),
        ("GET", "/health", {"origin": "https://evil.example"}, 403, "The Origin header is not allowed"),
    ],
)
async def test_a_refused_request_is_recorded(
    gateway: RunningGateway,
    http: httpx2.AsyncClient,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
    error: str,
) -> None:
    answer = await http.request(method, gateway.url + path, headers=headers, json=PING)
    assert answer.status_code == status
    (record,) = await recorded(gateway)
    assert (record.key, record.method, record.address) == (NOBODY, f"{method} {path}", "127.0.0.1")
    assert error in (record.error or "")
    assert "QQ" not in json.dumps(asdict(record))


async def test_more_than_its_limit_is_recorded_with_the_key(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    for _ in range(4):
        await http.post(f"{gateway.url}/mcp", headers={"authorization": "Bearer sk-slow"}, json=PING)
    first, others = await recorded(gateway)
    assert (first.times, others.times) == (1, 2)
    assert "(key slow)" in (first.error or "")


async def test_many_of_one_address_are_two_records(gateway: RunningGateway, http: httpx2.AsyncClient) -> None:
    for number in range(50):
        await http.post(f"{gateway.url}/mcp/{number}", headers={"authorization": f"Bearer wrong-{number}"}, json=PING)
    first, others = await recorded(gateway)
    assert (first.times, others.times) == (1, 49)


async def test_each_address_behind_a_proxy_has_its_own(serve: Serve, http: httpx2.AsyncClient) -> None:
    gateway = await serve(gateway=GatewaySettings(trusted_proxies=("127.0.0.1",)))
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        await http.post(f"{gateway.url}/mcp", headers={"x-forwarded-for": address}, json=PING)
    assert [(record.address, record.times) for record in await recorded(gateway)] == [
        ("192.0.2.1", 1),
        ("192.0.2.2", 1),
        ("192.0.2.1", 1),
    ]


async def test_who_is_refused_pushes_out_nobody_and_is_no_use_of_a_key(gateway: RunningGateway) -> None:
    await gateway.core.recorder.flush_all()
    history = gateway.core.stores.history
    before = await history.uses()
    gateway.core.refuse("POST /mcp", "192.0.2.1", "no")
    await gateway.core.recorder.flush_all()
    assert await history.uses() == before


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"/mcp/{SHOWN}", {}),
        (f"/{SHOWN}/mcp", {}),
        (f"/mcp/a,{SHOWN}", {}),
        (f"/mcp/{'x' * 150},{SHOWN}", {}),
        (f"/mcp/{'x' * 450},{SHOWN}", {}),
        ("/mcp", {"x-mcp-servers": SHOWN}),
        ("/mcp", {"x-mcp-servers": f"a, {SHOWN}"}),
        ("/mcp/sk-all", {}),
        ("/mcp/a,sk-all", {}),
        ("/mcp", {"x-mcp-servers": "sk-all"}),
        (f"/mcp?key={SHOWN}", {}),
    ],
)
@pytest.mark.parametrize("is_valid", [True, False])
async def test_a_key_in_a_url_or_in_a_scope_is_in_no_column(
    gateway: RunningGateway, http: httpx2.AsyncClient, path: str, headers: dict[str, str], is_valid: bool
) -> None:
    headers = {**headers, "authorization": "Bearer sk-all" if is_valid else f"Bearer {SHOWN}"}
    await http.post(gateway.url + path, headers=headers, json=PING)
    await gateway.core.recorder.flush_all()
    assert gateway.records
    for record in gateway.records:
        text = json.dumps(asdict(record))
        assert "QQ" not in text
        assert "sk-all" not in text


def test_what_is_no_key_stays(gateway: RunningGateway) -> None:
    assert gateway.core.snapshot.without_keys("POST /mcp/a,b") == "POST /mcp/a,b"
    assert gateway.core.snapshot.without_keys("/x/sk-all,sk-off?k=sk-none") == f"/x/{MARK},{MARK}?k=sk-none"


async def test_a_new_record_of_any_text_with_a_key_has_none(gateway: RunningGateway) -> None:
    columns: dict[str, Any] = dict.fromkeys(("method", "name", "tool", "scope", "client", "error", "server"), SHOWN)
    from mcptui.gateway.record.recorder import presentable

    record = replace(CallRecord(id=1, at=0.0, key="k", method=""), **columns)
    assert "QQ" not in json.dumps(asdict(presentable(record, gateway.core.registry.known)))
