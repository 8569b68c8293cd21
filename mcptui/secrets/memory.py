"""Secrets in this process only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcptui.model.runtime import SecretStatus

if TYPE_CHECKING:
    from mcptui.model import SecretSettings


class MemoryStore:
    """Keeps secrets until the process ends: for tests, and for the demo's temporary home."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def get(self, path: str) -> str | None:
        """The value, or None where there is none."""
        return self._values.get(path)

    def set(self, path: str, value: str) -> None:
        """Keep ``value`` under ``path``."""
        self._values[path] = value

    def delete(self, path: str) -> None:
        """Forget ``path``; nothing happens where there is none."""
        self._values.pop(path, None)

    def names(self) -> list[str]:
        """All paths."""
        return sorted(self._values)

    def status(self) -> SecretStatus:
        """Always usable."""
        return SecretStatus(backend="none", state="ok", detail="kept in memory until mcptui ends")

    def use(self, settings: SecretSettings) -> None:
        """There is this one place, whatever the settings are."""
