from __future__ import annotations

import json
from typing import Any

import pytest

from mcptui.upstream.refusal import Refusal, is_about_lost_session

#: Sentences of servers in the field about a session that they do not know.
LOST = [
    "Bad Request: No valid session ID provided",
    "Bad Request: No valid session ID or not an initialize request",
    "Bad Request: Server not initialized",
    "Bad Request: Mcp-Session-Id header is required",
    "Could not find session",
    "Invalid MCP session",
    "Invalid or missing session ID",
    "Invalid or missing session ID for GET request",
    "Invalid or unknown session.",
    "MCP session was invalidated",
    "No active session",
    "No transport found for sessionId",
    "Not Found: Invalid or expired session ID",
    "Not Found: Session has been terminated",
    "Session 0d0c1b6a-55c4-4b4e-8d6f-0d3c8a0e6a11 not found",
    "session 'abc' does not exist",
    "Session expired",
    "Session not found",
    "Session not found or expired. Please reinitialize.",
    "Unauthorized: Session not found",
]
#: Sentences about something else.
OTHER = [
    "",
    "Browser session not found",
    "Database session expired",
    "Method not found",
    "Method not found: session/new",
    "Not Found",
    "Session",
    "Session is valid and active",
    "Unknown tool: session",
    "The model could not find a session for the user's order",
    "session " * 100 + "not found",
]


@pytest.mark.parametrize("sentence", LOST)
def test_sentences_about_a_lost_session(sentence: str) -> None:
    assert is_about_lost_session(sentence)


@pytest.mark.parametrize("sentence", OTHER)
def test_sentences_about_something_else(sentence: str) -> None:
    assert not is_about_lost_session(sentence)


def rpc(code: int, message: str, id_: Any = None) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": id_, "error": {"code": code, "message": message}})


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, ""),
        (404, "<html><title>404 Not Found</title>"),
        (404, rpc(-32001, "Session not found")),
        (404, rpc(-32000, "whatever")),
        (404, rpc(-32600, "Session terminated", 7)),
        (400, rpc(-32000, "Bad Request: No valid session ID provided")),
        (400, rpc(-32000, "Bad Request: No valid session ID provided", 7)),
        (400, rpc(-32000, "Bad Request: No valid session ID provided", "7")),
        (400, '{"error": "Invalid or missing session ID"}'),
        (400, '{"error": {"type": "gone", "message": "session expired"}}'),
        (401, "Unauthorized: Session not found"),
        (503, rpc(-32000, "Session not found")),
        (200, rpc(-32000, "Session not found")),
    ],
)
def test_the_session_is_lost(status: int, body: str) -> None:
    assert Refusal(status, body.encode()).means_lost_session(7, "s1")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, rpc(-32601, "Method not found", 7)),
        (404, rpc(-32000, "no such file", 7)),
        (404, rpc(-32601, "Session not found", 7)),
        (200, rpc(-32000, "Session not found", 7)),
        (400, rpc(-32602, "Invalid params")),
        (400, "Bad Request"),
        (401, ""),
        (401, '{"error": "invalid_token"}'),
        (500, "Internal Server Error"),
        (500, "\xff\xfe"),
    ],
)
def test_the_session_is_not_lost(status: int, body: str) -> None:
    assert not Refusal(status, body.encode("latin-1")).means_lost_session(7, "s1")


@pytest.mark.parametrize(
    ("body", "repeats"),
    [(rpc(-32000, "x", 7), True), (rpc(-32000, "x", "7"), True), (rpc(-32000, "x"), False), ('{"id": 7}', False)],
)
def test_whether_it_has_the_id_of_the_request(body: str, repeats: bool) -> None:
    assert Refusal(400, body.encode()).repeats(7) is repeats


def test_without_a_session_404_says_nothing_of_one() -> None:
    assert not Refusal(404, b"").means_lost_session(7, None)
    assert Refusal(400, rpc(-32000, "Server not initialized").encode()).means_lost_session(7, None)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"database is down\n", "database is down"),
        (b'{"error": "quota", "code": 1}', "quota"),
        (b'{"message": "no", "detail": "x"}', "no"),
        (rpc(-5, "a\nb").encode(), "a b"),
        (b"<html><head><title>502 Bad Gateway</title></head>", "502 Bad Gateway"),
        (b"<html><body>nothing to show</body>", ""),
        (b"[1, 2]", ""),
        (b"x" * 1000, "x" * 199 + "…"),
        (b"\x1b[31mred", "\\u001b[31mred"),
    ],
)
def test_words_for_people(body: bytes, words: str) -> None:
    assert Refusal(500, body).words == words
