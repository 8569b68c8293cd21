"""The actions of the import and install screens."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action


class Importing(Protocol):
    """Conditions of the actions of the import."""

    @property
    def on_clash(self) -> bool: ...


class Installing(Protocol):
    """Conditions of the actions of the installation."""

    @property
    def can_write(self) -> bool: ...
    @property
    def can_remove(self) -> bool: ...


def _on_clash(screen: Importing) -> bool:
    return screen.on_clash


def _can_write(screen: Installing) -> bool:
    return screen.can_write


def _can_remove(screen: Installing) -> bool:
    return screen.can_remove


IMPORT_ACTIONS: Final = (
    Action(
        id="import.save",
        title="Import the selected servers",
        handler="save",
        meaning=meanings.SAVE,
        label="Import",
        changes=True,
    ),
    Action(id="import.all", title="Select all, or none", handler="all", meaning=meanings.SELECT_ALL, label="All/none"),
    Action(
        id="import.clash",
        title="Name conflict: rename, skip or overwrite",
        handler="clash",
        meaning=meanings.EDIT,
        label="Name conflict",
        when=_on_clash,
    ),
    Action(id="import.file", title="Read another file", handler="file", meaning=meanings.ADD, label="File"),
    Action(id="import.find", title="Look for files again", handler="find", meaning=meanings.AGAIN),
    Action(id="import.close", title="Close without importing", handler="close", meaning=meanings.BACK, label="Close"),
)

INSTALL_ACTIONS: Final = (
    Action(
        id="install.write",
        title="Write the shown change into the client's file",
        handler="write",
        meaning=meanings.SAVE,
        label="Write",
        when=_can_write,
        changes=True,
    ),
    Action(
        id="install.method",
        title="Next method: command, URL with a variable, URL with the key",
        handler="method",
        meaning=meanings.NEXT_VIEW,
        label="Method",
    ),
    Action(
        id="install.remove",
        title="Remove mcptui from the client's file",
        handler="remove",
        meaning=meanings.DELETE,
        label="Remove",
        when=_can_remove,
        changes=True,
    ),
    Action(id="install.copy", title="Copy the configuration", handler="copy", meaning=meanings.COPY, label="Copy"),
    Action(id="install.close", title="Close", handler="close", meaning=meanings.BACK, label="Close"),
)
