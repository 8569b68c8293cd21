from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from mcptui.gateway.identity.authenticate import _DIGESTS, AuthError, authenticate
from mcptui.gateway.snapshot import Snapshot
from mcptui.protocol.keys import key_digest
from mcptui.state.loaded import Loaded
from tests.support.gateway import key, state

HOUR = timedelta(hours=1)


def digest(credential: str) -> str:
    return "sha256:" + hashlib.sha256(credential.encode()).hexdigest()


@pytest.fixture
def snapshot() -> Snapshot:
    now = datetime.now(UTC)
    keys = (
        key("good"),
        key("fresh", expires=now + HOUR),
        key("expired", expires=now - HOUR),
        key("disabled", enabled=False),
        key("rotated", previous_hash=digest("sk-before"), previous_expires=now + HOUR),
        key("over", previous_hash=digest("sk-over-before"), previous_expires=now - HOUR),
        key("endless", previous_hash=digest("sk-endless-before")),
        key("both", expires=now - HOUR, previous_hash=digest("sk-both-before"), previous_expires=now + HOUR),
    )
    return Snapshot(Loaded(state(*keys), "r"))


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": ["Bearer sk-good"]},
        {"authorization": ["bearer   sk-good"]},
        {"x-litellm-api-key": ["sk-good"]},
        {"x-litellm-api-key": ["Bearer sk-good"]},
        {"x-mcptui-key": ["sk-good"]},
        {"x-litellm-api-key": ["sk-good"], "authorization": ["Bearer of-an-upstream"]},
        {"x-mcptui-key": ["sk-good"], "authorization": ["Basic xyz"]},
    ],
)
def test_where_a_key_may_stand(snapshot: Snapshot, headers: dict[str, list[str]]) -> None:
    principal = authenticate(headers, snapshot, None)
    assert (principal.name, principal.id) == ("good", "key:good")


@pytest.mark.parametrize(
    ("headers", "reason", "status"),
    [
        ({}, "missing", 401),
        ({"x-api-key": ["sk-good"]}, "missing", 401),
        ({"authorization": ["Bearer wrong"]}, "unknown", 401),
        ({"authorization": ["Bearer SK-GOOD"]}, "unknown", 401),
        ({"authorization": ["Bearer sk-good2"]}, "unknown", 401),
        ({"authorization": ["Bearer sha256:" + "0" * 64]}, "unknown", 401),
        ({"x-litellm-api-key": [""]}, "unknown", 401),
        ({"authorization": ["sk-good"]}, "malformed", 401),
        ({"authorization": ["Basic sk-good"]}, "malformed", 401),
        ({"authorization": ["Bearer "]}, "malformed", 401),
        ({"authorization": [""]}, "malformed", 401),
        ({"authorization": ["Bearer sk-expired"]}, "expired", 401),
        ({"authorization": ["Bearer sk-disabled"]}, "disabled", 401),
        ({"authorization": ["Bearer sk-good", "Bearer sk-good"]}, "ambiguous", 400),
        ({"x-litellm-api-key": ["wrong"], "authorization": ["Bearer sk-good"]}, "unknown", 401),
        ({"x-litellm-api-key": ["wrong"], "x-mcptui-key": ["sk-good"]}, "unknown", 401),
        ({"authorization": ["Bearer \udcff\x00"]}, "unknown", 401),
    ],
)
def test_keys_that_are_none(snapshot: Snapshot, headers: dict[str, list[str]], reason: str, status: int) -> None:
    with pytest.raises(AuthError) as caught:
        authenticate(headers, snapshot, None)
    assert (caught.value.reason, caught.value.status) == (reason, status)
    challenge = "Bearer" if reason == "missing" else 'Bearer error="invalid_token"'
    assert caught.value.headers == ([(b"www-authenticate", challenge.encode())] if status == 401 else [])
    assert "sk-good" not in caught.value.message


@pytest.mark.parametrize(
    ("credential", "reason"),
    [
        ("sk-before", None),
        ("sk-rotated", None),
        ("sk-over-before", "expired"),
        ("sk-over", None),
        ("sk-endless-before", "expired"),
        ("sk-both-before", "expired"),
        ("sk-fresh", None),
    ],
)
def test_the_key_before_a_rotation_lives_as_long_as_agreed(
    snapshot: Snapshot, credential: str, reason: str | None
) -> None:
    assert snapshot.key_with(key_digest(credential))[1] == reason


def test_what_a_stranger_sends_is_not_remembered_where_it_is_long(snapshot: Snapshot) -> None:
    before = dict(_DIGESTS)
    with pytest.raises(AuthError, match="not known"):
        authenticate({"authorization": ["Bearer " + "x" * 30_000]}, snapshot, None)
    assert before == _DIGESTS
