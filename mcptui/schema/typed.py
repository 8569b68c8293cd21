"""A call typed on one line: ``add a=1 b=2``, ``add(1, b=2)``, ``add {"a": 1}``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from mcptui.schema.convert import InputError
from mcptui.schema.fields import BooleanField, ChoiceField, Field, JsonField, ObjectField
from mcptui.schema.jsontext import JsonTextError, parse_json
from mcptui.schema.words import choice_word, read_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mcptui.schema.values import Json

_SPACE: Final = re.compile(r"\s*")
#: The name of a tool, and of an argument.
_NAME: Final = re.compile(r"""[^\s(){}=,"']+""")
_ASSIGNED: Final = re.compile(r"""([^\s(){}\[\]=,"']+)\s*=\s*""")
_DOUBLE: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE: Final = re.compile(r"'((?:[^'\\]|\\.)*)'")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_BARE: Final = {"words": re.compile(r"\S*"), "list": re.compile(r"[^,)]*")}
_END: Final = {"words": re.compile(r"\s|$"), "list": re.compile(r"\s*(?:[,)]|$)")}
#: What stands at the end of an unfinished line: a value of a named argument, or the beginning of a name.
_VALUE_BEGUN: Final = re.compile(r"""(?:^|[\s(,])([^\s(){}\[\]=,"']+)=([^\s(){}\[\]=,"']*)$""")
_NAME_BEGUN: Final = re.compile(r"""(?:^|[\s(,])([^\s(){}\[\]=,"']*)$""")
_MOST: Final = 50


class TypedCallError(ValueError):
    """The line is no call, or not of this tool; ``column`` counts from 1."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.message = message
        self.column = place + 1

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Word:
    """One value as it was typed, without its quotes; ``name`` is None where only the order says which it is."""

    name: str | None
    text: str
    place: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class TypedCall:
    """Whom to call, and with what; ``value`` is set where the arguments were typed as one JSON object."""

    name: str
    words: tuple[Word, ...] = ()
    value: Json = None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What may stand from ``start`` to the end of the line."""

    start: int
    words: tuple[str, ...] = ()


def parse_call(line: str) -> TypedCall:
    """Read a line without knowing any tool.

    Raises:
        TypedCallError: it is no call.
    """
    reader = _Reader(line)
    name = reader.take(_NAME)
    if name is None:
        raise TypedCallError("a call begins with a name", reader.place)
    spaced = reader.skip_space()
    if reader.next == "(":
        return TypedCall(name, tuple(reader.listed()))
    if reader.next == "{":
        return TypedCall(name, value=reader.object())
    if reader.next and not spaced:
        raise TypedCallError(f"a space or ( is needed before {reader.next}", reader.place)
    return TypedCall(name, tuple(reader.assigned()))


def arguments_of(call: TypedCall, field: Field) -> dict[str, Json]:
    """The arguments of ``call`` for the tool whose schema is ``field``.

    Raises:
        TypedCallError: a name or a value does not fit.
    """
    if call.value is not None:
        value: dict[str, Json] = call.value
        return value
    known = {part.name: part for part in field.fields} if isinstance(field, ObjectField) else {}
    given: dict[str, list[Word]] = {}
    for number, word in enumerate(call.words):
        name = word.name
        if name is None:
            if number >= len(known):
                raise TypedCallError(_too_many(len(known)), word.place)
            name = list(known)[number]
        if name not in known and field.schema.get("additionalProperties") is False:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known) or 'none'}"
            raise TypedCallError(f"no argument is called {name}; {hint}", word.place)
        given.setdefault(name, []).append(word)
    return {name: _value(known.get(name, JsonField()), name, words) for name, words in given.items()}


def _too_many(count: int) -> str:
    return f"only {count} arguments are known" if count else "no arguments are known; name them"


def _value(field: Field, name: str, words: list[Word]) -> Json:
    try:
        return read_words(field, [word.text for word in words], quoted=words[0].quoted)
    except InputError as error:
        raise TypedCallError(f"{name}: {error}", words[-1].place) from None


class _Reader:
    def __init__(self, line: str) -> None:
        self._line = line
        self.place = 0
        self.skip_space()

    @property
    def next(self) -> str:
        """The next character; empty at the end."""
        return self._line[self.place : self.place + 1]

    def skip_space(self) -> bool:
        """Whether there was any."""
        before = self.place
        match = _SPACE.match(self._line, self.place)
        self.place = match.end() if match else self.place
        return self.place > before

    def take(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self._line, self.place)
        if match is None:
            return None
        self.place = match.end()
        return match[0]

    def object(self) -> dict[str, Json]:
        """The rest as a JSON object."""
        try:
            value: dict[str, Json] = parse_json(self._line[self.place :])
        except JsonTextError as error:
            raise TypedCallError(f"not JSON: {error.message}", self.place + (error.column or 1) - 1) from None
        return value

    def assigned(self) -> list[Word]:
        """``a=1 b="two words"`` to the end."""
        words = []
        while self.next:
            start = self.place
            name = _ASSIGNED.match(self._line, start)
            if name is None or name[0].rstrip("=") != name[1]:
                token = self._line[start:].split(maxsplit=1)[0]
                raise TypedCallError(f"{token} is not NAME=VALUE", start)
            self.place = name.end()
            words.append(self._word(name[1], "words"))
            self.skip_space()
        return words

    def listed(self) -> list[Word]:
        """``(1, b=2)``, and nothing behind it."""
        words: list[Word] = []
        opened = self.place
        self.place += 1
        self.skip_space()
        while self.next and self.next != ")":
            name = _ASSIGNED.match(self._line, self.place)
            if name is None and words and words[-1].name is not None:
                raise TypedCallError("a value without a name behind one with a name", self.place)
            self.place = name.end() if name else self.place
            words.append(self._word(name[1] if name else None, "list"))
            self.skip_space()
            if self.next == ",":
                self.place += 1
                self.skip_space()
        if not self.next:
            raise TypedCallError("this ( is not closed", opened)
        self.place += 1
        self.skip_space()
        if self.next:
            raise TypedCallError("unexpected text after the call", self.place)
        return words

    def _word(self, name: str | None, kind: str) -> Word:
        """One value: quoted, JSON in brackets, or as it stands."""
        start, end = self.place, _END[kind]
        for pattern, read in ((_DOUBLE, _double), (_SINGLE, _single)):
            if (match := pattern.match(self._line, start)) is not None and end.match(self._line, match.end()):
                self.place = match.end()
                return Word(name, read(match[0], start), start, quoted=True)
        if self.next in {'"', "'"}:
            raise TypedCallError("this quote is not closed, or text follows it", start)
        if self.next in {"[", "{"} and (close := _json_end(self._line, start)) and end.match(self._line, close):
            self.place = close
            return Word(name, self._line[start:close], start)
        text = (self.take(_BARE[kind]) or "").rstrip()
        if not text and kind == "list":
            raise TypedCallError("a value is missing", start)
        return Word(name, text, start)


def _double(text: str, place: int) -> str:
    try:
        value: str = parse_json(text)
    except JsonTextError as error:
        raise TypedCallError(error.message, place + (error.column or 1) - 1) from None
    return value


def _single(text: str, _: int) -> str:
    return _ESCAPED.sub(r"\1", text[1:-1])


def _json_end(line: str, start: int) -> int | None:
    try:
        return json.JSONDecoder().raw_decode(line, start)[1]
    except (ValueError, RecursionError):
        return None


def proposals(line: str, names: Iterable[str], field_of: Callable[[str], Field | None]) -> Proposals:
    """What can be typed at the end of ``line``: a tool's name, an argument's, or one of a few values."""
    start = len(line) - len(line.lstrip())
    name = _NAME.match(line, start)
    if name is None or name.end() == len(line):
        return Proposals(start, _fitting(line[start:], names))
    field, rest = field_of(name[0]), line[name.end() :]
    if not isinstance(field, ObjectField) or rest.lstrip().startswith("{"):
        return Proposals(len(line))
    if (begun := _VALUE_BEGUN.search(rest)) is not None:
        part = next((part for part in field.fields if part.name == begun[1]), None)
        return Proposals(name.end() + begun.start(2), _fitting(begun[2], _values(part)))
    if (begun := _NAME_BEGUN.search(rest)) is not None:
        used = {match[1] for match in _ASSIGNED.finditer(rest)}
        wanted = [f"{part.name}=" for part in field.fields if part.name not in used and _NAME.fullmatch(part.name)]
        return Proposals(name.end() + begun.start(1), _fitting(begun[1], wanted))
    return Proposals(len(line))


def _values(field: Field | None) -> tuple[str, ...]:
    if isinstance(field, BooleanField):
        return "true", "false"
    words = map(choice_word, field.choices) if isinstance(field, ChoiceField) else ()
    return tuple(word if _NAME.fullmatch(word) else json.dumps(word, ensure_ascii=False) for word in words)


def _fitting(begun: str, words: Iterable[str]) -> tuple[str, ...]:
    """Words that begin so, then words that have it inside; not the one that stands there already."""
    typed = begun.casefold()
    found = [word for word in words if typed in word.casefold() and word != begun]
    return tuple(sorted(found, key=lambda word: not word.casefold().startswith(typed)))[:_MOST]
