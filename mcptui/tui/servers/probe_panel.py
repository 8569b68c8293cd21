"""A test step by step: results, errors, and hints."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from mcptui.model.runtime import JsonObject, ProbeStatus, ProbeStep
from mcptui.protocol.text import one_line, visible
from mcptui.tui.servers.detail import remarks_section
from mcptui.tui.text.tone import Tone, toned
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.facts import section, sections

_MARKS: Final[dict[ProbeStatus, tuple[str, Tone]]] = {
    "running": ("◐", "warn"),
    "ok": ("✓", "ok"),
    "failed": ("✗", "bad"),
    "skipped": ("–", "muted"),
}
_STDERR_LINES: Final = 12


class ProbePanel(DetailPane):
    """Shows the steps of one test as they run."""

    def __init__(self, title: str = "Test") -> None:
        super().__init__(title, id="probe")
        self._title = title
        self._steps: dict[str, ProbeStep] = {}
        self._stderr: tuple[str, ...] = ()

    def on_mount(self) -> None:
        self.show(self._title, toned("Press f5 to test these settings without saving.", "muted"))

    @property
    def succeeded(self) -> bool:
        """Whether the last test succeeded."""
        done = self._steps.get("done")
        return done is not None and done.status == "ok"

    @property
    def result(self) -> JsonObject:
        """The result of the last test."""
        done = self._steps.get("done")
        return (done and done.result) or {}

    def begin(self) -> None:
        """Clear the last test."""
        self._steps.clear()
        self._stderr = ()
        self.show(self._title, toned("◐ testing", "warn"), keep_place=False)

    def add(self, step: ProbeStep) -> None:
        """Show a step, or its new status."""
        self._steps[step.step] = step
        if step.stderr:
            self._stderr = tuple(step.stderr)
        self.show(self._title, self._content())

    def fail(self, message: str, hint: str | None) -> None:
        """The test could not be run."""
        self.add(ProbeStep(step="gateway", status="failed", detail=message, hint=hint))

    def _content(self) -> Content:
        parts = [Content("\n").join(self._line(step) for step in self._steps.values())]
        parts += [section("What to do", visible(step.hint, limit=1000)) for step in self._steps.values() if step.hint]
        parts.append(remarks_section(self.result.get("remarks", ())))
        if self._stderr:
            lines = "\n".join(one_line(line, limit=300) for line in self._stderr[-_STDERR_LINES:])
            parts.append(section("Output (stderr)", lines, "muted"))
        if tools := self.result.get("tools"):
            names = "\n".join(one_line(str(tool.get("name", "")), limit=60) for tool in tools)
            parts.append(section(f"Tools ({len(tools)})", names))
        return sections(parts)

    def _line(self, step: ProbeStep) -> Content:
        glyph, tone = _MARKS[step.status]
        line = toned(glyph, tone) + Content(f" {one_line(step.title, limit=20):<11}")
        if step.ms is not None:
            line += toned(f"{step.ms:>6.0f} ms  ", "muted")
        detail = visible(step.detail, limit=1000)
        return line + toned(detail, "bad" if step.status == "failed" else "muted")
