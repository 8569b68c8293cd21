from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from mcptui.model.runtime import SecretStatus
from mcptui.secrets.errors import SecretError
from mcptui.secrets.keyring_backend import Backend, find_backend
from mcptui.secrets.keyring_store import KeyringStore

CANARY = "canary-4d1f"


class FakeKeyring(KeyringBackend):
    """A keyring in memory with switches for what goes wrong in real ones."""

    priority = -1.0

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.failures: list[Exception] = []
        self.discards = False
        self.writes = 0
        self.block: threading.Event | None = None

    def _use(self) -> None:
        if self.block is not None:
            self.block.wait(10)
        if self.failures:
            raise self.failures.pop(0)

    def get_password(self, service: str, username: str) -> str | None:
        self._use()
        assert service == "mcptui"
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._use()
        self.writes += 1
        if not self.discards:
            self.entries[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._use()
        if self.entries.pop(username, None) is None:
            raise keyring.errors.PasswordDeleteError


@pytest.fixture
def fake() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture
def store(fake: FakeKeyring) -> KeyringStore:
    return KeyringStore(find=lambda: Backend(fake, "fake"))


def test_value_is_one_entry_under_its_path(store: KeyringStore, fake: FakeKeyring) -> None:
    assert store.get("server/a/token") is None
    store.set("server/a/token", CANARY)
    assert fake.entries == {"server/a/token": CANARY}
    assert store.get("server/a/token") == CANARY
    store.delete("server/a/token")
    store.delete("server/a/token")
    assert fake.entries == {}


def test_empty_value_is_not_a_missing_one(store: KeyringStore) -> None:
    store.set("a", "")
    assert store.get("a") == ""


def test_equal_value_is_not_written_again(store: KeyringStore, fake: FakeKeyring) -> None:
    store.set("a", CANARY)
    store.set("a", CANARY)
    store.set("b", "long" * 500)
    writes = fake.writes
    store.set("b", "long" * 500)
    assert fake.writes == writes


def test_long_value_is_split_and_shrinks_without_leftovers(store: KeyringStore, fake: FakeKeyring) -> None:
    store.set("a", "x" * 2500)
    assert sorted(fake.entries) == ["a", "a#1", "a#2", "a#3"]
    store.set("a", "y" * 1500)
    assert sorted(fake.entries) == ["a", "a#1", "a#2"]
    assert store.get("a") == "y" * 1500
    store.set("a", "z")
    assert fake.entries == {"a": "z"}
    store.set("a", "x" * 2500)
    store.delete("a")
    assert fake.entries == {}


def test_incomplete_value_is_an_error_and_can_be_set_again(store: KeyringStore, fake: FakeKeyring) -> None:
    store.set("a", "x" * 1500)
    del fake.entries["a#2"]
    with pytest.raises(SecretError, match="incomplete") as caught:
        store.get("a")
    assert caught.value.hint == "Set it again: mcptui secret set a"
    store.set("a", "x" * 1500)
    assert store.get("a") == "x" * 1500


def test_one_failure_is_tried_again_and_two_are_reported(store: KeyringStore, fake: FakeKeyring) -> None:
    store.set("a", CANARY)
    fake.failures = [OSError("gone")]
    assert store.get("a") == CANARY
    fake.failures = [keyring.errors.KeyringError(CANARY)] * 2
    with pytest.raises(SecretError, match=r"failed \(KeyringError\)") as caught:
        store.get("a")
    assert CANARY not in str(caught.value)
    assert caught.value.hint is not None


def test_locked_keyring_is_not_asked_twice(store: KeyringStore, fake: FakeKeyring) -> None:
    fake.failures = [keyring.errors.KeyringLocked(), keyring.errors.KeyringLocked()]
    with pytest.raises(SecretError, match="locked"):
        store.get("a")
    assert len(fake.failures) == 1


def test_keyring_that_discards_is_noticed(store: KeyringStore, fake: FakeKeyring) -> None:
    fake.discards = True
    with pytest.raises(SecretError, match="did not keep secret a") as caught:
        store.set("a", CANARY)
    assert CANARY not in str(caught.value)


def test_blocked_keyring_fails_in_bounded_time_and_recovers(fake: FakeKeyring) -> None:
    store = KeyringStore(find=lambda: Backend(fake, "fake"), deadline=0.05)
    fake.block = threading.Event()
    with pytest.raises(SecretError, match="does not answer"):
        store.get("a")
    assert store.status().state == "unavailable"
    fake.block.set()
    running = store._calls._running
    assert running is not None
    running.result(10)
    assert KeyringStore(find=lambda: Backend(fake, "fake")).get("a") is None


@pytest.mark.parametrize(
    ("lock", "state", "detail"),
    [("ok", "ok", "fake"), ("locked", "locked", "locked"), ("missing", "unavailable", "no default keyring")],
)
def test_status(store: KeyringStore, monkeypatch: pytest.MonkeyPatch, lock: str, state: str, detail: str) -> None:
    monkeypatch.setattr(Backend, "lock", lambda self: lock)
    status = store.status()
    assert (status.backend, status.state) == ("keyring", state)
    assert detail in status.detail


def test_fake_cannot_list(store: KeyringStore) -> None:
    assert store.names() is None


@pytest.fixture
def no_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")


@pytest.mark.usefixtures("no_bus")
def test_without_a_keyring_everything_says_so() -> None:
    store = KeyringStore()
    status = store.status()
    assert (status.backend, status.state) == ("keyring", "unavailable")
    assert status.detail == "there is no keyring on this machine"
    assert "vault" in (status.hint or "")
    with pytest.raises(SecretError, match="no keyring"):
        store.get("a")


def test_keyring_switched_off_by_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert find_backend() is None


@pytest.fixture
def real() -> Iterator[KeyringStore]:
    if "MCPTUI_TEST_KEYRING" not in os.environ:
        pytest.skip("run through .ci/with-keyring, which keeps the user's own keyring out of it")
    store = KeyringStore()
    yield store
    for name in store.names() or ():
        store.delete(name)


@pytest.mark.secretservice
def test_secret_service_keeps_values(real: KeyringStore) -> None:
    assert real.status() == SecretStatus(backend="keyring", state="ok", detail="Secret Service")
    assert real.get("server/a/token") is None
    real.set("server/a/token", CANARY)
    real.set("server/b/token", "😀" * 1500)
    assert real.names() == ["server/a/token", "server/b/token"]
    assert KeyringStore("mcptui /other/home").get("server/a/token") is None
    assert KeyringStore("mcptui /other/home").names() == []
    assert KeyringStore().get("server/a/token") == CANARY
    assert KeyringStore().get("server/b/token") == "😀" * 1500
    real.delete("server/b/token")
    real.delete("server/b/token")
    assert real.names() == ["server/a/token"]


@pytest.mark.secretservice
def test_secret_service_under_threads(real: KeyringStore) -> None:
    real.set("a", CANARY)
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.extend(real.get("a") for _ in range(10))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [CANARY] * 40


@pytest.mark.secretservice
@pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="needs gnome-keyring")
def test_locked_secret_service_is_told_without_a_dialog() -> None:
    program = """
import secretstorage
from mcptui.secrets.errors import SecretError
from mcptui.secrets.keyring_store import KeyringStore
store = KeyringStore()
store.set("a", "value")
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
print(store.status().state)
for use in (lambda: store.get("a"), lambda: store.set("a", "new")):
    try:
        use()
    except SecretError as error:
        print(error)
"""
    # A keyring of its own: other tests use the one around this process.
    wrapper = Path(__file__).parents[2] / ".ci" / "with-keyring"
    found = subprocess.run([wrapper, sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["locked", "the keyring is locked", "the keyring is locked"]
