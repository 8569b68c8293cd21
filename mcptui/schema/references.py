"""References of a schema that is mended: each keeps its place, or gets one in ``$defs`` that model APIs find."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Final

from mcptui.schema.document import Document, OddSchemaError
from mcptui.schema.keywords import REFERENCES
from mcptui.schema.values import Json

if TYPE_CHECKING:
    from mcptui.schema.steps import Steps

#: What a step is in characters of a reference.
_FOLLOWED: Final = 20


class References:
    """The references into one document.

    Args:
        root: the document.
        steps: what following them costs.
    """

    def __init__(self, root: Json, steps: Steps) -> None:
        self._document = Document(root)
        self._root = root if isinstance(root, dict) else {}
        self._steps = steps
        known = self._root.get("$defs")
        names = (f"part_{number}" for number in count(1))
        self._free_names = (name for name in names if not isinstance(known, dict) or name not in known)
        # Their new names by the identity of the parts, which live as long as the document.
        self._names: dict[int, str] = {}
        #: Parts that stand where nothing would find them: their name in ``$defs``, the reference, and the part.
        self.moved: deque[tuple[str, str, Json]] = deque()

    def place(self, reference: Json) -> str:
        """The reference that leads in the mended schema to what ``reference`` leads to.

        Raises:
            OddSchemaError: it leads nowhere, only back to itself, or too far.
        """
        target = self._target(reference)
        if target is self._root:
            return "#"
        for table in ("$defs", "definitions"):
            name = reference.removeprefix(f"#/{table}/")
            parts = self._root.get(table)
            if name != reference and isinstance(parts, dict) and name in parts and parts[name] is target:
                return str(reference)
        if id(target) not in self._names:
            name = self._names[id(target)] = next(self._free_names)
            self.moved.append((name, cut(reference), target))
        return f"#/$defs/{self._names[id(target)]}"

    def _target(self, reference: Json) -> Json:
        first, seen = None, set[str]()
        while True:
            if not isinstance(reference, str) or reference in seen:
                raise OddSchemaError("a reference that leads back to itself" if seen else "a reference that is no text")
            if not self._steps.take(1 + len(reference) // _FOLLOWED):
                raise OddSchemaError("too many references")
            target = self._document.target(reference)
            first = first if seen else target
            seen.add(reference)
            named = [name for name in REFERENCES if name in target] if isinstance(target, dict) else []
            if not named:
                return first
            reference = target[named[0]]


def cut(text: str) -> str:
    """``text`` as it is said where it may be of any length."""
    return text if len(text) <= 60 else f"{text[:59]}…"
