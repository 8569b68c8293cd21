"""Known secrets are left out, in whatever form they are printed."""

from __future__ import annotations

import json
from urllib.parse import quote

import orjson
import pytest

from mcptui.secrets.known import SECRET_MARK, KnownSecrets

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----\n"
ODD = 'quote"back\\slash/é&=tab\t'


def known(*values: str) -> KnownSecrets:
    found = KnownSecrets()
    for number, value in enumerate(values):
        found.add(str(number), value)
    return found


@pytest.mark.parametrize(
    ("values", "text", "shown"),
    [
        ((), "canary-1", "canary-1"),
        (("canary-1",), "nothing of it", "nothing of it"),
        (("canary-1",), "canary-1", SECRET_MARK),
        (("canary-1",), "a canary-1, canary-1b", f"a {SECRET_MARK}, {SECRET_MARK}b"),
        # Too short to tell it from ordinary text.
        (("secret1",), "secret1", "secret1"),
        # One is the beginning of another.
        (("canary-1", "canary-1-long"), "canary-1-long canary-1", f"{SECRET_MARK} {SECRET_MARK}"),
        ((ODD,), f"x {ODD} y", f"x {SECRET_MARK} y"),
        ((ODD,), json.dumps({"a": ODD}), json.dumps({"a": SECRET_MARK})),
        ((ODD,), orjson.dumps({"a": ODD}).decode(), orjson.dumps({"a": SECRET_MARK}).decode()),
        ((ODD,), f"https://h/?q={quote(ODD, safe='')}", f"https://h/?q={SECRET_MARK}"),
        # A program prints a line at a time.
        ((PEM,), "error at MIIEvQIBADANBgkqhkiG", f"error at {SECRET_MARK}"),
        ((PEM,), "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"),
        # The credentials of a service account: its private key, not its type.
        (('{"type": "service_account", "private_key": "canary-key"}',), "service_account", "service_account"),
        (('{"type": "service_account", "private_key": "canary-key"}',), "canary-key", SECRET_MARK),
        (("{no json canary",), "{no json canary", SECRET_MARK),
        (("[1, 2, 3, 4]",), "[1, 2, 3, 4]", SECRET_MARK),
    ],
)
def test_what_is_left(values: tuple[str, ...], text: str, shown: str) -> None:
    assert known(*values).without(text) == shown
    encoded = text.encode()
    assert known(*values).are_in(encoded) == (shown != text)
    assert known(*values).beginning(encoded, len(encoded)) == shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it was canary-l…", f"it was {SECRET_MARK}…"),
        ("it was canary-long-and-lon…", f"it was {SECRET_MARK}…"),
        ("(canary-l…) and canary-long… and more", f"({SECRET_MARK}…) and {SECRET_MARK}… and more"),
        ("canary-l canary-lon…", f"canary-l {SECRET_MARK}…"),
        ("canary-long-and-longer…", f"{SECRET_MARK}…"),
        # Too little to tell it from ordinary text, the beginning of another word, or not cut.
        ("it was canary-…", "it was canary-…"),
        ("a canary-like…", "a canary-like…"),
        ("a canary-long word", "a canary-long word"),
    ],
)
def test_a_secret_that_was_cut_is_left_out(text: str, shown: str) -> None:
    assert known("another-secret", "canary-long-and-longer").without(text) == shown


def test_a_text_of_nothing_but_cuts_takes_no_longer_than_another_of_its_length() -> None:
    assert known("canary-long-and-longer").without("a…" * 2_000_000 + "canary-l…").endswith(f"a…{SECRET_MARK}…")


def test_a_plain_word_is_no_certain_secret() -> None:
    found = KnownSecrets()
    found.add("${secret:a}", "canary-1")
    found.add("${env:STAGE}", "production", is_certain=False)
    assert found.without("canary-1 in production") == f"{SECRET_MARK} in {SECRET_MARK}"
    assert found.certain.without("canary-1 in production") == f"{SECRET_MARK} in production"
    assert found.certain.certain is found.certain


def test_a_text_without_any_is_itself() -> None:
    for text in ("nothing of it", "nothing of… it"):
        assert known("canary-1").without(text) is text


def test_the_beginning_has_no_part_of_one() -> None:
    secrets = known("Q" * 40)
    for place in range(120):
        text = ("x" * place + "Q" * 40 + "y" * 100 + "Q" * 40).encode()
        for limit in range(0, 200, 7):
            assert b"Q" not in secrets.beginning(text, limit)


def test_the_newest_values_of_each_source_are_known() -> None:
    """A token that was renewed is known a while; a server that renews one every hour fills nothing."""
    secrets = KnownSecrets()
    for number in range(1_000):
        secrets.add("token of s", f"canary-{number:04}")
    secrets.add("other", "canary-other", None, "", "short")
    assert secrets.without("canary-0999 canary-0992 canary-0991") == f"{SECRET_MARK} {SECRET_MARK} canary-0991"
    assert secrets.without("canary-other short") == f"{SECRET_MARK} short"
    assert len(secrets._texts) < 40


def test_what_is_added_later_counts() -> None:
    secrets = known("canary-1")
    assert secrets.without("canary-1 canary-2") == f"{SECRET_MARK} canary-2"
    secrets.add("b", "canary-2")
    secrets.add("b", "canary-2")
    assert secrets.without("canary-1 canary-2") == f"{SECRET_MARK} {SECRET_MARK}"
    assert secrets.beginning(b"canary-2", 3) == SECRET_MARK.encode()


def test_half_characters_do_no_harm() -> None:
    assert known("canary-\ud800").without("a canary-\ud800") == f"a {SECRET_MARK}"
