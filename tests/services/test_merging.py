from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mcptui.model import Key, Server
from mcptui.services.merging import changed_fields, merge

BASE = Server(name="files", command="npx", description="Files", tags=("a",), timeout=60.0)

_TEXTS = st.sampled_from(["", "a", "b"])
_SERVERS = st.builds(
    Server,
    name=st.just("files"),
    description=_TEXTS,
    timeout=st.sampled_from([1.0, 2.0]),
    tags=st.sampled_from([(), ("a",), ("b",)]),
)


@given(base=_SERVERS, mine=_SERVERS, theirs=_SERVERS)
def test_a_merge_loses_nothing_unsaid(base: Server, mine: Server, theirs: Server) -> None:
    merged = merge(base, mine, theirs)
    for name in ("description", "timeout", "tags"):
        before, here, there, value = (getattr(each, name) for each in (base, mine, theirs, merged.value))
        assert value == (there if here == before else here)
        assert (name in merged.conflicts) == (here != before and there not in (before, here))


@given(base=_SERVERS, other=_SERVERS)
def test_who_changed_nothing_takes_over_the_other(base: Server, other: Server) -> None:
    assert merge(base, base, other).value == other
    assert merge(base, other, base).value == other
    assert merge(base, other, other).conflicts == []


def test_a_key_revoked_meanwhile_stays_revoked() -> None:
    key = Key(name="ci", hash="sha256:0")
    merged = merge(key, replace(key, description="mine"), replace(key, enabled=False))
    assert merged.value == replace(key, description="mine", enabled=False)


def test_differences_show_no_secret() -> None:
    after = replace(BASE, description="", tags=(), env={"API_KEY": "canary-7Fh2kQ9x"}, cwd="/srv", allow_all_keys=True)
    shown = {name: values for name, *values in changed_fields(BASE, after)}
    assert shown == {
        "description": ["Files", "(empty)"],
        "tags": ["a", "(none)"],
        "env": ["(none)", "API_KEY=${secret:server/files/api_key}"],
        "cwd": ["(not set)", "/srv"],
        "allow_all_keys": ["no", "yes"],
    }
