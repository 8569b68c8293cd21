"""What every place for secrets can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mcptui.model.runtime import SecretStatus


class SecretStore(Protocol):
    """A place for secrets, by path (``server/github/authorization``). Blocking; safe to use from any thread.

    All methods but ``status`` raise :class:`mcptui.secrets.errors.SecretError` when the place cannot be used.
    """

    def get(self, path: str) -> str | None:
        """The value, or None where there is none."""
        ...

    def set(self, path: str, value: str) -> None:
        """Keep ``value`` under ``path``; verified by reading it back."""
        ...

    def delete(self, path: str) -> None:
        """Forget ``path``; nothing happens where there is none."""
        ...

    def names(self) -> list[str] | None:
        """All paths, or None where the place cannot list them."""
        ...

    def status(self) -> SecretStatus:
        """Whether the place works; never prompts, bounded to some seconds."""
        ...
