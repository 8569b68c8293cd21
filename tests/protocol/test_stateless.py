from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from mcptui.protocol.errors import HEADER_MISMATCH, INVALID_PARAMS, UNSUPPORTED_VERSION, RpcError
from mcptui.protocol.stateless import (
    LOG_LEVELS,
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_LOG_LEVEL,
    META_SUBSCRIPTION,
    META_VERSION,
    check_request,
    is_stateless,
    is_told,
    level_reached,
    without_envelope,
    without_subscription,
)

VERSION = "2026-07-28"
ENVELOPE = {META_VERSION: VERSION, META_CAPABILITIES: {}}


def message(method: str = "tools/list", *, meta: Any = None, **params: Any) -> dict[str, Any]:
    envelope = ENVELOPE if meta is None else meta
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": envelope, **params}}


def headers(method: str = "tools/list", **more: list[str]) -> dict[str, list[str]]:
    return {"mcp-protocol-version": [VERSION], "mcp-method": [method]} | {
        name.replace("_", "-"): values for name, values in more.items()
    }


@pytest.mark.parametrize(
    ("body", "sent", "stateless"),
    [
        (message(), {}, True),
        (message(meta={META_VERSION: "1999-01-01"}), {}, True),
        (message(meta={}), {}, False),
        (message(meta={}), {"mcp-protocol-version": [VERSION]}, True),
        (message(meta={}), {"mcp-protocol-version": ["2099-01-01"]}, True),
        (message(meta={}), {"mcp-protocol-version": ["2025-06-18"]}, False),
        (message(), {"mcp-protocol-version": ["2025-06-18"]}, True),
        ({"method": "x", "params": []}, {}, False),
        ([], {}, False),
        (None, {}, False),
    ],
)
def test_eras_are_told_apart_by_the_body_first(body: Any, sent: dict[str, list[str]], stateless: bool) -> None:
    assert is_stateless(body, sent) is stateless


def test_a_sound_request() -> None:
    meta = {
        META_VERSION: VERSION, META_CAPABILITIES: {"sampling": {}}, META_CLIENT_INFO: {"name": "c"},
        META_LOG_LEVEL: "info",
    }  # fmt: skip
    envelope = check_request(message(meta=meta), headers())
    assert envelope.version == VERSION
    assert envelope.capabilities == {"sampling": {}}
    assert envelope.client_info == {"name": "c"}
    assert envelope.log_level == "info"


def test_client_info_is_for_display_only() -> None:
    meta = {META_VERSION: VERSION, META_CAPABILITIES: {}, META_CLIENT_INFO: "text"}
    assert check_request(message(meta=meta), headers()).client_info is None


@pytest.mark.parametrize(
    ("method", "params", "header"),
    [
        ("tools/call", {"name": "t"}, "t"),
        ("prompts/get", {"name": "ü"}, "=?base64?w7w=?="),
        ("resources/read", {"uri": "a:b"}, "a:b"),
        ("tasks/get", {"taskId": "7"}, "7"),
    ],
)
def test_the_name_is_repeated(method: str, params: dict[str, Any], header: str) -> None:
    assert check_request(message(method, **params), headers(method, mcp_name=[header])).version == VERSION
    for wrong in ({}, {"mcp_name": ["other"]}, {"mcp_name": ["=?base64?e?="]}):
        with pytest.raises(RpcError, match="Mcp-Name") as caught:
            check_request(message(method, **params), headers(method, **wrong))
        assert caught.value.code == HEADER_MISMATCH


def test_a_missing_name_is_for_the_method_to_refuse() -> None:
    assert check_request(message("tools/call"), headers("tools/call")).version == VERSION


@pytest.mark.parametrize(
    ("body", "sent", "code"),
    [
        (message(), {"mcp-method": ["tools/list"]}, HEADER_MISMATCH),
        (message(), headers() | {"mcp-protocol-version": ["2025-11-25"]}, HEADER_MISMATCH),
        (message(), {"mcp-protocol-version": [VERSION]}, HEADER_MISMATCH),
        (message(), headers("Tools/list"), HEADER_MISMATCH),
        (message(), headers(mcp_name=["a", "a"]), HEADER_MISMATCH),
        (message(), headers() | {"mcp-method": ["tools/list"] * 2}, HEADER_MISMATCH),
        (message(), headers() | {"mcp-protocol-version": [VERSION] * 2}, HEADER_MISMATCH),
        ({"method": "tools/list"}, headers(), INVALID_PARAMS),
        ({"method": "tools/list", "params": {"_meta": 5}}, headers(), INVALID_PARAMS),
        (message(meta={META_VERSION: VERSION}), headers(), INVALID_PARAMS),
        (message(meta={META_CAPABILITIES: {}}), headers(), INVALID_PARAMS),
        (message(meta={META_VERSION: VERSION, META_CAPABILITIES: []}), headers(), INVALID_PARAMS),
        (message(meta=ENVELOPE | {META_LOG_LEVEL: "loud"}), headers(), INVALID_PARAMS),
        (message(meta={META_VERSION: 5, META_CAPABILITIES: {}}), headers(), HEADER_MISMATCH),
        (
            message(meta={META_VERSION: "2099-01-01", META_CAPABILITIES: {}}),
            headers() | {"mcp-protocol-version": ["2099-01-01"]},
            UNSUPPORTED_VERSION,
        ),
    ],
)  # fmt: skip
def test_the_ladder(body: dict[str, Any], sent: dict[str, list[str]], code: int) -> None:
    with pytest.raises(RpcError) as caught:
        check_request(body, sent)
    assert caught.value.code == code
    if code == UNSUPPORTED_VERSION:
        assert caught.value.data == {"supported": [VERSION], "requested": "2099-01-01"}


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({"a": 1}, {"a": 1}),
        ({"_meta": "x"}, {"_meta": "x"}),
        ({"a": 1, "_meta": {META_VERSION: VERSION}}, {"a": 1}),
        ({"_meta": {META_VERSION: VERSION, "progressToken": 1}}, {"_meta": {"progressToken": 1}}),
    ],
)
def test_a_handshake_server_sees_no_envelope(params: dict[str, Any], kept: dict[str, Any]) -> None:
    assert without_envelope(params) == kept


def test_log_levels() -> None:
    assert level_reached("error", "info")
    assert level_reached("info", "info")
    assert not level_reached("debug", "info")
    assert not level_reached("emergency", None)
    assert not level_reached("loud", "debug")
    assert not level_reached(None, "debug")
    assert len(LOG_LEVELS) == 8


def test_only_log_lines_are_held_back() -> None:
    assert is_told("notifications/progress", {}, None)
    assert is_told("notifications/message", {"level": "error"}, "info")
    assert not is_told("notifications/message", {"level": "debug"}, "info")
    assert not is_told("notifications/message", {"level": "debug"}, None)


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"uri": "a:b", "_meta": {META_SUBSCRIPTION: 7}}, {"uri": "a:b"}),
        ({"_meta": {META_SUBSCRIPTION: "7", "vendor/x": 1}}, {"_meta": {"vendor/x": 1}}),
        ({META_SUBSCRIPTION: 7}, {META_SUBSCRIPTION: 7}),
    ],
)
def test_the_id_of_a_subscription_stays_on_its_leg(params: dict[str, Any], told: dict[str, Any]) -> None:
    before = deepcopy(params)
    assert without_subscription(params) == told
    assert params == before


@pytest.mark.parametrize("params", [{}, {"_meta": {"vendor/x": 1}}, {"_meta": None}, {"_meta": [META_SUBSCRIPTION]}])
def test_params_of_no_subscription_are_the_same_object(params: dict[str, Any]) -> None:
    assert without_subscription(params) is params
