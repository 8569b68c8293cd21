"""The bundled MCP server: ``python -m mcptui.demo.server`` speaks MCP on stdin and stdout, in both eras."""

from __future__ import annotations

import json

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.types import ToolAnnotations

from mcptui import __version__
from mcptui.demo import tools
from mcptui.demo.notes import NOTES

_LOOKS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def demo_server() -> MCPServer:
    """A server with the demo tools, resources and one prompt."""
    server = MCPServer(
        "mcptui-demo",
        title="mcptui demo",
        version=__version__,
        instructions="Offline tools to try things with. Nothing here reaches the network or changes anything.",
        log_level="ERROR",
    )
    for tool, title in (
        (tools.calculate, "Calculate"),
        (tools.convert_time, "Convert a time"),
        (tools.search_notes, "Search the notes"),
        (tools.read_note, "Read a note"),
        (tools.draw_bars, "Draw bars"),
        (tools.slow_count, "Count slowly"),
        (tools.plan_trip, "Plan a trip"),
        (tools.fail, "Fail"),
    ):
        server.add_tool(tool, title=title, annotations=_LOOKS)
    server.add_tool(
        tools.book_room,
        title="Book a room",
        annotations=ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
        ),
    )
    server.resource("notes://index", title="All notes", mime_type="application/json")(notes_index)
    server.resource("notes://{note_id}", title="One note", mime_type="text/markdown")(note)
    server.prompt(title="Summarise the notes")(summarise)
    return server


def notes_index() -> str:
    """Ids and titles of the bundled notes."""
    return json.dumps({note.id: note.title for note in NOTES.values()}, ensure_ascii=False, indent=2)


def note(note_id: str) -> str:
    """One bundled note as Markdown."""
    if note_id not in NOTES:
        raise ResourceNotFoundError(f"there is no note {note_id!r}")
    return tools.read_note(note_id)


def summarise(topic: str = "everything") -> str:
    """Ask a model for a summary of the notes on a topic."""
    listed = "\n".join(f"- {found.title}: {found.text}" for found in NOTES.values())
    return f"Summarise these notes with regard to {topic}, in three sentences:\n\n{listed}"


if __name__ == "__main__":
    demo_server().run("stdio")
