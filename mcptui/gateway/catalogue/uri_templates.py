"""Which URIs an RFC 6570 template may stand for; lenient, since that only routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")
#: Operators of expressions whose values may have slashes, or stand behind one (RFC 6570, section 2.2).
_CROSSING: Final = tuple("+#/?&;.")


class UriTemplate:
    """Literal text, and expressions between it that stand for anything, the simple ones for no slash.

    Templates are of servers and URIs of clients: the time that matching takes grows with the length of the URI, not
    with its powers, as that of a regular expression would.
    """

    __slots__ = ("_prefix", "_rest", "specificity")

    def __init__(self, template: str) -> None:
        texts = _EXPRESSION.split(template)
        self._prefix = texts[0]
        #: Whether the expression may stand for slashes, and the literal text after it.
        self._rest: list[tuple[bool, str]] = []
        crosses = False
        for expression, literal in zip(texts[1::2], texts[2::2], strict=True):
            crosses = crosses or expression.startswith(_CROSSING)
            if literal:
                self._rest.append((crosses, literal))
                crosses = False
        if len(texts) > 1 and not texts[-1]:
            self._rest.append((crosses, ""))
        #: Grows with what it says of its URIs: literal characters, then those that may not be slashes.
        self.specificity = (sum(map(len, texts[::2])), -sum(crosses for crosses, _ in self._rest))

    def matches(self, uri: str) -> bool:
        """Whether ``uri`` may be one of the template."""
        if not self._rest:
            return uri == self._prefix
        if not uri.startswith(self._prefix):
            return False
        ends: Sequence[int] = (len(self._prefix),)
        for crosses, literal in self._rest[:-1]:
            ends = list(_ends(uri, ends, literal, crosses=crosses))
        crosses, literal = self._rest[-1]
        last = len(uri) - len(literal)
        begin = max((end for end in ends if end <= last), default=None)
        return begin is not None and uri.endswith(literal) and (crosses or "/" not in uri[begin:last])


def _ends(uri: str, begins: Sequence[int], literal: str, *, crosses: bool) -> Iterator[int]:
    """Where ``literal`` ends after an expression that begins at one of ``begins``, both in ascending order.

    No part of ``uri`` is searched twice.
    """
    searched = -1
    for begin in begins:
        if begin <= searched:
            continue  # in the same segment as the one before
        slash = -1 if crosses else uri.find("/", begin)
        searched = len(uri) if slash < 0 else slash
        at = uri.find(literal, begin, searched + len(literal))
        while at >= 0:
            yield at + len(literal)
            at = uri.find(literal, at + 1, searched + len(literal))
