"""Tools by server, as far as they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mcptui.errors import UnreachableError
from mcptui.model.runtime import Listed
from mcptui.tui.access.tools_known import known_tools
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway

LISTED = Listed(tools=[{"name": "s__t"}, {"name": "s__u"}], owners={"s__t": ("s", "t"), "s__u": ("s", "u")})


@dataclass(slots=True)
class SilentGateway(FakeGateway):
    """It runs and lists nothing."""

    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        raise UnreachableError("nobody there")


async def known(make_app: MakeApp, gateway: FakeGateway) -> Mapping[str, list[str]]:
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        return {server: sorted(tools) for server, tools in (await known_tools(app)).items()}


async def test_tools_have_the_names_of_their_servers(make_app: MakeApp) -> None:
    assert await known(make_app, demo_gateway(by_key={None: LISTED})) == {"s": ["t", "u"]}


async def test_without_an_answer_nothing_is_known_and_nothing_fails(make_app: MakeApp) -> None:
    assert await known(make_app, SilentGateway(running=data.STATUS)) == {}
    assert await known(make_app, demo_gateway(running=None, starts_as=None)) == {}
