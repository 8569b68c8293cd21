"""Several servers from one paste."""

from __future__ import annotations

from textual.app import App, ComposeResult

from mcptui.model import Server
from mcptui.tui.servers.draft_list import DraftList

SERVERS = [Server(name="a", url="http://a"), Server(name="b", command="run", args=("[x]",)), Server(name="c", url="c")]


class DraftsApp(App[None]):
    """Only the list."""

    def compose(self) -> ComposeResult:
        yield DraftList()

    def on_mount(self) -> None:
        self.query_one(DraftList).show(SERVERS)


async def test_space_switches_one_and_m_all() -> None:
    app = DraftsApp()
    async with app.run_test() as pilot:
        drafts = app.query_one(DraftList)
        drafts.focus()
        seen = []
        for key in ("j", "space", "M", "M", "M"):
            await pilot.press(key)
            seen.append("".join(server.name for server in drafts.chosen))
        # The cursor stays where it was.
        assert drafts.highlighted == 1
        assert str(drafts.border_title) == "3 of 3 servers"
    assert seen == ["abc", "ac", "abc", "", "abc"]


async def test_other_servers_are_all_ticked() -> None:
    app = DraftsApp()
    async with app.run_test() as pilot:
        drafts = app.query_one(DraftList)
        drafts.focus()
        await pilot.press("M")
        drafts.show(SERVERS[:1])
        assert [server.name for server in drafts.chosen] == ["a"]
        drafts.show([])
        assert (drafts.chosen, drafts.highlighted) == ((), None)
