from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol.errors import INVALID_PARAMS, METHOD_NOT_FOUND
from mcptui.protocol.questions import (
    asks_for_input,
    can_open_urls,
    input_required,
    refusal,
    to_handshake,
    to_stateless,
    url_questions,
    without_answers,
)

URL = {"mode": "url", "message": "Log in", "url": "https://a.example"}


@pytest.mark.parametrize(
    ("method", "params", "capabilities", "code"),
    [
        ("roots/list", {}, {}, METHOD_NOT_FOUND),
        ("roots/list", {}, {"roots": {}}, None),
        ("sampling/createMessage", {}, {"roots": {}}, METHOD_NOT_FOUND),
        ("unknown/question", {}, {"": {}, "roots": {}}, METHOD_NOT_FOUND),
        ("elicitation/create", {}, {"elicitation": {}}, None),
        ("elicitation/create", {"mode": "form"}, {"elicitation": {"url": {}}}, INVALID_PARAMS),
        ("elicitation/create", URL, {"elicitation": {}}, INVALID_PARAMS),
        ("elicitation/create", URL, {"elicitation": {"form": {}, "url": {}}}, None),
        ("elicitation/create", URL, {"elicitation": 5}, INVALID_PARAMS),
    ],
)
def test_who_can_be_asked(method: str, params: dict[str, Any], capabilities: dict[str, Any], code: int | None) -> None:
    refused = refusal(method, params, capabilities)
    assert (refused.code if refused else None) == code


def test_the_id_of_a_url_belongs_to_one_era() -> None:
    asked = to_handshake("elicitation/create", URL)
    assert asked == {**URL, "elicitationId": asked["elicitationId"]}
    assert to_handshake("elicitation/create", URL) != asked, "an id is used once"
    assert to_handshake("elicitation/create", asked) is asked
    assert to_stateless("elicitation/create", asked) == URL
    for method, params in (("elicitation/create", {"message": "?"}), ("roots/list", URL)):
        assert to_handshake(method, params) is params
        assert to_stateless(method, params) is params


@pytest.mark.parametrize("data", [None, {}, {"elicitations": None}, {"elicitations": [None, {"url": 5}]}])
def test_an_error_without_urls_asks_nothing(data: Any) -> None:
    assert url_questions(data) == {}


def test_an_error_with_urls_is_a_question() -> None:
    data = {"elicitations": [{**URL, "elicitationId": "e"}]}
    assert url_questions(data) == {"1": {"method": "elicitation/create", "params": URL}}
    assert can_open_urls({"elicitation": {"url": {}}})
    assert not can_open_urls({"elicitation": {}})


def test_a_result_that_asks_and_the_request_without_what_its_retry_adds() -> None:
    asked = input_required({"1": {"method": "roots/list"}}, "state")
    assert asks_for_input(asked)
    assert not asks_for_input({"resultType": "complete"})
    assert not asks_for_input({})
    params = {"name": "t", "requestState": asked["requestState"], "inputResponses": {"1": {}}}
    assert without_answers(params) == {"name": "t"}
