"""The form for a new org, team, user or key, and for editing one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import ClassVar, Final, TypeAlias

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from mcptui.access.subjects import Ref, put, table
from mcptui.errors import McptuiError
from mcptui.model import State
from mcptui.model.entities import SubjectKind
from mcptui.protocol.text import one_line, visible
from mcptui.tui.access.box_pane import ServerBoxes
from mcptui.tui.access.draft import SubjectDraft
from mcptui.tui.background import background, close_screen
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.buttons import LineButton
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

#: Saves the draft; raises McptuiError, which the form shows and stays open.
Save: TypeAlias = Callable[[SubjectDraft], Awaitable[None]]

PARENTS: Final[dict[SubjectKind, tuple[SubjectKind, ...]]] = {
    "org": (),
    "team": ("org",),
    "user": ("team",),
    "key": ("user", "team", "org"),
}
_NEW: Final = "(new)"
_NOBODY: Final = ""
_UNSAVED: Final = "The form is not saved."
_CHOICES: Final = (Choice("discard", "Discard", "error"), CANCEL, Choice("save", "Save", "primary"))
#: Ready answers for when a key ends.
_TERMS: Final = ("7d", "30d", "90d", "365d", "never")


class SubjectForm(ModalScreen[SubjectDraft | None]):
    """Returns the saved draft, or None."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012  Textual declares it as an instance's
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel", show=False),
        Binding("ctrl+s", "save", "Save", show=False),
    ]
    DEFAULT_CSS = """
    SubjectForm { align: center middle; }
    SubjectForm > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 96%; padding: 0 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    SubjectForm VerticalScroll { height: auto; max-height: 36; scrollbar-size-vertical: 1; }
    SubjectForm.-short VerticalScroll { max-height: 17; }
    SubjectForm .form-row { height: 1; margin-top: 1; }
    SubjectForm .form-row > .label { width: 13; color: $foreground-muted; }
    SubjectForm .form-row > Input, SubjectForm .form-row > Select { width: 1fr; }
    SubjectForm Input, SubjectForm SelectCurrent { background: $panel; }
    SubjectForm .term { min-width: 5; margin-left: 1; }
    SubjectForm .boxes-title { margin-top: 1; color: $foreground-muted; }
    SubjectForm.-short .form-row, SubjectForm.-short .buttons { margin-top: 0; }
    SubjectForm ServerBoxes { max-height: 9; background: $panel; }
    SubjectForm .problem { color: $text-error; height: auto; display: none; padding-left: 13; }
    SubjectForm .problem.-shown { display: block; }
    SubjectForm .buttons { height: 1; align-horizontal: right; margin: 1 0; }
    SubjectForm .buttons > Button { margin-left: 2; }
    """

    app = getters.app(Shell)
    boxes = getters.query_one(ServerBoxes)

    def __init__(self, state: State, draft: SubjectDraft, save: Save) -> None:
        super().__init__()
        self._state = state
        self._draft = draft
        #: What the form holds before anything is edited.
        self._start = draft
        self._save = save

    def compose(self) -> ComposeResult:
        draft = self._draft
        with Vertical() as box:
            is_new = draft.edited is None
            box.border_title = Content(f"New {draft.kind}" if is_new else f"Edit {draft.kind} {visible(draft.name)}")
            with VerticalScroll(can_focus=False):
                yield from self._input("name", "Name", draft.name, "letters, digits, . _ @ -")
                yield from self._input("description", "Description", draft.description, "for people")
                if PARENTS[draft.kind]:
                    with Horizontal(classes="form-row"):
                        yield Static(Content("Belongs to"), classes="label")
                        yield self._parent_select()
                if draft.kind == "key":
                    yield from self._input("expires", "Expires", draft.expires, "never; 30d, 12h or 2027-01-31", _TERMS)
                if draft.kind in {"key", "team"}:
                    yield from self._input("rpm", "Limit", draft.rpm, "no limit; requests a minute")
                if is_new:
                    yield Static(
                        Content("Allowed servers   space toggle · a all · c none · x says nothing"),
                        classes="boxes-title",
                    )
                    yield ServerBoxes()
                yield Static(id="failure", classes="problem")
            with Horizontal(classes="buttons"):
                yield LineButton("Save (ctrl+s)", variant="primary", id="save")
                yield LineButton("Cancel (esc)", id="cancel")

    def on_mount(self) -> None:
        self._show_boxes()
        self._start = self.read()
        self.query_one("#name", Input).focus()

    def _input(self, name: str, label: str, value: str, placeholder: str, choices: Sequence[str] = ()) -> ComposeResult:
        with Horizontal(classes="form-row"):
            yield Static(Content(label), classes="label")
            yield Input(value, id=name, placeholder=placeholder, compact=True)
            for choice in choices:
                yield LineButton(choice, classes="term")
        yield Static(id=f"{name}-problem", classes="problem")

    def _parent_select(self) -> Select[str]:
        options = [(Text("nobody"), _NOBODY)]
        for kind in PARENTS[self._draft.kind]:
            options += [(Text(f"{kind} {one_line(name)}"), f"{kind}:{name}") for name in table(self._state, kind)]
        known = {value for _, value in options}
        value = self._draft.parent.key if self._draft.parent is not None else _NOBODY
        if value not in known:
            options.append((Text(f"{one_line(value)} (does not exist)"), value))
        return Select(options, value=value, allow_blank=False, compact=True, id="parent")

    # --- reading ---

    def read(self) -> SubjectDraft:
        """What the form holds now."""
        texts = {widget.id: widget.value for widget in self.query(Input)}
        parent = self._draft.parent
        if PARENTS[self._draft.kind]:
            value = self.query_one("#parent", Select).value
            parent = Ref.parse(value) if isinstance(value, str) and value else None
        return replace(
            self._draft,
            name=texts["name"].strip(),
            description=texts["description"].strip(),
            parent=parent,
            expires=texts.get("expires", ""),
            rpm=texts.get("rpm", ""),
            servers=self.boxes.allowed if self._draft.edited is None else self._draft.servers,
        )

    @on(Select.Changed)
    def _parent_changed(self) -> None:
        self._show_boxes()

    @on(Input.Changed)
    def _input_changed(self, event: Input.Changed) -> None:
        self._show_problem(event.input.id or "", "")

    @on(Button.Pressed, ".term")
    def _term_chosen(self, event: Button.Pressed) -> None:
        label = str(event.button.label)
        self.query_one("#expires", Input).value = "" if label == _TERMS[-1] else label

    @on(Input.Submitted)
    def _to_next(self) -> None:
        self.focus_next()

    def _show_boxes(self) -> None:
        """The boxes with what the chosen parents leave of them."""
        if self._draft.edited is None:
            draft = self.read()
            # Also a name that is taken or empty: the boxes are about a subject that does not exist yet.
            state = put(self._state, replace(draft, name=_NEW).subject(self.app.context.now))
            self.boxes.show(state, Ref(draft.kind, _NEW), draft.servers)

    @on(ServerBoxes.Edited)
    def _boxes_edited(self) -> None:
        self._show_boxes()

    # --- saving ---

    @on(Button.Pressed, "#save")
    @background(group="save", exclusive=True)
    async def action_save(self) -> None:
        """Save; what is wrong is shown and the form stays."""
        draft = self.read()
        problems = draft.problems(self.app.context.now)
        for name in ("name", "expires", "rpm"):
            self._show_problem(name, problems.get(name, ""))
        if problems:
            self.query_one(f"#{next(iter(problems))}", Input).focus()
            return
        try:
            await self._save(draft)
        except McptuiError as error:
            self._show_problem("", f"{error.message} {error.hint or ''}".strip())
            return
        close_screen(self, draft)

    @on(Button.Pressed, "#cancel")
    @background(group="close", exclusive=True)
    async def action_close(self) -> None:
        """Leave; asks when there are edits."""
        answer = "discard"
        if self.read() != self._start:
            answer = await self.app.push_screen_wait(ChoiceDialog("Unsaved changes", _UNSAVED, _CHOICES))
        if answer == "save":
            self.action_save()
        elif answer == "discard":
            close_screen(self)

    def _show_problem(self, name: str, text: str) -> None:
        for widget in self.query(f"#{name}-problem" if name else "#failure").results(Static):
            widget.update(toned(f"✗ {visible(text, limit=400)}" if text else "", "bad"))
            widget.set_class(bool(text), "-shown")
