"""Content of the demo home: six servers in all states, an org with teams and users, keys, a model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from mcptui.demo.entry import SERVER_NAME, demo_server_config
from mcptui.demo.rules import CONTEXT_SIZE, MODEL_NAME
from mcptui.model import GatewaySettings, Group, LlmModel, OAuth, Org, SecretSettings, Server, Team, User
from mcptui.services.groups import create_group
from mcptui.services.keys import create_key, revoke_key
from mcptui.services.models import add_model
from mcptui.services.servers import add_server
from mcptui.services.settings import update_settings
from mcptui.services.subjects import create_subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcptui.services.workspace import Workspace

KEY_NAME: Final = "demo"
#: Its calls of :data:`DENIED_TOOL` are denied until the person grants the tool.
LIMITED_KEY: Final = "cursor"
DENIED_TOOL: Final = "book_room"
#: No program listens there.
_CLOSED: Final = "http://127.0.0.1:9/mcp"

_TEAMS: Final = (
    Team(name="data", org="acme", servers=("@office", "tracker"), description="Analysts"),
    Team(name="web", org="acme", servers=(SERVER_NAME, "search"), description="Web developers"),
    Team(name="ops", org="acme", servers=("*", "!archive"), description="Operations"),
)
_USERS: Final = (
    User(name="alice", team="data", description="Reads notes, books nothing"),
    User(name="bob", team="web"),
    User(name="carol", team="ops"),
)


def demo_model_config(url: str) -> LlmModel:
    """The bundled model, as an entry of the state file; it is free, its prices are examples."""
    return LlmModel(
        name="demo",
        base_url=url,
        model=MODEL_NAME,
        api="chat",
        context_size=CONTEXT_SIZE,
        input_price=0.5,
        output_price=2.0,
        cached_input_price=0.05,
    )


def demo_servers(url: str) -> tuple[Server, ...]:
    """One server for each state; ``url`` is where the demo model is served."""
    office = replace(demo_server_config("notes"), description="Notes, started on demand", tags=("office",))
    return (
        replace(demo_server_config(), tags=("office",)),
        replace(office, allowed_tools=("search_notes", "read_note")),
        Server(
            name="tracker",
            url=url.replace("/v1", "/tracker/mcp"),
            headers={"Authorization": "Bearer ${secret:server/tracker/token}"},
            description="Issues; its token is missing",
            environment="prod",
            tags=("work",),
        ),
        Server(
            name="wiki",
            url=url.replace("/v1", "/wiki/mcp"),
            auth=OAuth(),
            description="Requires a login",
            tags=("work",),
        ),
        Server(name="search", url=_CLOSED, description="Its process is not running", tags=("work",)),
        Server(name="archive", url=_CLOSED, enabled=False, description="Disabled"),
    )


def fill(workspace: Workspace, *, port: int, model_url: str) -> dict[str, str]:
    """Write the state of the demo into an empty home; returns the keys by name."""
    # Secrets that are typed into the demo end with it; they must not go into the person's keyring.
    secrets = SecretSettings(backend="vault", key_file_consent=True)
    update_settings(workspace, gateway=GatewaySettings(port=port, survive_app=False), secrets=secrets)
    for server in demo_servers(model_url):
        add_server(workspace, server)
    create_group(workspace, Group(name="office", servers=(SERVER_NAME, "notes")))
    for subject in (Org(name="acme", servers=("*",), description="Demo organization"), *_TEAMS, *_USERS):
        create_subject(workspace, subject)
    add_model(workspace, demo_model_config(model_url))
    soon = datetime.now(UTC) + timedelta(days=10)
    keys: Mapping[str, Mapping[str, Any]] = {
        KEY_NAME: {"team": "data"},
        "alice-laptop": {"user": "alice", "tools": {SERVER_NAME: ("search_*", "read_*", "!prompts")}},
        LIMITED_KEY: {"user": "bob", "tools": {SERVER_NAME: ("search_*", "read_*", "calculate")}},
        "claude-code": {"user": "carol"},
        "notebook": {"team": "data", "expires": soon, "rpm": 120},
        "ci": {"team": "ops", "servers": (SERVER_NAME,), "max_concurrent": 2},
        "intern": {"team": "web", "servers": ()},
        "old-laptop": {"user": "alice"},
    }
    created = {name: create_key(workspace, name, **settings).secret for name, settings in keys.items()}
    revoke_key(workspace, "old-laptop")
    return created
