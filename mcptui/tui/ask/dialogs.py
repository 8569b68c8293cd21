"""Dialogs for requests of servers during a call: elicitation, sampling, roots."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static, TextArea

from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.schema import build
from mcptui.tui.ask.answer import CANCELLED, DECLINED, REJECTED, Answer, accepted, roots, sampled, unknown
from mcptui.tui.form.schema_form import SchemaForm
from mcptui.tui.keys import meanings
from mcptui.tui.text.json_text import passages_content
from mcptui.tui.text.pretty import passages
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.buttons import ButtonRow, LineButton


class AskDialog(ModalScreen[Answer]):
    """A question with the buttons accept, decline and cancel; ``escape`` is cancel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("cancel", "Cancel"),
        meanings.SAVE.bind("accept", "Accept"),
    ]
    DEFAULT_CSS = """
    AskDialog { align: center middle; }
    AskDialog > Vertical {
        width: 76; max-width: 94%; height: auto; max-height: 90%; padding: 1 2 0 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    AskDialog .ask-text { height: auto; max-height: 12; margin-bottom: 1; }
    AskDialog .ask-text > Static { height: auto; }
    AskDialog SchemaForm { height: auto; max-height: 24; padding: 0; }
    AskDialog TextArea { height: 6; background: $panel; }
    AskDialog .ask-note { height: auto; display: none; }
    AskDialog .ask-note.-shown { display: block; }
    AskDialog ButtonRow { margin: 1 0; }
    """
    TITLE_TEXT: ClassVar[str] = "Server requests input"
    ACCEPT: ClassVar[str] = "Accept"
    DECLINE: ClassVar[str | None] = "Decline"

    def __init__(self, server: str, params: JsonObject) -> None:
        super().__init__()
        self._server = server
        self._params = params
        self._is_withdrawn = False

    def withdraw(self) -> None:
        """The answer is no longer needed: close, at once or when the dialog is on top again.

        Textual closes what is on top, which is something else while another mode or a dialog covers this one.
        """
        self._is_withdrawn = True
        if self.is_active:
            self.dismiss(CANCELLED)

    def on_screen_resume(self) -> None:
        if self._is_withdrawn:
            self.dismiss(CANCELLED)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            source = f" · {one_line(self._server, limit=40)}" if self._server else ""
            box.border_title = Content(f"{self.TITLE_TEXT}{source}")
            with VerticalScroll(classes="ask-text", can_focus=False):
                yield Static(self.question())
            yield from self.compose_editor()
            yield Static(classes="ask-note")
            with ButtonRow():
                yield LineButton(f"{self.ACCEPT} (ctrl+s)", variant="primary", id="accept")
                if self.DECLINE is not None:
                    yield LineButton(self.DECLINE, id="decline")
                yield LineButton("Cancel (esc)", id="cancel")

    def question(self) -> Content:
        """What the server wants."""
        return Content(visible(str(self._params.get("message", "")), limit=4000))

    def compose_editor(self) -> ComposeResult:
        """What the person fills in."""
        yield from ()

    def accepted(self) -> Answer | None:
        """The answer, or None when something is missing; that is shown then."""
        raise NotImplementedError

    def declined(self) -> Answer:
        """The answer of a person who does not want this."""
        return DECLINED

    def cancelled(self) -> Answer:
        """The answer of a person who closes the dialog."""
        return CANCELLED

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "accept":
                self.action_accept()
            case "decline":
                self.dismiss(self.declined())
            case "cancel":
                self.action_cancel()

    def action_accept(self) -> None:
        """Answer with what is filled in."""
        if (answer := self.accepted()) is not None:
            self.dismiss(answer)

    def action_cancel(self) -> None:
        """Close without an answer of one's own."""
        self.dismiss(self.cancelled())

    def note(self, text: str) -> None:
        """Say why the answer cannot be sent."""
        note = self.query_one(".ask-note", Static)
        note.update(toned(f"✗ {visible(text, limit=300)}", "bad"))
        note.add_class("-shown")


class FormDialog(AskDialog):
    """Elicitation with a form."""

    ACCEPT = "Send"

    def compose_editor(self) -> ComposeResult:
        yield SchemaForm(build(self._params.get("requestedSchema", {"type": "object", "properties": {}})))

    def on_mount(self) -> None:
        self.query_one(SchemaForm).focus_first()

    def accepted(self) -> Answer | None:
        reading = self.query_one(SchemaForm).read()
        if not reading.problems:
            return accepted(reading.value)
        self.note(str(reading.problems[0]))
        return None


class UrlDialog(AskDialog):
    """Elicitation by URL: nothing is opened by itself."""

    ACCEPT = "Done"
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.LOG_IN.bind("open", "Open"),
        meanings.COPY.bind("copy", "Copy"),
    ]

    @property
    def url(self) -> str:
        """Where the server wants the person to go."""
        return str(self._params.get("url", ""))

    def question(self) -> Content:
        parts = urlsplit(self.url) if "[" not in self.url else None
        host = visible(parts.hostname or "", limit=200) if parts is not None else ""
        lines = [super().question(), Content(""), toned("Open this address in a browser:", "muted")]
        lines.append(toned(visible(self.url, limit=4000), "accent"))
        if host:
            lines.append(toned("on the site ", "muted") + toned(host, "strong"))
        if parts is None or parts.scheme != "https":
            lines.append(toned("! The address is not https.", "warn"))
        lines += [Content(""), toned("o opens it · y copies it", "muted")]
        return Content("\n").join(lines)

    def on_mount(self) -> None:
        self.query_one("#cancel", Button).focus()

    def accepted(self) -> Answer:
        return accepted()

    def action_open(self) -> None:
        """Open the address in the browser of this machine."""
        if self.url.startswith(("https://", "http://")):
            self.app.open_url(self.url)
        else:
            self.note("only http and https addresses are opened")

    def action_copy(self) -> None:
        """Copy the address."""
        self.app.copy_to_clipboard(self.url)
        self.notify(f"Copied, {len(self.url)} characters", markup=False)


class TextAskDialog(AskDialog):
    """A request that is answered with a text, which may be one that was written before."""

    ACCEPT = "Send"
    DECLINE = None
    PLACEHOLDER: ClassVar[str] = ""

    def __init__(self, server: str, params: JsonObject, written: str = "") -> None:
        super().__init__(server, params)
        #: The text as it was sent.
        self.written = written

    def compose_editor(self) -> ComposeResult:
        yield TextArea(self.written, placeholder=self.PLACEHOLDER, compact=True)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.focus()
        area.select_all()

    def cancelled(self) -> Answer:
        return REJECTED


class SamplingDialog(TextAskDialog):
    """Sampling: the person writes the response of the model."""

    TITLE_TEXT = "Sampling request"
    PLACEHOLDER = "Respond as the model"

    def question(self) -> Content:
        parts = []
        if isinstance(system := self._params.get("systemPrompt"), str) and system:
            parts.append(toned("system: ", "muted") + Content(visible(system, limit=2000)))
        parts.append(passages_content(passages({"messages": self._params.get("messages", [])}), limit=8000))
        limit = self._params.get("maxTokens")
        if limit is not None:
            parts.append(toned(f"at most {one_line(str(limit), limit=20)} tokens", "muted"))
        return Content("\n\n").join(parts)

    def accepted(self) -> Answer | None:
        text = self.written = self.query_one(TextArea).text
        if not text.strip():
            self.note("a response is required")
            return None
        return sampled(text)


class RootsDialog(TextAskDialog):
    """Roots: the directories that the server may work in."""

    TITLE_TEXT = "Server requests roots"
    PLACEHOLDER = "/home/me/project"

    def question(self) -> Content:
        return Content("One directory per line; leave empty for none.")

    def accepted(self) -> Answer | None:
        self.written = self.query_one(TextArea).text
        lines = [line.strip() for line in self.written.splitlines() if line.strip()]
        relative = next(
            (line for line in lines if not line.startswith("file://") and not Path(line).is_absolute()), None
        )
        if relative is not None:
            self.note(f"{relative} is not an absolute path")
            return None
        return roots([line if line.startswith("file://") else Path(line).as_uri() for line in lines])


def dialog_for(server: str, method: str, params: Json, *, written: str = "") -> AskDialog | Answer:
    """The dialog for a request, or the answer where there is nothing to ask; ``written`` is a text to begin with."""
    known: JsonObject = params if isinstance(params, dict) else {}
    match method:
        case "elicitation/create":
            return UrlDialog(server, known) if known.get("mode") == "url" else FormDialog(server, known)
        case "sampling/createMessage":
            return SamplingDialog(server, known, written)
        case "roots/list":
            return RootsDialog(server, known, written)
    return unknown(method)
