"""What is kept of a request: no secrets, no part of one, and no more than its beginning."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcptui.gateway.record.redaction import beginning, is_masked, kept, kept_text, mask, may_stay, shown_text
from mcptui.protocol.keys import KEY_PREFIX, MARK
from mcptui.secrets.known import SECRET_MARK, KnownSecrets

LIMIT = 256
# Never a part of anything else here, so that one letter of it is a leak.
LETTER = "Q"
NONE = KnownSecrets()
KEY = KEY_PREFIX + LETTER * 43


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"token": "x", "n": {"apiKey": "x"}}, {"token": "••••", "n": {"apiKey": "••••"}}),
        ({"_meta": {"progressToken": "p-1"}}, {"_meta": {"progressToken": "p-1"}}),
        ({"progressToken": 7, "progress": 1}, {"progressToken": 7, "progress": 1}),
        ({"progressToken": {"token": "x"}}, {"progressToken": {"token": "••••"}}),
        ([{"Authorization": "x"}], [{"Authorization": "••••"}]),
        ({"password": 123456, "pin": 5, "key": 1.5}, {"password": "••••", "pin": 5, "key": "••••"}),
        ({"passcodes": [1, [2, {"x": 3}]]}, {"passcodes": ["••••", ["••••", {"x": "••••"}]]}),
        ({"max_tokens": 9, "tokenCount": 2, "key_size": 3}, {"max_tokens": 9, "tokenCount": 2, "key_size": 3}),
        ({"tokens_details": {"reasoning": 5}}, {"tokens_details": {"reasoning": 5}}),
        ({"token": {"value": 5, "expires_in": 3600}}, {"token": {"value": "••••", "expires_in": 3600}}),
        ({"tokens": 5, "keyboard": "x", "keyId": "x"}, {"tokens": 5, "keyboard": "x", "keyId": "••••"}),
        ({"tokens": ["a", "b"]}, {"tokens": ["••••", "••••"]}),
        ({"tokens": [["a"], [], [["b", 5, None]]]}, {"tokens": [["••••"], [], [["••••", 5, None]]]}),
        ({"cookies": {"sid": "a", "age": 1}}, {"cookies": {"sid": "••••", "age": 1}}),
        ({"cookies": [{"name": "sid", "value": "a"}]}, {"cookies": [{"name": "••••", "value": "••••"}]}),
        ({"names": ["a", {"secret": ["b"]}]}, {"names": ["a", {"secret": ["••••"]}]}),
        ("plain", "plain"),
        ({"password": None, "secret": True, "pin": [1]}, {"password": None, "secret": True, "pin": [1]}),
    ],
)
def test_masking(value: Any, shown: Any) -> None:
    assert mask(value) == shown
    assert kept(value, 1_000, NONE) == shown
    assert is_masked(kept(value, 1_000, NONE)) == (shown != value)


def test_a_text_that_others_may_read() -> None:
    known = KnownSecrets()
    known.add("a", "canary-long-and-longer")
    assert shown_text(f"a canary-long-and-longer {KEY} \ud800", known) == f"a {SECRET_MARK} {MARK} \\ud800"


@pytest.mark.parametrize("size", [1, 1_000], ids=["small", "large"])
def test_a_secret_that_was_cut_is_left_out(size: int) -> None:
    known = KnownSecrets()
    known.add("a", "canary-long-and-longer")
    value = {"text": "it was canary-long…", "more": "x" * size}
    for shown in (kept(value, LIMIT, known), beginning(value, len(orjson.dumps(value)), LIMIT, known)):
        assert f"it was {SECRET_MARK}…" in str(shown)
        assert is_masked(shown)


def test_what_was_masked_is_known() -> None:
    assert is_masked(mask([{"token": "x"}]))
    assert is_masked(kept({"text": "x" * 100}, 50, NONE))
    assert is_masked(kept({"text": KEY}, 1_000, NONE))
    assert not is_masked({"cut": True, "beginning": "x"})


PARTS = st.sampled_from(["x", "token", "apiKey", KEY, "of the house", 'a"b\\c', "é", "\ud83d", 5, 2**70, None, True])
VALUES = st.recursive(
    PARTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(PARTS.filter(lambda part: isinstance(part, str)), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES, st.integers(1, 200))
@example(["token"], 9)
def test_what_may_stay_is_kept_as_it_is(value: Any, limit: int) -> None:
    known = KnownSecrets()
    known.add("a", "of the house", 'a"b\\c' * 2)
    if may_stay(value, limit, known):
        assert kept(value, limit, known) is value


def test_what_is_harmless_may_stay() -> None:
    value = ({"text": "x" * 10, "n": None}, None, ["tools/call"])
    assert may_stay(value, 100, NONE)
    assert not may_stay(value, 40, NONE)


def test_what_is_kept_whole_is_the_value_itself() -> None:
    value = {"text": "x" * 10, "n": None}
    assert kept(value, 100, NONE) is value
    assert kept(None, 100, NONE) is None


def test_what_was_cut_is_not_cut_again() -> None:
    cut = kept({"text": '"' * LIMIT}, LIMIT, NONE)
    assert kept(cut, LIMIT, NONE) is cut


SHAPES = [
    lambda text: text,
    lambda text: {"text": text},
    lambda text: [text],
    lambda text: {text: 1, "more": "x" * LIMIT},
    lambda text: {"nested": [{"text": text}, "x" * LIMIT]},
    # With keys before it, which become shorter when they are replaced.
    lambda text: [KEY, KEY, KEY, text],
    lambda text: {"text": f"{KEY} {KEY} {text}"},
    # What orjson does not write: an integer beyond 64 bits.
    lambda text: {"n": 2**70, "text": text},
]


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_a_key_at_any_place_leaves_no_part(shape: Any) -> None:
    for place in range(LIMIT + 60):
        value = shape("x" * place + KEY + "y" * LIMIT)
        for shown in (kept(value, LIMIT, NONE), beginning(value, 10_000, LIMIT, NONE)):
            assert len(shown["beginning"]) <= LIMIT
            assert LETTER not in shown["beginning"]


@given(st.text(max_size=LIMIT + 60), st.text(max_size=LIMIT), st.integers(1, 3))
def test_a_key_among_any_text_leaves_no_part(before: str, after: str, times: int) -> None:
    text = (before.replace(LETTER, "") + " " + KEY) * times + " " + after.replace(LETTER, "")
    cut = kept_text(text, min(LIMIT, len(text) - 1), NONE)
    for shown in (
        kept({"text": text}, LIMIT, NONE),
        beginning({"text": text}, 10_000, LIMIT, NONE),
        kept(cut, 1_000, NONE),
    ):
        assert LETTER not in orjson.dumps(shown).decode()


@pytest.mark.parametrize("length", [0, 5, LIMIT, LIMIT + 1, 10 * LIMIT])
def test_a_secret_across_the_end_leaves_no_part(length: int) -> None:
    for place in range(0, LIMIT + 10, 7):
        value = {"text": "x" * place, "password": LETTER * length, "tokens": [LETTER * length], "more": "x" * LIMIT}
        for shown in (kept(value, LIMIT, NONE), beginning(value, 10_000, LIMIT, NONE)):
            assert LETTER not in shown["beginning"]


def test_a_short_text_is_kept_as_it_is() -> None:
    assert kept_text("half \ud83d" * 5, 8, NONE) == "half \ud83dha"
    assert kept_text(f"x {KEY}", 20, NONE) == f"x {MARK}"[:20]
