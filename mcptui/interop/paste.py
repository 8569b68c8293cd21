"""Whatever a person pastes to add a server: URL, command line, or any client's JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcptui.interop.documents import load_json, read_document
from mcptui.interop.entries import read_entry
from mcptui.interop.reading import Reading
from mcptui.interop.shell import read_command, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mcptui.model import Server

_OPEN_QUOTE: Final = "a quote is not closed"


@dataclass(frozen=True, slots=True)
class Paste:
    """What was recognised.

    ``kind`` is empty, url, command, json, curl, claude, codex, gemini or vscode; ``problem`` says why the
    text is not (completely) usable; ``notes`` are remarks for the person who pasted it.
    """

    servers: tuple[Server, ...]
    kind: str
    problem: str | None = None
    notes: tuple[str, ...] = ()


def parse_paste(text: str, taken: Iterable[str] = ()) -> Paste:
    """Read ``text`` as one or more servers, with names that are valid and not in ``taken``.

    Headers and variables are kept as they are; whoever saves the servers moves secrets out of them.
    """
    reading = Reading(set(taken))
    text = _unwrapped(text)
    if not text:
        return Paste((), "empty")
    if text[0] in "{[" or re.match(r'"[^"\n]*"\s*:', text):
        return _finished(reading, "json", _read_json(reading, text))
    kind = "command"
    problems: list[str] = []
    for words in _command_lines(text):
        kind, problem = ("command", _OPEN_QUOTE) if words is None else _read_words(reading, words)
        if problem is not None:
            problems.append(problem)
    return _finished(reading, kind, "; ".join(problems) or None)


def _command_lines(text: str) -> Iterator[list[str] | None]:
    """The words of each command in ``text``; None for a last one whose quote is not closed."""
    pending = ""
    for line in re.sub(r"\\[ \t]*\r?\n", " ", text).splitlines():
        if not pending:
            line = re.sub(r"^\s*(?:[$>%]\s+)?", "", line)
            if line.startswith("#"):
                continue
        pending += line + "\n"
        try:
            words = split_words(pending)
        except ValueError:
            continue  # a quoted text may go on over several lines
        pending = ""
        if words:
            yield words
    if pending:
        yield None


def _unwrapped(text: str) -> str:
    """Without the frame of a Markdown code block."""
    text = text.strip().lstrip("\ufeff")
    fenced = re.fullmatch(r"```[\w-]*\s*\n(.*?)\n?```", text, flags=re.DOTALL)
    return (fenced[1] if fenced else text).strip()


def _read_json(reading: Reading, text: str) -> str | None:
    try:
        document = load_json(text)
    except ValueError as error:
        return f"not valid JSON: {error}"
    return "; ".join(read_document(reading, document)) or None


def _read_words(reading: Reading, words: list[str]) -> tuple[str, str | None]:
    if len(words) == 1:
        word = words[0]
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", word):
            return "url", read_entry(reading, None, {"url": word})
        if re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?/\S*", word):
            return "url", f"is this a URL? Write https://{word}"
    return read_command(reading, words)


def _finished(reading: Reading, kind: str, problem: str | None) -> Paste:
    return Paste(tuple(reading.servers), kind, problem, tuple(dict.fromkeys(reading.notes)))
