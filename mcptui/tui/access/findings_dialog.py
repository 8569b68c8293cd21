"""The findings about access: unused keys, unreachable servers, redundant entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from mcptui.access.findings import Finding
from mcptui.protocol.text import counted, one_line, visible
from mcptui.tui.keys import meanings
from mcptui.tui.text.line import Line, line
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.pick_list import PickList


class FindingsDialog(ModalScreen[Finding | None]):
    """Returns the finding to go to."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.CLOSE.bind("close", "Close")]
    DEFAULT_CSS = """
    FindingsDialog { align: center middle; }
    FindingsDialog > Vertical {
        width: 90; max-width: 96%; height: auto; max-height: 90%;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    FindingsDialog OptionList {
        height: auto; max-height: 70vh; border: none; background: transparent; padding: 0 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    FindingsDialog Static { height: 4; margin-top: 1; padding: 0 1; }
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        #: Security first.
        self._findings = tuple(sorted(findings, key=lambda finding: finding.is_hint))

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            hints = sum(finding.is_hint for finding in self._findings)
            title = counted(len(self._findings) - hints, "finding")
            box.border_title = Content(f"{title}, {counted(hints, 'hint')}" if hints else title)
            box.border_subtitle = Content("enter go there · esc close")
            yield PickList(*(Option(_line(finding)) for finding in self._findings), compact=True)
            yield Static()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        finding = self._findings[event.option_index]
        hint = toned(f"\n{visible(finding.hint)}", "muted")
        self.query_one(Static).update(Content(visible(finding.message, limit=400)) + hint)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._findings[event.option_index])

    def action_close(self) -> None:
        """Close without going anywhere."""
        self.dismiss(None)


def _line(finding: Finding) -> Line:
    mark = toned("· ", "muted") if finding.is_hint else toned("▲ ", "warn")
    return line(mark + Content(one_line(finding.message, limit=200)))
