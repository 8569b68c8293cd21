from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol.errors import (
    INVALID_PARAMS,
    MISSING_CAPABILITY,
    RESOURCE_NOT_FOUND,
    URL_ELICITATION_REQUIRED,
    RpcError,
)
from mcptui.protocol.results import (
    error_to_handshake,
    error_to_stateless,
    login_as_text,
    to_handshake,
    to_stateless,
)
from mcptui.protocol.stateless import META_SERVER_INFO, META_SUBSCRIPTION

INFO = {"name": "gateway"}


def test_a_handshake_result_becomes_complete() -> None:
    result: dict[str, Any] = {"content": [], "vendor": None}
    assert to_stateless("tools/call", result, INFO) == {
        "content": [], "vendor": None, "resultType": "complete", "_meta": {META_SERVER_INFO: INFO},
    }  # fmt: skip
    assert result == {"content": [], "vendor": None}


@pytest.mark.parametrize(("ttl", "sent"), [(None, 0), (5, 5), (-1, 0), (True, 0), ("9", 0), (1.5, 0)])
def test_cacheable_results_are_private_and_have_a_time(ttl: Any, sent: int) -> None:
    value = to_stateless("resources/read", {"contents": [], "ttlMs": ttl, "cacheScope": "public"}, INFO)
    assert (value["ttlMs"], value["cacheScope"]) == (sent, "private")


def test_interim_results_carry_no_cache_hints() -> None:
    value = to_stateless("resources/read", {"resultType": "input_required", "requestState": "s"}, INFO)
    assert "ttlMs" not in value
    assert value["resultType"] == "input_required"


@pytest.mark.parametrize("meta", [None, "text", {"trace": 1, META_SERVER_INFO: {"name": "upstream"}}])
def test_the_gateway_is_the_server(meta: Any) -> None:
    assert to_stateless("tools/call", {"_meta": meta}, INFO)["_meta"][META_SERVER_INFO] == INFO


def test_a_handshake_client_sees_nothing_of_the_other_era() -> None:
    result = {"contents": [], "resultType": "complete", "ttlMs": 1, "cacheScope": "private"}
    assert to_handshake(result) == {"contents": []}
    assert to_handshake({"_meta": {META_SERVER_INFO: INFO}}) == {}
    assert to_handshake({"_meta": {META_SERVER_INFO: INFO, "own": 1}}) == {"_meta": {"own": 1}}
    assert to_handshake({"_meta": {META_SUBSCRIPTION: 7, "own": 1}}) == {"_meta": {"own": 1}}


def test_no_client_sees_the_id_of_a_subscription_of_the_gateway() -> None:
    result = {"_meta": {META_SUBSCRIPTION: 7, "own": 1}}
    assert to_stateless("tools/call", result, INFO)["_meta"] == {"own": 1, META_SERVER_INFO: INFO}


@pytest.mark.parametrize("result", [{}, {"content": [None], "x": None}, {"_meta": {"own": None}}, {"_meta": 5}])
def test_other_results_are_the_same_object(result: dict[str, Any]) -> None:
    assert to_handshake(result) is result


def test_errors_between_the_eras() -> None:
    missing = RpcError(RESOURCE_NOT_FOUND, "gone", {"uri": "a:b"})
    assert error_to_stateless(missing).to_wire() == {"code": INVALID_PARAMS, "message": "gone", "data": {"uri": "a:b"}}
    assert error_to_stateless(RpcError(URL_ELICITATION_REQUIRED, "log in")).code == MISSING_CAPABILITY
    entries = {"elicitations": [{"url": "https://a.example", "message": "?", "elicitationId": "e"}]}
    shown = login_as_text(RpcError(URL_ELICITATION_REQUIRED, "log in", entries))
    assert shown == {"content": [{"type": "text", "text": "log in\nhttps://a.example"}], "isError": True}
    assert error_to_handshake("resources/read", error_to_stateless(missing)).code == RESOURCE_NOT_FOUND


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("tools/call", RpcError(INVALID_PARAMS, "x", {"uri": "a:b"})),
        ("resources/read", RpcError(INVALID_PARAMS, "x", ["uri"])),
        ("resources/read", RpcError(INVALID_PARAMS, "x", {})),
        ("resources/read", RpcError(-1, "x", {"uri": "a:b"})),
    ],
)
def test_other_errors_stay(method: str, error: RpcError) -> None:
    assert error_to_handshake(method, error) is error
    assert error_to_stateless(error) is error


def test_metadata_that_a_server_sent_empty_stays_empty() -> None:
    assert to_handshake({"resultType": "complete", "_meta": {}}) == {"_meta": {}}
