from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.secrets.errors import SecretError
from mcptui.secrets.known import SECRET_MARK, KnownSecrets
from mcptui.secrets.memory import MemoryStore
from mcptui.secrets.resolver import Resolver

CANARY = "canary-91c3"


class CountingStore(MemoryStore):
    """Counts reads; may fail or change while one is under way."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.during: Resolver | None = None

    def get(self, path: str) -> str | None:
        self.reads += 1
        if self.during is not None:
            self.during.forget(path)
        if path == "locked":
            raise SecretError("the keyring is locked", hint="Unlock it.")
        return super().get(path)


@pytest.fixture
def store() -> CountingStore:
    store = CountingStore()
    store.set("a", CANARY)
    store.set("b", "${env:HOME}")
    return store


async def test_all_kinds_in_one_text(store: CountingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_HOST", "h")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "x").write_text("from file\r\n", encoding="utf-8")
    resolver = Resolver(store)
    text = "${secret:a}@${env:MY_HOST}/${file:~/x} ${other:x} ${secret:b}"
    assert await resolver.resolve(text) == f"{CANARY}@h/from file ${{other:x}} ${{env:HOME}}"
    assert await resolver.resolve("plain") == "plain"


@pytest.mark.parametrize(
    ("value", "text", "resolved"),
    [
        (None, "${env:MY_V:-d}", "d"),
        ("", "${env:MY_V:-d}", "d"),
        ("v", "${env:MY_V:-d}", "v"),
        (None, "<${env:MY_V:-}>", "<>"),
        ("", "<${env:MY_V}>", "<>"),
    ],
)
async def test_a_default_stands_for_a_variable_without_a_value(
    store: CountingStore, monkeypatch: pytest.MonkeyPatch, value: str | None, text: str, resolved: str
) -> None:
    monkeypatch.delenv("MY_V", raising=False)
    if value is not None:
        monkeypatch.setenv("MY_V", value)
    assert await Resolver(store).resolve(text) == resolved


async def test_secrets_are_read_once_until_forgotten(store: CountingStore) -> None:
    resolver = Resolver(store)
    for _ in range(3):
        assert await resolver.resolve("${secret:a}") == CANARY
    assert store.reads == 1
    store.set("a", "new")
    resolver.forget("other")
    assert await resolver.resolve("${secret:a}") == CANARY
    resolver.forget("a")
    assert await resolver.resolve("${secret:a}") == "new"
    resolver.forget()
    assert await resolver.resolve("${secret:a}") == "new"
    assert store.reads == 3
    assert "new" not in repr(resolver)


async def test_value_that_changes_while_it_is_read_is_not_kept(store: CountingStore) -> None:
    resolver = Resolver(store)
    store.during = resolver
    await resolver.resolve("${secret:a}")
    await resolver.resolve("${secret:a}")
    assert store.reads == 2


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("${secret:nope}", "${secret:nope} is not set", "mcptui secret set nope"),
        ("${secret:}", "${secret:} names no secret", "${secret:server/NAME/…}"),
        ("${secret:locked}", "${secret:locked} cannot be read: the keyring is locked", "Unlock it."),
        ("${env:NOT_HERE}", "${env:NOT_HERE} is not set in the environment of the gateway", "restart"),
        ("${file:relative}", "${file:relative} is not an absolute path", "Start it with / or ~."),
        ("${file:~nobody-here/x}", "${file:~nobody-here/x} is not an absolute path", "Start"),
        ("${file:/nonexistent/x}", "${file:/nonexistent/x} is not a file", "Create it"),
    ],
)
async def test_what_leads_nowhere_is_named(store: CountingStore, text: str, message: str, hint: str) -> None:
    with pytest.raises(SecretError) as caught:
        await Resolver(store).resolve(f"{CANARY} {text}")
    assert caught.value.message == message
    assert hint in (caught.value.hint or "")
    assert caught.value.reference == text


async def test_files_that_are_no_secrets(store: CountingStore, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "long").write_bytes(b"x" * 70_000)
    resolver = Resolver(store)
    with pytest.raises(SecretError, match="not UTF-8"):
        await resolver.resolve(f"${{file:{tmp_path}/binary}}")
    with pytest.raises(SecretError, match="too long"):
        await resolver.resolve(f"${{file:{tmp_path}/long}}")
    with pytest.raises(SecretError, match="is not a file"):
        await resolver.resolve(f"${{file:{tmp_path}}}")


async def test_unreadable_file(store: CountingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").touch()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SecretError, match="cannot be read: Permission denied"):
        await Resolver(store).resolve(f"${{file:{tmp_path}/x}}")


async def test_what_was_resolved_is_known_from_then_on(
    store: CountingStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path, a number, a plain URL and a default are no secrets, and stand in many texts."""
    for name, value in (
        ("MY_TOKEN", "canary-env"),
        ("HERE", str(tmp_path)),
        ("PORT", "65535"),
        ("STAGE", "production"),
        ("AT", "https://h.io/"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("UNSET", raising=False)
    (tmp_path / "x").write_text("canary-file\n", encoding="utf-8")
    store.set("path", "/a/secret/path")
    known = KnownSecrets()
    resolver = Resolver(store, known)
    await resolver.resolve(f"${{secret:a}} ${{secret:path}} ${{env:MY_TOKEN}} ${{file:{tmp_path}/x}}")
    await resolver.resolve("${env:HERE} ${env:PORT} ${env:AT} ${env:UNSET:-a default} ${env:STAGE} ${secret:b}")
    for secret in (CANARY, "/a/secret/path", "canary-env", "canary-file"):
        assert known.without(secret) == known.certain.without(secret) == SECRET_MARK
    for text in (str(tmp_path), "65535", "https://h.io/", "a default"):
        assert known.without(text) == text
    # A variable of any name may hold a plain word.
    assert (known.without("production"), known.certain.without("production")) == (SECRET_MARK, "production")
