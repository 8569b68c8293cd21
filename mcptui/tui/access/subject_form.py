"""The form for a new org, team, user or key, and for editing one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mcptui.access.subjects import Ref, put
from mcptui.errors import RefusedError
from mcptui.model import Key, Org, State, Subject, Team, User
from mcptui.model.entities import TOOL_PRESETS, SubjectKind
from mcptui.model.names import subject_name_problem
from mcptui.model.runtime import Listed
from mcptui.model.setting import changed, make
from mcptui.services.tool_presets import with_preset
from mcptui.tui.access.allowed import Allowed
from mcptui.tui.access.box_pane import ServerBoxes
from mcptui.tui.settings.dialog import Save, SettingsDialog
from mcptui.tui.settings.fields import (
    FormField,
    NameField,
    Read,
    SettingField,
    Texts,
    Values,
    blank,
    setting_fields,
    values_with_name,
)
from mcptui.tui.settings.form import SettingsForm
from mcptui.tui.settings.text import Text

CLASSES: Final[Mapping[SubjectKind, type[Subject]]] = {"org": Org, "team": Team, "user": User, "key": Key}
#: Edited as boxes: here for a new subject, later in the Access mode.
BOXES: Final = ("servers",)

_NEW: Final = "(new)"
_PRESET: Final = "preset"
_CHOSEN: Final = "choose"
_WORDS: Final = {"all": "all (not set)", "read-only": "read-only tools", _CHOSEN: "choose"}
_BOXES_HELP: Final = "Allowed servers: space toggle, a all, 0 none, delete inherit, - deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetField(FormField):
    """How the setting *tools* is made; it writes nothing itself."""

    @property
    def sets(self) -> tuple[str, ...]:
        return ()

    def show(self, values: Values) -> Text:
        return _CHOSEN if values["tools"] else "all"

    def read(self, text: Text, now: datetime) -> Values:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTools(SettingField):
    """The setting *tools*, where it is not made by a preset."""

    def matters(self, texts: Texts) -> bool:
        return texts[_PRESET] == _CHOSEN


def subject_fields(kind: SubjectKind, state: State, values: Values | None = None) -> tuple[FormField, ...]:
    """The fields of one kind, in the order of the screen; ``values`` is what they begin with."""
    name = NameField(placeholder="letters, digits, . _ @ -", problem=subject_name_problem)
    return (name, *_with_preset(setting_fields(CLASSES[kind], but=BOXES, state=state, values=values)))


def _with_preset(found: tuple[FormField, ...]) -> Iterator[FormField]:
    """How tools are chosen stands before them."""
    for each in found:
        if each.name == "tools" and isinstance(each, SettingField):
            choices = ((name, _WORDS[name]) for name in (*TOOL_PRESETS, _CHOSEN))
            help_ = "all, the read-only ones of the allowed servers as they are now, or globs by server"
            yield PresetField(name=_PRESET, title=each.title, help=help_, look="choice", choices=tuple(choices))
            yield ChosenTools(
                **{part.name: getattr(each, part.name) for part in dataclass_fields(each)} | {"title": ""}
            )
        else:
            yield each


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
        listed: the tools that there are; None where the gateway does not run.
    """

    DEFAULT_CSS = """
    SubjectForm .boxes-title { margin-top: 1; color: $foreground-muted; }
    SubjectForm ServerBoxes { max-height: 9; background: $panel; }
    """

    def __init__(
        self,
        state: State,
        kind: SubjectKind,
        save: Save,
        *,
        edited: Subject | None = None,
        above: Ref | None = None,
        listed: Listed | None = None,
    ) -> None:
        values = blank(CLASSES[kind]) if edited is None else values_with_name(edited)
        if above is not None and above.kind in values:
            values = {**values, above.kind: above.name}
        title = f"New {kind}" if edited is None else f"Edit {kind} {edited.name}"
        super().__init__(title, subject_fields(kind, state, values), values, save, is_new=edited is None)
        self._state = state
        self._kind = kind
        self._edited = edited
        self._listed = listed

    def compose_more(self) -> ComposeResult:
        if self._is_new:
            yield Static(Content(_BOXES_HELP), classes="boxes-title")
            yield ServerBoxes()

    def filled(self) -> None:
        self._show_boxes(None)

    def read(self) -> Read:
        found = super().read()
        values = {**found.values, "servers": self._boxes.allowed} if self._is_new else dict(found.values)
        preset = self.form.texts[_PRESET]
        if preset == _CHOSEN or found.problems or preset == self._start[_PRESET]:
            return replace(found, values=values)
        if preset == "read-only" and self._listed is None:
            problem = "needs the tools of the servers: start the gateway, then open this form again"
            return replace(found, problems={_PRESET: problem})
        draft = subject_of(self._kind, values) if self._edited is None else changed(self._edited, values)
        try:
            made = with_preset(self._state, self._kind, draft, "all" if preset == "all" else "read-only", self._listed)
        except RefusedError:
            return replace(found, problems={_PRESET: "needs allowed servers"})
        unset = found.unset | ({"tools"} if made.tools is None else set())
        return replace(found, values={**values, "tools": made.tools}, unset=unset)

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
