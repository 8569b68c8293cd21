"""A form and the same value as JSON text, one shown at a time."""

from __future__ import annotations

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher, Static, TextArea

from mcptui.protocol.text import visible
from mcptui.schema import UNSET, Field, JsonTextError, MaybeJson, Problem, build, parse_json
from mcptui.tui.form.schema_form import Reading, SchemaForm
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.json_area import JsonArea, editable


class ArgumentsEditor(Vertical):
    """:meth:`toggle` goes from one side to the other and takes everything along."""

    DEFAULT_CSS = """
    ArgumentsEditor > ContentSwitcher { height: 1fr; }
    ArgumentsEditor TextArea#json-text { height: 1fr; background: $surface; padding: 0 1; }
    ArgumentsEditor > .json-problem { height: auto; max-height: 3; padding: 0 1; display: none; }
    ArgumentsEditor.-wrong > .json-problem { display: block; }
    """
    form = getters.query_one(SchemaForm)
    _switcher = getters.query_one(ContentSwitcher)
    _text = getters.query_one("#json-text", TextArea)
    _problem = getters.query_one(".json-problem", Static)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._field: Field = build({"type": "object", "properties": {}})
        #: What the shown arguments belong to.
        self.shown_key = ""

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="form"):
            yield SchemaForm(self._field, id="form")
            yield JsonArea(id="json-text", language="json", compact=True, show_line_numbers=True)
        yield Static(classes="json-problem")

    @property
    def is_json(self) -> bool:
        """Whether the JSON text is shown."""
        return self._switcher.current == "json-text"

    async def load(self, field: Field, value: MaybeJson = UNSET, *, key: str = "") -> None:
        """Show another schema or other values; the side stays."""
        self.shown_key = ""
        self._field = field
        self._say("")
        await self.form.load(field, value)
        if self.is_json:
            self._text.text = editable({} if value is UNSET else value)
        self.shown_key = key

    def read(self, *, complete: bool = True) -> Reading:
        """The value and its problems; the ones that are found are shown."""
        if not self.is_json:
            return self.form.read(complete=complete)
        try:
            value = parse_json(self._text.text)
        except JsonTextError as error:
            self._say(str(error))
            if error.line is not None and error.column is not None:
                self._text.move_cursor((error.line - 1, error.column - 1))
            self._text.focus()
            return Reading({}, (Problem((), str(error)),), lossy=True)
        self._say("")
        # No light validation here: JSON is the way to send what a form would refuse.
        return Reading(value)

    def peek(self) -> Reading:
        """The value without complaints."""
        if not self.is_json:
            return self.form.peek()
        try:
            return Reading(parse_json(self._text.text))
        except JsonTextError:
            return Reading({}, lossy=True)

    def focus_first(self) -> None:
        """Put the focus where the person types."""
        if self.is_json:
            self._text.focus()
        else:
            self.form.focus_first()

    async def toggle(self) -> None:
        """Show the other side; text that is no value keeps its side."""
        reading = self.read(complete=False)
        if reading.lossy:
            return
        if self.is_json:
            await self.form.load(self._field, reading.value)
            self._switcher.current = "form"
        else:
            self._text.text = editable(reading.value)
            self._switcher.current = "json-text"
        self.focus_first()

    @on(TextArea.Changed, "#json-text")
    def _text_changed(self) -> None:
        self._say("")

    def _say(self, problem: str) -> None:
        self.set_class(bool(problem), "-wrong")
        self._problem.update(toned(f"✗ {visible(problem, limit=300)}" if problem else "", "bad"))
