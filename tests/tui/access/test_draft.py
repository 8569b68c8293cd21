"""What the form for subjects holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mcptui.access.subjects import Ref
from mcptui.model import Key, Org, Subject, Team, User
from mcptui.tui.access.draft import SubjectDraft

NOW = datetime(2026, 11, 22, tzinfo=UTC)

SUBJECTS: list[Subject] = [
    Org(name="acme", servers=("a",), description="d"),
    Team(name="data", org="acme", tools={"a": ("x",)}, rpm=5),
    User(name="ann", team="data", servers=()),
    Key(name="k", hash="sha256:1", hint="…1", user="ann", expires=datetime(2027, 1, 1, tzinfo=UTC), rpm=3),
    Key(name="k", hash="sha256:1", enabled=False),
]


@pytest.mark.parametrize("found", SUBJECTS, ids=lambda found: type(found).__name__)
def test_editing_without_a_change_changes_nothing(found: Subject) -> None:
    draft = SubjectDraft.of(found)
    assert draft.problems(NOW) == {}
    assert draft.subject(NOW) == found


def test_new_subjects() -> None:
    assert SubjectDraft("org", "acme", "d", servers=("a",)).subject(NOW) == Org(
        name="acme", servers=("a",), description="d"
    )
    assert SubjectDraft("team", "t", parent=Ref("org", "acme"), rpm="7").subject(NOW) == Team(
        name="t", org="acme", rpm=7
    )
    assert SubjectDraft("user", "u", parent=Ref("team", "t"), servers=()).subject(NOW) == User(
        name="u", team="t", servers=()
    )
    key = SubjectDraft("key", "k", parent=Ref("team", "t"), expires="30d").subject(NOW)
    assert isinstance(key, Key)
    assert (key.team, key.user, key.org) == ("t", None, None)
    assert key.expires == datetime(2026, 12, 22, tzinfo=UTC)


def test_another_parent_replaces_the_one_before() -> None:
    draft = SubjectDraft.of(SUBJECTS[3])
    moved = SubjectDraft(draft.kind, draft.name, parent=Ref("org", "acme"), edited=draft.edited).subject(NOW)
    assert isinstance(moved, Key)
    assert (moved.org, moved.team, moved.user, moved.expires, moved.rpm) == ("acme", None, None, None, None)
    assert moved.hash == "sha256:1"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (SubjectDraft("key", ""), "name"),
        (SubjectDraft("key", "[x]"), "name"),
        (SubjectDraft("key", "k", expires="soon"), "expires"),
        *((SubjectDraft("key", "k", rpm=text), "rpm") for text in ("0", "-3", "many", "²")),
    ],
)
def test_problems_stand_at_their_fields(draft: SubjectDraft, field: str) -> None:
    assert list(draft.problems(NOW)) == [field]
