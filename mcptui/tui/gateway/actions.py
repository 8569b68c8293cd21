"""What can be done in the Gateway mode."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.access.denial import Missing
from mcptui.model.runtime import CallRecord, ConnectedClient
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action


class Calls(Protocol):
    """What decides which actions there are."""

    @property
    def is_gateway_running(self) -> bool: ...
    @property
    def is_port_taken(self) -> bool: ...
    @property
    def tab(self) -> str: ...
    @property
    def call(self) -> CallRecord | None: ...
    @property
    def missing(self) -> Missing | None: ...
    @property
    def client(self) -> ConnectedClient | None: ...


def _is_running(screen: Calls) -> bool:
    return screen.is_gateway_running


def _is_port_taken(screen: Calls) -> bool:
    return screen.is_port_taken


def _has_call(screen: Calls) -> bool:
    return screen.call is not None and screen.tab == "traffic"


def _can_replay(screen: Calls) -> bool:
    return _has_call(screen) and screen.is_gateway_running


def _can_edit(screen: Calls) -> bool:
    if screen.call is None or not _can_replay(screen):
        return False
    from mcptui.tui.gateway.edit_call import is_editable  # no call is looked at before the first frame

    return is_editable(screen.call)


def _can_grant(screen: Calls) -> bool:
    return _has_call(screen) and screen.missing is not None and screen.missing.draft is not None


def _has_client(screen: Calls) -> bool:
    return screen.client is not None


def _in_traffic(screen: Calls) -> bool:
    return screen.tab == "traffic"


def _in_stats(screen: Calls) -> bool:
    return screen.tab == "stats"


ACTIONS: Final = (
    Action(
        id="gateway.start_stop",
        title="Start or stop the gateway",
        handler="start_stop",
        meaning=meanings.START_STOP,
        label="Start/stop",
    ),
    Action(
        id="gateway.free_port",
        title="Take a free port and start the gateway",
        handler="free_port",
        meaning=meanings.FREE_PORT,
        label="Free port",
        when=_is_port_taken,
        changes=True,
    ),
    Action(
        id="gateway.restart",
        title="Restart the gateway",
        handler="restart",
        meaning=meanings.RENEW,
        when=_is_running,
    ),
    Action(
        id="gateway.replay",
        title="Replay the call as a key of your choice",
        handler="replay",
        meaning=meanings.AGAIN,
        label="Replay",
        when=_can_replay,
    ),
    Action(
        id="gateway.edit_call",
        title="Edit the call in Test and resend it",
        handler="edit_call",
        meaning=meanings.EDIT,
        label="Edit & resend",
        when=_can_edit,
    ),
    Action(
        id="gateway.grant",
        title="Grant the missing access",
        handler="grant",
        meaning=meanings.GRANT,
        label="Grant",
        when=_can_grant,
        changes=True,
    ),
    Action(
        id="gateway.export",
        title="Export the listed calls as JSON lines",
        handler="export",
        meaning=meanings.EXPORT,
        when=_in_traffic,
    ),
    Action(id="gateway.filter", title="Filter", handler="filter", meaning=meanings.FILTER, label="Filter"),
    Action(id="gateway.log", title="Switch between traffic and log", handler="log"),
    Action(
        id="gateway.next_tab",
        title="Next view: traffic, statistics, tokens, clients, log",
        handler="step_tab(1)",
        meaning=meanings.NEXT_VIEW,
        label="Next view",
    ),
    Action(id="gateway.previous_tab", title="Previous view", handler="step_tab(-1)", meaning=meanings.PREVIOUS_VIEW),
    Action(
        id="gateway.copy_call",
        title="Copy the call as JSON",
        handler="copy_call",
        meaning=meanings.COPY,
        when=_has_call,
    ),
    Action(
        id="gateway.disconnect",
        title="Disconnect the client: end its sessions, streams and calls",
        handler="disconnect",
        meaning=meanings.DELETE,
        label="Disconnect",
        when=_has_client,
    ),
    Action(
        id="gateway.client_calls",
        title="Calls of the client",
        handler="client_calls",
        meaning=meanings.CALLS,
        label="Calls",
        when=_has_client,
    ),
    Action(
        id="gateway.stats_group",
        title="Group by server, key, tool or client",
        handler="stats_group",
        meaning=meanings.SORT,
        label="Group by",
        when=_in_stats,
    ),
    Action(
        id="gateway.stats_time",
        title="Change the period",
        handler="stats_time",
        meaning=meanings.PERIOD,
        label="Period",
        when=_in_stats,
    ),
    Action(
        id="gateway.reload",
        title="Reload configuration",
        handler="reload",
        when=_is_running,
    ),
    Action(
        id="gateway.survive",
        title="Keep the gateway running after quitting, or not",
        handler="survive",
        meaning=meanings.SURVIVE,
        changes=True,
    ),
    Action(
        id="gateway.settings",
        title="Settings of gateway and secret store",
        handler="settings",
        meaning=meanings.SETTINGS,
        changes=True,
    ),
    Action(
        id="gateway.copy",
        title="Copy the endpoint's URL",
        handler="copy_url",
        meaning=meanings.COPY_AS,
        when=_is_running,
    ),
)
