"""The form for a new org, team, user or key, and for editing one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mcptui.access.subjects import Ref, put
from mcptui.model import Key, Org, State, Subject, Team, User
from mcptui.model.entities import SubjectKind
from mcptui.model.names import subject_name_problem
from mcptui.model.setting import make
from mcptui.tui.access.allowed import Allowed
from mcptui.tui.access.box_pane import ServerBoxes
from mcptui.tui.settings.dialog import Save, SettingsDialog
from mcptui.tui.settings.fields import FormField, NameField, Read, Values, blank, setting_fields, values_with_name
from mcptui.tui.settings.form import SettingsForm

CLASSES: Final[Mapping[SubjectKind, type[Subject]]] = {"org": Org, "team": Team, "user": User, "key": Key}
#: Edited as boxes: here for a new subject, later in the Access mode.
BOXES: Final = ("servers",)

_NEW: Final = "(new)"
_BOXES_HELP: Final = "Allowed servers: space toggle, a all, 0 none, delete inherit, - deny"


def subject_fields(kind: SubjectKind, state: State, values: Values | None = None) -> tuple[FormField, ...]:
    """The fields of one kind, in the order of the screen; ``values`` is what they begin with."""
    name = NameField(placeholder="letters, digits, . _ @ -", problem=subject_name_problem)
    return (name, *setting_fields(CLASSES[kind], but=BOXES, state=state, values=values))


def subject_of(kind: SubjectKind, values: Values) -> Subject:
    """A new subject. A new key has no hash yet: making one is up to the service."""
    return make(CLASSES[kind], {**({"hash": ""} if kind == "key" else {}), **values})


class SubjectForm(SettingsDialog):
    """Returns what was saved, or None.

    Args:
        state: where there is what the subject may belong to.
        kind: what is new.
        save: keeps it.
        edited: the subject that is changed; None makes a new one.
        above: what a new one belongs to at first.
    """

    DEFAULT_CSS = """
    SubjectForm .boxes-title { margin-top: 1; color: $foreground-muted; }
    SubjectForm ServerBoxes { max-height: 9; background: $panel; }
    """

    def __init__(
        self, state: State, kind: SubjectKind, save: Save, *, edited: Subject | None = None, above: Ref | None = None
    ) -> None:
        values = blank(CLASSES[kind]) if edited is None else values_with_name(edited)
        if above is not None and above.kind in values:
            values = {**values, above.kind: above.name}
        title = f"New {kind}" if edited is None else f"Edit {kind} {edited.name}"
        super().__init__(title, subject_fields(kind, state, values), values, save, is_new=edited is None)
        self._state = state
        self._kind = kind

    def compose_more(self) -> ComposeResult:
        if self._is_new:
            yield Static(Content(_BOXES_HELP), classes="boxes-title")
            yield ServerBoxes()

    def filled(self) -> None:
        self._show_boxes(None)

    def read(self) -> Read:
        found = super().read()
        return replace(found, values={**found.values, "servers": self._boxes.allowed}) if self._is_new else found

    @property
    def is_edited(self) -> bool:
        return super().is_edited or (self._is_new and self._boxes.allowed is not None)

    @property
    def _boxes(self) -> ServerBoxes:
        return self.query_one(ServerBoxes)

    @on(SettingsForm.Changed)
    def _fields_changed(self) -> None:
        if self._is_new:
            self._show_boxes(self._boxes.allowed)

    @on(ServerBoxes.Edited)
    def _boxes_edited(self, event: ServerBoxes.Edited) -> None:
        self._show_boxes(event.allowed)

    def _show_boxes(self, allowed: Allowed) -> None:
        """The boxes with what the chosen parents leave of them."""
        if self._is_new:
            # Also a name that is taken or empty: the boxes are about a subject that does not exist yet.
            draft = subject_of(self._kind, {**super().read().values, "name": _NEW, "servers": allowed})
            self._boxes.show(put(self._state, draft), Ref(self._kind, _NEW), allowed)
