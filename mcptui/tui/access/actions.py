"""What can be done in the Access mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from mcptui.access.subjects import Ref
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action


class Subjects(Protocol):
    """Conditions of the actions."""

    @property
    def current(self) -> Ref | None: ...
    @property
    def is_dirty(self) -> bool: ...
    @property
    def findings(self) -> Sequence[object]: ...


def _on_subject(screen: Subjects) -> bool:
    return screen.current is not None


def _on_key(screen: Subjects) -> bool:
    return screen.current is not None and screen.current.kind == "key"


def _is_dirty(screen: Subjects) -> bool:
    return screen.is_dirty


def _has_findings(screen: Subjects) -> bool:
    return bool(screen.findings)


ACTIONS: Final = (
    Action(
        id="access.new",
        title="New org, team, user or key",
        handler="new",
        meaning=meanings.ADD,
        label="New",
        changes=True,
    ),
    Action(
        id="access.edit",
        title="Edit",
        handler="edit",
        meaning=meanings.EDIT,
        label="Edit",
        when=_on_subject,
        changes=True,
    ),
    Action(
        id="access.delete",
        title="Delete",
        handler="delete",
        meaning=meanings.DELETE,
        label="Delete",
        when=_on_subject,
        changes=True,
    ),
    Action(
        id="access.apply",
        title="Apply the changes",
        handler="apply",
        meaning=meanings.SAVE,
        label="Apply",
        when=_is_dirty,
        changes=True,
    ),
    Action(
        id="access.discard",
        title="Discard the changes",
        handler="discard",
        meaning=meanings.DISCARD,
        when=_is_dirty,
    ),
    Action(
        id="access.tools",
        title="Choose the allowed tools of the server under the cursor",
        handler="tools",
        meaning=meanings.TOOLS,
        label="Tools",
        when=_on_subject,
        changes=True,
    ),
    Action(
        id="access.reading",
        title="Restrict to read-only tools",
        handler="reading",
        meaning=meanings.READ_ONLY,
        when=_on_subject,
        changes=True,
    ),
    Action(
        id="access.rotate",
        title="Rotate the key",
        handler="rotate",
        meaning=meanings.RENEW,
        when=_on_key,
        changes=True,
    ),
    Action(
        id="access.revoke",
        title="Disable or enable the key",
        handler="revoke",
        meaning=meanings.TOGGLE,
        when=_on_key,
        changes=True,
    ),
    Action(
        id="access.explain",
        title="Explain why the server under the cursor is allowed or denied",
        handler="explain",
        meaning=meanings.EXPLAIN,
        when=_on_subject,
    ),
    Action(
        id="access.install",
        title="Install the gateway into a client, with this key",
        handler="install",
        meaning=meanings.CONNECT,
        when=_on_key,
        changes=True,
    ),
    Action(id="access.test", title="Test as this key", handler="test", meaning=meanings.TEST, when=_on_key),
    Action(id="access.matrix", title="Access matrix", handler="matrix", meaning=meanings.VIEW, label="Matrix"),
    Action(id="access.groups", title="Groups of servers: new, edit, delete", handler="groups", meaning=meanings.GROUPS),
    Action(id="access.findings", title="Findings", handler="findings", meaning=meanings.FINDINGS, when=_has_findings),
    Action(id="access.back", title="Back to the list", handler="back", meaning=meanings.BACK),
    Action(id="access.filter", title="Filter the list", handler="filter", meaning=meanings.FILTER),
    Action(
        id="access.boxes",
        title="Next pane: list, boxes",
        handler="switch_pane",
        meaning=meanings.NEXT_VIEW,
    ),
    Action(id="access.list", title="Previous pane", handler="switch_pane", meaning=meanings.PREVIOUS_VIEW),
)
