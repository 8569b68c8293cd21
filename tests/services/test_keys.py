from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Key, Team
from mcptui.model.setting import settings_of
from mcptui.protocol.keys import key_digest
from mcptui.services.keys import create_key, remove_key, revoke_key, rotate_key, set_key_enabled
from mcptui.services.subjects import create_subject
from mcptui.services.workspace import Workspace

NOW = datetime.now(UTC)


@pytest.fixture
def ws(ws: Workspace) -> Workspace:
    create_subject(ws, Team(name="data"))
    return ws


def test_new_key_is_kept_as_a_hash(ws: Workspace) -> None:
    expires = NOW.replace(microsecond=0) + timedelta(days=1)
    created = create_key(ws, "laptop", team="data", servers=("*",), expires=expires, rpm=5, description="d")
    assert re.fullmatch(r"sk-mcptui-[A-Za-z0-9_-]{43}", created.secret)
    assert created.key.hash == f"sha256:{hashlib.sha256(created.secret.encode()).hexdigest()}"
    assert created.key.hint == f"sk-mcptui-…{created.secret[-4:]}"
    assert created.key == created.change.after.state.keys["laptop"] == ws.load().state.keys["laptop"]
    assert (created.key.team, created.key.servers, created.key.expires) == ("data", ("*",), expires)
    assert created.key.created is not None
    assert abs(created.key.created - NOW) < timedelta(hours=1)
    for place in (repr(created), ws.paths.config_file.read_text(encoding="utf-8")):
        assert created.secret not in place
    assert create_key(ws, "other").secret != created.secret


def test_a_new_key_takes_every_setting_that_people_edit(ws: Workspace) -> None:
    said = {name: each.default for name, each in settings_of(Key).items() if each.about.is_editable}
    created = create_key(ws, "k", **said).key
    assert created == Key(name="k", hash=created.hash, hint=created.hint, created=created.created)


def test_refusals(ws: Workspace) -> None:
    create_key(ws, "k")
    with pytest.raises(RefusedError, match="exists"):
        create_key(ws, "k")
    with pytest.raises(RefusedError, match="cannot belong to team and org"):
        create_key(ws, "l", team="data", org="data")
    with pytest.raises(RefusedError, match="would have expired"):
        create_key(ws, "l", expires=NOW - timedelta(days=1))
    with pytest.raises(NotFoundError):
        create_key(ws, "l", user="nobody")
    assert list(ws.load().state.keys) == ["k"]


def test_rotation_with_and_without_overlap(ws: Workspace) -> None:
    first = create_key(ws, "k")
    second = rotate_key(ws, "k", overlap=timedelta(hours=1))
    assert second.secret != first.secret
    assert second.key.hash == key_digest(second.secret)
    assert second.key.previous_hash == first.key.hash
    assert second.key.previous_expires is not None
    assert second.key.previous_expires - NOW > timedelta(minutes=59)
    third = rotate_key(ws, "k")
    assert (third.key.previous_hash, third.key.previous_expires) == (None, None)
    assert third.key == ws.load().state.keys["k"]
    assert third.change.after.problems == ()


def test_revoked_key_and_its_predecessor_stop(ws: Workspace) -> None:
    create_key(ws, "k")
    rotate_key(ws, "k", overlap=timedelta(hours=1))
    key = revoke_key(ws, "k").after.state.keys["k"]
    assert not key.enabled
    assert key.previous_hash is None
    assert set_key_enabled(ws, "k", True).after.state.keys["k"].enabled
    assert set_key_enabled(ws, "k", False).summary == "Key k disabled"
    assert remove_key(ws, "k").after.state.keys == {}


def test_unknown_key(ws: Workspace) -> None:
    for use in (rotate_key, revoke_key, remove_key):
        with pytest.raises(NotFoundError, match='no key "nope"'):
            use(ws, "nope")
