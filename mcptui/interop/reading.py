"""What was found in a text: servers, remarks, and what a person has to fill in."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from pathlib import Path

from mcptui.interop.dialects import ANY, Dialect
from mcptui.interop.naming import valid_name
from mcptui.interop.variables import Translation
from mcptui.model import Server


@dataclass(frozen=True, slots=True)
class Found:
    """One server.

    Attributes:
        server: with a valid name that no other server of the same text has.
        label: what it is called there; empty where it has no name.
        notes: what could not be carried over, and what to look at.
        missing: secrets that it refers to and nobody has yet, by path, with what they are.
        preselected: whether it is meant to be added; False for the other choices where there are several.
    """

    server: Server
    label: str = ""
    notes: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    preselected: bool = True


@dataclass
class Reading:
    """Servers found so far in one text, with remarks for the person."""

    taken: set[str]
    dialect: Dialect = ANY
    #: The project that the text belongs to.
    folder: Path | None = None
    #: Questions of VS Code by id.
    questions: dict[str, str] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Secrets that the server being read refers to, and where its remarks begin.
    missing: dict[str, str] = field(default_factory=dict)
    mark: int = 0

    @property
    def servers(self) -> list[Server]:
        """All of them, in order."""
        return [found.server for found in self.found]

    def name(self, wanted: str) -> str:
        """A valid name near ``wanted`` that nobody has."""
        name = valid_name(wanted, self.taken)
        self.taken.add(name)
        return name

    def begin(self) -> None:
        """What follows concerns the next server."""
        self.missing = {}
        self.mark = len(self.notes)

    def note(self, text: str) -> None:
        """Remark, once for each server."""
        if text not in self.notes[self.mark :]:
            self.notes.append(text)

    def add(self, server: Server, label: str, *, preselected: bool = True) -> None:
        """Keep a server with what was remarked since :meth:`begin`."""
        notes, missing = tuple(self.notes[self.mark :]), tuple(self.missing.items())
        self.found.append(Found(server, label, notes, missing, preselected))

    def remark(self, text: str) -> None:
        """Remark on the server that was added last."""
        found = self.found[-1]
        self.note(f"{found.server.name}: {text}")
        self.found[-1] = replace(found, notes=tuple(self.notes[self.mark :]))

    def text(
        self,
        value: str,
        where: str,
        *,
        own: Container[str] = (),
        question: Callable[[str], str] | None = None,
    ) -> str:
        """``value`` with the variables of other programs in our form; a remark where that is not all."""
        return Translation(self.dialect.variables, self.note, self.folder).text(
            value, where, own=own, question=question
        )

    def secret(self, server: str, name: str, about: str) -> str:
        """The path of a secret that ``server`` will need."""
        path = f"server/{server}/{valid_path(name)}"
        self.missing[path] = about
        return path


def valid_path(name: str) -> str:
    """``name`` as a part of a secret's path."""
    kept = "".join(character if character.isalnum() and character.isascii() else "-" for character in name.lower())
    return kept.strip("-") or "secret"
