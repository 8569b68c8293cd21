"""What ``:`` opens besides modes and entries of lists: groups, models, secrets, settings and tools, by their name."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from mcptui.model import GatewaySettings, SecretSettings
from mcptui.model.setting import settings_of
from mcptui.services.secrets import used_secrets
from mcptui.tui.call_to_test import CallToTest
from mcptui.tui.keys.finder import Entry

if TYPE_CHECKING:
    from mcptui.tui.shell.shell import Shell

#: The dialog does not wait longer for the tools.
_PATIENCE: Final = 0.3


async def tools_by_server(app: Shell) -> Mapping[str, Collection[str]]:
    """The tools that there are, where the gateway says it soon."""
    from mcptui.tui.access.tools_known import known_tools

    try:
        async with asyncio.timeout(_PATIENCE):
            return await known_tools(app)
    except TimeoutError:
        return {}


def opened_entries(app: Shell, tools: Mapping[str, Collection[str]]) -> Iterator[Entry]:
    """Each opens what it names; settings and tools are found by a search only."""
    for name in app.state.groups:
        yield Entry(title=f"group @{name}", run=partial(_open_group, app, name), group="Groups")
    for name in app.state.models:
        yield Entry(title=f"model {name}", run=partial(_open_model, app, name), group="Models")
    for path in sorted(used_secrets(app.state)):
        yield Entry(title=f"secret {path}", run=partial(_open_secret, app, path), group="Secrets")
    for name, setting in {**settings_of(GatewaySettings), **settings_of(SecretSettings)}.items():
        title = f"setting {setting.about.title}"
        yield Entry(title=title, run=partial(_open_setting, app, name), group="Settings", at_once=False)
    for server, names in tools.items():
        for name in names:
            call = CallToTest("tools", server, name)
            yield Entry(title=f"tool {server}/{name}", run=partial(app.test_call, call), group="Tools", at_once=False)


async def _open_group(app: Shell, name: str) -> None:
    from mcptui.tui.access.groups import edit_group

    await edit_group(app, name)


async def _open_model(app: Shell, name: str) -> None:
    from mcptui.tui.chat.models import change_model

    await change_model(app, app.state.models[name])


async def _open_setting(app: Shell, name: str) -> None:
    from mcptui.tui.gateway.settings_form import edit_settings

    await edit_settings(app, at=name)


async def _open_secret(app: Shell, path: str) -> None:
    from mcptui.tui.settings.secrets import manage_secrets

    await manage_secrets(app, at=path)
