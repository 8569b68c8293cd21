"""A state as it was read from the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcptui.model import State


@dataclass(frozen=True, slots=True)
class Problem:
    """A remark on a usable state file: unknown key, literal secret, dangling name."""

    message: str
    key: str
    line: int | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A state with the revision (sha256 of the file's bytes, hex) it was read from."""

    state: State
    revision: str
    problems: tuple[Problem, ...] = ()
