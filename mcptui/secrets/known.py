"""The values of secrets in use: what knows them keeps them out of log, history and errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, AnyStr, Final
from urllib.parse import quote

from mcptui.secrets.recognition import is_secret_name

#: What stands in the place of a secret.
SECRET_MARK: Final = "[removed: a secret]"  # noqa: S105  it stands for one
#: How a text ends that was cut.
_CUT: Final = "…"
#: Shorter values stand in ordinary text too often: whoever took them out would tell more than leave them.
SHORTEST: Final = 8
#: So many values of one source are known: a token that was renewed may be told a while after.
_OF_ONE: Final = 8
_MARK: Final = SECRET_MARK.encode("ascii")
_CUT_ENCODED: Final = _CUT.encode()


class KnownSecrets:
    """Every secret that was resolved or received, with the forms in which programs print it.

    Added to on one thread; looked at from any.

    Args:
        are_certain: no value will be added that may be a plain word.
    """

    def __init__(self, *, are_certain: bool = False) -> None:
        #: Those that are secrets whatever their place says.
        self.certain: KnownSecrets = self if are_certain else KnownSecrets(are_certain=True)
        self._values: dict[str, tuple[str, ...]] = {}
        #: Each replaced as a whole.
        self._texts: tuple[str, ...] = ()
        self._encoded: tuple[bytes, ...] = ()
        #: By their first characters.
        self._beginnings: dict[str, list[str]] = {}
        self._found: tuple[re.Pattern[str], re.Pattern[bytes]] | None = None
        #: The length of the longest form, bytes.
        self.longest = 0

    def add(self, source: str, *values: str | None, is_certain: bool = True) -> None:
        """Know ``values`` of ``source``, such as a reference; the eight newest of each are known.

        They may be plain words where ``is_certain`` is False.
        """
        if is_certain and self.certain is not self:
            self.certain.add(source, *values)
        known = self._values.get(source, ())
        new = tuple(value for value in values if value and len(value) >= SHORTEST and value not in known)
        if not new:
            return
        self._values[source] = (*new, *known)[:_OF_ONE]
        texts = {form for each in self._values.values() for value in each for form in _forms_of(value)}
        # The longest first: one may be the beginning of another.
        ordered = sorted(texts, key=lambda text: (-len(text), text))
        beginnings: dict[str, list[str]] = {}
        for text in ordered:
            beginnings.setdefault(text[:SHORTEST], []).append(text)
        self._found = None
        self._texts = tuple(ordered)
        self._beginnings = beginnings
        self._encoded = tuple(text.encode("utf-8", "surrogatepass") for text in ordered)
        self.longest = max(map(len, self._encoded))

    def without(self, text: str) -> str:
        """``text`` with every known secret in it replaced by a mark, also one whose end was cut; itself where there is
        none."""
        if self._is_in(text):
            text = self._patterns()[0].sub(SECRET_MARK, text)
        return self._without_cut(text) if _CUT in text and self._texts else text

    def _without_cut(self, text: str) -> str:
        """``text`` without what stands before the sign of a cut and is the beginning of a secret."""
        parts, place = [], 0
        for begin, end in sorted(
            span for start, forms in self._beginnings.items() for span in _cut(text, start, forms)
        ):
            if begin >= place:
                parts.append(text[place:begin] + SECRET_MARK)
            place = max(place, end)
        return "".join((*parts, text[place:])) if parts else text

    def without_in(self, encoded: bytes) -> bytes:
        """The same of bytes."""
        return self._patterns()[1].sub(_MARK, encoded) if self.are_in(encoded) else encoded

    def _is_in(self, text: str) -> bool:
        # Every call is looked through: a generator takes three times as long.
        for form in self._texts:  # noqa: SIM110
            if form in text:
                return True
        return False

    def are_in(self, encoded: bytes) -> bool:
        """Whether one of them is in ``encoded``."""
        for form in self._encoded:  # noqa: SIM110
            if form in encoded:
                return True
        return False

    def may_be_in(self, encoded: bytes) -> bool:
        """Whether :meth:`without` has to look at what is ``encoded``: one of them is in it, or something was cut."""
        return self.are_in(encoded) or (bool(self._encoded) and _CUT_ENCODED in encoded)

    def beginning(self, text: AnyStr, limit: int) -> AnyStr:
        """The first ``limit`` characters or bytes of ``text``, with marks in the place of secrets, also of one across
        the end."""
        seen = text[: limit + self.longest]
        if isinstance(seen, str):
            return _beginning(seen, limit, self._patterns()[0], SECRET_MARK) if self._is_in(seen) else seen[:limit]
        return _beginning(seen, limit, self._patterns()[1], _MARK) if self.are_in(seen) else seen[:limit]

    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[bytes]]:
        found = self._found
        if found is None:
            found = (
                re.compile("|".join(map(re.escape, self._texts))),
                re.compile(b"|".join(map(re.escape, self._encoded))),
            )
            self._found = found
        return found


def _beginning(seen: AnyStr, limit: int, secret: re.Pattern[AnyStr], mark: AnyStr) -> AnyStr:
    shown, place = seen[:0], 0
    for match in secret.finditer(seen):
        if match.start() >= limit:
            break
        shown += seen[place : match.start()] + mark
        place = match.end()
    return shown + seen[place:limit]


def _cut(text: str, start: str, forms: list[str]) -> Iterator[tuple[int, int]]:
    """Where one of ``forms``, which all begin with ``start``, stands in ``text`` up to the sign of a cut."""
    begin = text.find(start)
    while begin >= 0:
        for form in forms:
            end = text.find(_CUT, begin + SHORTEST, begin + len(form))
            if end >= 0 and form.startswith(text[begin:end]):
                yield begin, end
        begin = text.find(start, begin + 1)


def _forms_of(value: str) -> Iterator[str]:
    """``value`` as it may be printed: as it is, within JSON, within a URL, a line at a time, member by member."""
    for part in {value, value.strip(), *_lines(value), *_members(value)}:
        if len(part) >= SHORTEST:
            yield part
            yield json.dumps(part)[1:-1]
            yield json.dumps(part, ensure_ascii=False)[1:-1]
            yield quote(part, safe="", errors="surrogatepass")


def _lines(value: str) -> list[str]:
    """The lines of a private key, without those that begin and end every one."""
    lines = value.splitlines()
    return [line for line in lines if not line.startswith("-----")] if len(lines) > 1 else []


def _members(value: str) -> Iterator[str]:
    """The secrets in a secret that is a JSON object, such as the credentials of a service account."""
    if value.lstrip().startswith("{"):
        try:
            found: Any = json.loads(value)
        except ValueError:
            return
        yield from (item for name, item in found.items() if isinstance(item, str) and is_secret_name(name))
