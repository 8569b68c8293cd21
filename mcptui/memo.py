"""Answers of functions to short texts that come again with every request, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

Key = TypeVar("Key", bound=str | bytes | tuple[str, ...] | tuple[bytes, ...])
Value = TypeVar("Value")

#: Longer questions are answered anew each time: as many as are remembered would take much memory, characters or bytes.
LONGEST: Final = 256


class Memo(dict[Key, Value]):
    """``memo[question]`` is what ``answer`` says to it; a question that was remembered takes one look.

    :func:`functools.lru_cache` remembers questions of any length: whoever sends long ones decides how much memory
    they take.

    Args:
        answer: the same for the same question.
        most: so many are remembered; then it begins anew.
    """

    def __init__(self, answer: Callable[[Key], Value], most: int) -> None:
        super().__init__()
        self._answer = answer
        self._most = most

    def __missing__(self, question: Key) -> Value:
        answer = self._answer(question)
        length = sum(map(len, question)) if isinstance(question, tuple) else len(question)
        if length <= LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[question] = answer
        return answer
