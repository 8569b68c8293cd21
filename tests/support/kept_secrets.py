"""A secret store of one test that never blocks."""

from __future__ import annotations


class KeptSecrets:
    """Keeps secrets in a dictionary that a test may read and change."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, path: str) -> str | None:
        return self.values.get(path)

    async def set(self, path: str, value: str) -> None:
        self.values[path] = value

    async def delete(self, path: str) -> None:
        self.values.pop(path, None)


async def unresolved(text: str) -> str:
    """A text in which no reference is replaced."""
    return text
