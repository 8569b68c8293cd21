"""What can be done on the screens about other programs."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.tui.keys.actions import Action


class Importing(Protocol):
    """What decides which actions the import has."""

    @property
    def on_clash(self) -> bool: ...


class Installing(Protocol):
    """What decides which actions the installation has."""

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
    Action(id="import.save", title="Import what is ticked", handler="save", keys=("ctrl+s",), label="Import"),
    Action(id="import.all", title="Tick all, or none", handler="all", keys=("a",), label="All/none"),
    Action(
        id="import.clash",
        title="Another name, leave out, or overwrite, where the name is taken",
        handler="clash",
        keys=("t",),
        label="Taken name",
        when=_on_clash,
    ),
    Action(id="import.file", title="Read another file", handler="file", keys=("f",), label="File"),
    Action(id="import.find", title="Look for files again", handler="find", keys=("r",)),
    Action(id="import.close", title="Close without importing", handler="close", keys=("escape",), label="Close"),
)

INSTALL_ACTIONS: Final = (
    Action(
        id="install.write",
        title="Write the shown change into the client's file",
        handler="write",
        keys=("ctrl+s",),
        label="Write",
        when=_can_write,
    ),
    Action(
        id="install.way",
        title="Another way: by command, by URL with a variable, by URL with the key",
        handler="way",
        keys=("w",),
        label="Way",
    ),
    Action(
        id="install.remove",
        title="Take mcptui out of the client's file",
        handler="remove",
        keys=("x",),
        label="Take out",
        when=_can_remove,
    ),
    Action(id="install.copy", title="Copy the configuration", handler="copy", keys=("y",), label="Copy"),
    Action(id="install.close", title="Close", handler="close", keys=("escape",), label="Close"),
)
