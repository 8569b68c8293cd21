"""What goes back to a server, as the protocol has it."""

from __future__ import annotations

from mcptui.tui.ask.answer import CANCELLED, DECLINED, REJECTED, accepted, roots, sampled, unknown


def test_elicitations_have_three_ends() -> None:
    assert [answer.result for answer in (accepted({"a": 1}), accepted({}), accepted(), DECLINED, CANCELLED)] == [
        {"action": "accept", "content": {"a": 1}},
        {"action": "accept", "content": {}},
        {"action": "accept"},
        {"action": "decline"},
        {"action": "cancel"},
    ]


def test_a_sampled_message_is_one_of_the_assistant() -> None:
    result = sampled("Hi").result
    assert isinstance(result, dict)
    assert (result["role"], result["content"]) == ("assistant", {"type": "text", "text": "Hi"})
    assert {"model", "stopReason"} <= set(result)


def test_roots_are_objects() -> None:
    assert roots(["file:///a", "file:///b"]).result == {"roots": [{"uri": "file:///a"}, {"uri": "file:///b"}]}


def test_errors_have_no_result() -> None:
    for answer, code in ((REJECTED, -1), (unknown("odd/method"), -32601)):
        assert answer.result is None
        assert isinstance(answer.error, dict)
        assert answer.error["code"] == code
