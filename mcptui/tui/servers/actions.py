"""What can be done in the Servers mode."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.demo.entry import SERVER_NAME
from mcptui.model import State
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action


class Servers(Protocol):
    """What decides which actions there are."""

    @property
    def current(self) -> str | None: ...
    @property
    def state(self) -> State: ...
    @property
    def place(self) -> str | None: ...


class Form(Protocol):
    """What decides which actions the form has."""

    @property
    def differs_on_disk(self) -> bool: ...


def _on_server(screen: Servers) -> bool:
    return screen.current is not None


def _at_server(screen: Servers) -> bool:
    """Whether the cursor is on a server or on a tool of one."""
    return screen.place is not None


def _has_oauth(screen: Servers) -> bool:
    """Whether a person logs in to the server."""
    server = screen.state.servers.get(screen.current or "")
    return server is not None and server.auth.takes_logins


def _has_keys(screen: Servers) -> bool:
    return bool(screen.state.keys)


def _has_no_demo(screen: Servers) -> bool:
    return SERVER_NAME not in screen.state.servers


def _differs(screen: Form) -> bool:
    return screen.differs_on_disk


ACTIONS: Final = (
    Action(
        id="servers.add",
        title="Add a server",
        handler="add",
        meaning=meanings.ADD,
        label="Add",
        changes=True,
    ),
    Action(
        id="servers.edit",
        title="Edit the server",
        handler="edit",
        meaning=meanings.EDIT,
        label="Edit",
        when=_on_server,
        changes=True,
    ),
    Action(
        id="servers.toggle",
        title="Enable or disable the server",
        handler="switch",
        meaning=meanings.TOGGLE,
        label="Enable",
        when=_on_server,
        changes=True,
    ),
    Action(
        id="servers.test",
        title="Test the server: connect, initialize, list",
        handler="test",
        meaning=meanings.TEST,
        label="Test",
        when=_on_server,
    ),
    Action(
        id="servers.delete",
        title="Delete the server",
        handler="delete",
        meaning=meanings.DELETE,
        when=_on_server,
        changes=True,
    ),
    Action(
        id="servers.refresh",
        title="Reconnect and refresh the lists of the server",
        handler="refresh_server",
        meaning=meanings.AGAIN,
        when=_on_server,
    ),
    Action(
        id="servers.mark",
        title="Select the server, or deselect it",
        handler="mark",
        meaning=meanings.SELECT,
        when=_on_server,
    ),
    Action(
        id="servers.mark_all",
        title="Select all listed servers, or none",
        handler="mark_all",
        meaning=meanings.SELECT_ALL,
    ),
    Action(id="servers.invert", title="Invert the selection", handler="invert_marks", meaning=meanings.INVERT),
    Action(id="servers.sort", title="Sort by the next column", handler="sort", meaning=meanings.SORT),
    Action(
        id="servers.tag",
        title="Edit tags of the selected servers",
        handler="tag",
        meaning=meanings.TAGS,
        when=_on_server,
        changes=True,
    ),
    Action(
        id="servers.allow",
        title="Grant the selected servers to an org, team, user or key",
        handler="allow",
        meaning=meanings.GRANT,
        when=_on_server,
        changes=True,
    ),
    Action(
        id="servers.test_all",
        title="Test the selected servers, or all listed",
        handler="test_all",
        meaning=meanings.TEST_MANY,
        when=_on_server,
    ),
    Action(
        id="servers.login",
        title="Log in to the server (OAuth)",
        handler="log_in",
        meaning=meanings.LOG_IN,
        label="Log in",
        when=_has_oauth,
    ),
    Action(
        id="servers.logout",
        title="Log out of the server: revoke and delete its tokens",
        handler="log_out",
        meaning=meanings.LOG_OUT,
        when=_has_oauth,
    ),
    Action(
        id="servers.import",
        title="Import servers from Cursor, Claude, VS Code, LiteLLM and others",
        handler="import",
        meaning=meanings.IMPORT,
        changes=True,
    ),
    Action(
        id="servers.consolidate",
        title="Import the servers of all clients, and connect the clients",
        handler="consolidate",
        meaning=meanings.IMPORT_ALL,
        changes=True,
    ),
    Action(
        id="servers.install",
        title="Connect a client: install the gateway into it",
        handler="install",
        meaning=meanings.CONNECT,
        when=_has_keys,
        changes=True,
    ),
    Action(
        id="servers.demo",
        title="Add the demo server (works offline)",
        handler="demo",
        meaning=meanings.DEMO,
        when=_has_no_demo,
        changes=True,
    ),
    Action(
        id="servers.tools",
        title="Tools of the server, or the tool, in Test",
        handler="tools",
        meaning=meanings.TOOLS,
        label="In Test",
        when=_at_server,
    ),
    Action(
        id="servers.calls",
        title="Calls to the server or tool",
        handler="calls",
        meaning=meanings.CALLS,
        when=_at_server,
    ),
    Action(
        id="servers.who",
        title="Who has access to the server, or can call the tool",
        handler="who",
        meaning=meanings.EXPLAIN,
        when=_at_server,
    ),
    Action(id="servers.filter", title="Filter the list", handler="filter", meaning=meanings.FILTER),
)

FORM_ACTIONS: Final = (
    Action(
        id="server_form.save",
        title="Test and save; press again to save despite errors",
        handler="save",
        meaning=meanings.SAVE,
        label="Test & save",
        changes=True,
    ),
    Action(
        id="server_form.save_anyway",
        title="Save without a test",
        handler="save_anyway",
        meaning=meanings.SAVE_ANYWAY,
        label="Save anyway",
        changes=True,
    ),
    Action(
        id="server_form.test",
        title="Test the settings without saving them",
        handler="test",
        meaning=meanings.TEST,
        label="Test",
    ),
    Action(
        id="server_form.compare",
        title="Compare with the changed settings on disk",
        handler="compare",
        meaning=meanings.DIFFERENCES,
        label="Compare",
        when=_differs,
    ),
    Action(id="server_form.close", title="Close the form", handler="close", meaning=meanings.BACK, label="Close"),
)
