"""The field for adding servers: takes a URL, a command or JSON, and shows how it is read."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static, TextArea

from mcptui.interop.documents import is_incomplete
from mcptui.interop.paste import Paste, parse_paste
from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings
from mcptui.tui.servers.covering import covered, secrets_of
from mcptui.tui.text.tone import toned

_KINDS: Final = {
    "url": "URL",
    "command": "command",
    "json": "JSON",
    "curl": "curl command",
    "claude": "claude mcp add",
    "codex": "codex mcp add",
    "gemini": "gemini mcp add",
    "vscode": "code --add-mcp",
}


class PasteArea(TextArea):
    """Enter submits, except while JSON is incomplete; ``ctrl+j`` is always a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.OPEN.bind("submit", priority=True),
        meanings.NEW_LINE.bind("new_line"),
        meanings.NEXT_FIELD.bind("app.focus_next", priority=True),
    ]

    class Submitted(Message):
        """Enter on something complete."""

    #: What is drawn as dots.
    secrets: reactive[frozenset[str]] = reactive(frozenset())

    def watch_secrets(self) -> None:
        self.notify_style_update()

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        line.plain = covered(line.plain, self.secrets)
        return line

    def action_submit(self) -> None:
        """Submit, or insert a line break into incomplete JSON."""
        if self.text.lstrip().startswith(("{", "[")) and is_incomplete(self.text):
            self.action_new_line()
        else:
            self.post_message(self.Submitted())

    def action_new_line(self) -> None:
        """Insert a line break."""
        self.insert("\n")


class PasteBox(Vertical):
    """The field with the reading under it."""

    DEFAULT_CSS = """
    PasteBox {
        height: auto; border: round $border-blurred; border-title-color: $foreground-muted; padding: 0 1;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > PasteArea {
            height: auto; min-height: 1; max-height: 6; border: none; padding: 0; background: transparent;
            scrollbar-size-vertical: 1;
            &:focus { border: none; }
        }
        & > PasteArea .text-area--cursor-line { background: transparent; }
        & > Static { height: auto; max-height: 6; }
    }
    """

    class Read(Message):
        """The text is different."""

    def __init__(self, taken: frozenset[str]) -> None:
        super().__init__()
        self.border_title = Content("Paste a URL, a command or a client's JSON")
        self._taken = taken

    def compose(self) -> ComposeResult:
        yield PasteArea(
            soft_wrap=True,
            tab_behavior="focus",
            placeholder="https://mcp.example.com/mcp  ·  npx -y @scope/server  ·  {“mcpServers”: …}",
        )
        yield Static(_reading(Paste((), "empty")))

    @property
    def area(self) -> PasteArea:
        """The field itself."""
        return self.query_one(PasteArea)

    @property
    def paste(self) -> Paste:
        """How the text reads now."""
        return parse_paste(self.area.text, self._taken) if self.is_mounted else Paste((), "empty")

    @on(TextArea.Changed)
    def _read(self, event: TextArea.Changed) -> None:
        event.stop()
        paste = self.paste
        self.area.secrets = secrets_of(paste.servers)
        self.query_one(Static).update(_reading(paste))
        self.post_message(self.Read())


def _reading(paste: Paste) -> Content:
    lines: list[Content] = []
    kind = _KINDS.get(paste.kind, paste.kind)
    for server in paste.servers[:3]:
        target = covered(server.url or " ".join([server.command or "", *server.args]), secrets_of([server]))
        lines.append(
            toned(f"✓ {kind} ", "ok") + toned(server.name, "strong") + toned(f"  {one_line(target, limit=80)}", "muted")
        )
    if len(paste.servers) > 3:
        lines.append(toned(f"  … {len(paste.servers)} servers", "muted"))
    if paste.problem and paste.kind != "empty":
        lines.append(toned(f"✗ {one_line(paste.problem, limit=160)}", "bad"))
    lines += [toned(f"  {one_line(note, limit=160)}", "warn") for note in paste.notes]
    return Content("\n").join(lines or [toned("Enter test and save · Tab edit fields", "muted")])
