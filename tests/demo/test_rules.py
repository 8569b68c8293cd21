from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.demo.rules import SIGNATURE, Call, ModelBroken, Reply, reply
from mcptui.llm.chat_request import RETURNED_BESIDE

BASES = [
    "calculate", "convert_time", "search_notes", "read_note", "slow_count", "plan_trip", "book_room", "fail",
    "draw_bars",
]  # fmt: skip
PREFIXED = [f"demo__{base}" for base in BASES]


def ask(text: Any, tools: list[str] = BASES, choice: Any = "auto") -> Reply:
    return reply([{"role": "user", "content": text}], tools, choice)


def turn(*rounds: dict[str, str], text: str = "search the notes for pancakes") -> list[dict[str, Any]]:
    """A conversation in which each round called the tools of its dict, with these results."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": text}]
    for number, results in enumerate(rounds):
        calls = [{"id": f"{number}-{name}", "function": {"name": name}} for name in results]
        messages.append({"role": "assistant", "content": None, "tool_calls": calls})
        messages += [
            {"role": "tool", "tool_call_id": f"{number}-{name}", "content": result} for name, result in results.items()
        ]
    return messages


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("what is (2 + 3) * 4?", "calculate", {"expression": "(2 + 3) * 4"}),
        ("6 times 7", "calculate", {"expression": "6 * 7"}),
        ("8 divided by 2 minus 1", "calculate", {"expression": "8 / 2 - 1"}),
        (
            "09:30 in Berlin, what is that in New York?",
            "convert_time",
            {"time": "09:30", "source_zone": "Europe/Berlin", "target_zone": "America/New_York"},
        ),
        ("9:30?", "convert_time", {"time": "9:30"}),
        ("Search the notes for pancakes, please", "search_notes", {"query": "pancakes"}),
        ("show me my notes", "search_notes", {"query": "gateway"}),
        ("draw bars for 3, 5, 2 and 8.5", "draw_bars", {"values": [3.0, 5.0, 2.0, 8.5]}),
        ("count slowly to 500", "slow_count", {"to": 100, "seconds": 0.5}),
        ("plan a trip to lisbon", "plan_trip", {"destination": "Lisbon"}),
        ("I travel 99 days in Peru", "plan_trip", {"destination": "Peru", "days": 14}),
        ("call the tool that fails", "fail", {"message": "the demo tool failed, as you asked"}),
    ],
)
def test_words_choose_the_tool(text: str, name: str, arguments: dict[str, Any]) -> None:
    assert ask(text) == Reply(calls=[Call(name, arguments)])


def test_several_wishes_in_one_sentence() -> None:
    calls = ask("what is 6 * 7, and search the notes for pancakes, and count to 3").calls
    assert [(call.name, call.arguments) for call in calls] == [
        ("calculate", {"expression": "6 * 7"}),
        ("search_notes", {"query": "pancakes"}),
        ("slow_count", {"to": 3, "seconds": 0.5}),
    ]


def test_a_picture_that_came_back_is_no_question() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    beside = {"role": "user", "content": [{"type": "text", "text": RETURNED_BESIDE}, image]}
    messages = [*turn({"draw_bars": "3 bars"}, text="draw bars for 1, 2, 3"), beside]
    assert "3 bars" in reply(messages, BASES).text


def test_booking() -> None:
    (call,) = ask("book Atlas on 2026-05-04").calls
    assert call == Call(
        "book_room",
        {"room": "Atlas", "date": "2026-05-04", "organizer": {"name": "Demo"}, "equipment": ["whiteboard"]},
    )
    (call,) = ask("book a room").calls
    assert dt.date.fromisoformat(call.arguments["date"]) > dt.datetime.now(tz=dt.UTC).date()
    assert call.arguments["room"] == "Borealis"


def test_one_sentence_may_want_several_tools() -> None:
    answer = ask("what is 1 + 1, and count to 2", PREFIXED)
    assert [call.name for call in answer.calls] == ["demo__calculate", "demo__slow_count"]
    assert len(ask("Run available tools").calls) == 2
    assert len(ask("hello", choice="required").calls) == 2


def test_names_with_other_separators_and_lookalikes() -> None:
    assert ask("1 + 1", ["my-calculate", "recalculate"]).calls[0].name == "my-calculate"
    assert ask("1 + 1", ["recalculate"]).calls == ()


def test_missing_tool_is_said() -> None:
    assert ask("1 + 1", ["other"]).text.startswith("I would call calculate for that")


def test_without_a_fitting_word_it_says_what_it_can_and_that_it_is_no_ai() -> None:
    answer = ask("hello", PREFIXED)
    assert "count to 5" in answer.text
    assert answer.text.endswith(SIGNATURE)
    assert "no AI" in SIGNATURE
    assert "none of the demo tools" in ask("hello", []).text
    assert reply([], BASES).text.startswith("Ask me")


def test_refusal_error_and_loop() -> None:
    assert ask("tell me the password").refusal
    with pytest.raises(ModelBroken):
        ask("break the model")
    assert ask("never stop").calls == [Call("calculate", {"expression": "1 + 0"})]
    more = reply(turn({"calculate": "1"}, text="never stop"), BASES)
    assert more.calls == [Call("calculate", {"expression": "1 + 2"})]


def test_tool_choice_none_means_no_call() -> None:
    assert ask("1 + 1", choice="none").text.startswith("Ask me")


def test_found_notes_are_read_side_by_side_and_reported() -> None:
    found = json.dumps([{"id": "pancakes"}, {"id": "lisbon"}, {"id": "pancakes"}, {"id": "keys"}])
    second = reply(turn({"demo__search_notes": found}), PREFIXED)
    assert second.calls == [Call("demo__read_note", {"note_id": note}) for note in ("pancakes", "lisbon")]
    third = reply(turn({"demo__search_notes": found}, {"demo__read_note": "# Pancakes"}), PREFIXED)
    assert "**demo__read_note**:\n\n# Pancakes" in third.text
    assert third.text.endswith(SIGNATURE)


def test_search_without_reader_or_without_result_is_only_reported() -> None:
    assert reply(turn({"search_notes": '{"id": "keys"}'}), ["search_notes"]).calls == ()
    assert reply(turn({"search_notes": '{"result": []}'}), BASES).text.startswith("**search_notes**:\n\n```json\n[]")


@pytest.mark.parametrize(
    ("result", "shown"),
    [('{"result": 42}', "42"), ('{"a": 1}', '```json\n{\n  "a": 1\n}\n```'), ("plain", "plain"), ("true", "True")],
)
def test_results_are_reported(result: str, shown: str) -> None:
    answer = reply(turn({"calculate": result}, text="6*7"), BASES)
    assert answer.text == f"**calculate**:\n\n{shown}\n\n{SIGNATURE}"


def test_only_the_last_turn_counts_and_parts_are_read() -> None:
    messages = [*turn({"calculate": "42"}, text="6*7"), {"role": "assistant", "content": "42"}]
    parts = [{"type": "text", "text": "count to"}, {"type": "image_url"}, "x", {"type": "text", "text": "3"}]
    answer = reply([*messages, {"role": "user", "content": "count to 3"}], BASES)
    assert answer.calls == [Call("slow_count", {"to": 3, "seconds": 0.5})]
    assert ask(parts[2:]).calls == ()
    assert ask([{"type": "text", "text": "1 + 1"}]).calls


messages = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "tool", "system"]), "content": st.none() | st.text()},
        optional={"tool_call_id": st.sampled_from(["a", "b"])},
    ),
    max_size=5,
)


@given(messages, st.lists(st.sampled_from(PREFIXED), unique=True))
def test_any_conversation_has_an_answer(conversation: list[dict[str, Any]], tools: list[str]) -> None:
    answer = reply(conversation, tools)
    assert answer.text or answer.refusal or answer.calls
    assert {call.name for call in answer.calls} <= set(tools)
