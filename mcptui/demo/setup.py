"""What the demo home holds: a server, an org with a team and a person, two keys, a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcptui.demo.entry import SERVER_NAME, demo_server_config
from mcptui.demo.rules import CONTEXT_SIZE, MODEL_NAME
from mcptui.model import GatewaySettings, LlmModel, Org, SecretSettings, Team, User
from mcptui.services.keys import create_key
from mcptui.services.models import add_model
from mcptui.services.servers import add_server
from mcptui.services.settings import update_settings
from mcptui.services.subjects import create_subject

if TYPE_CHECKING:
    from mcptui.services.workspace import Workspace

TEAM_NAME: Final = "data"
KEY_NAME: Final = "demo"


def demo_model_config(url: str) -> LlmModel:
    """The bundled model, as an entry of the state file; it takes no money, its prices are made up to be seen."""
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


def fill(workspace: Workspace, *, port: int, model_url: str) -> str:
    """Write the demo's state into an empty home; returns the secret of the key."""
    # Secrets that are typed into the demo end with it; they must not go into the person's keyring.
    secrets = SecretSettings(backend="vault", key_file_consent=True)
    update_settings(workspace, gateway=GatewaySettings(port=port, survive_app=False), secrets=secrets)
    add_server(workspace, demo_server_config())
    create_subject(workspace, Org(name="acme", servers=(SERVER_NAME,), description="Demo organisation"))
    create_subject(workspace, Team(name=TEAM_NAME, org="acme", servers=(SERVER_NAME,), description="Demo team"))
    create_subject(workspace, User(name="alice", team=TEAM_NAME, description="Reads notes, books nothing"))
    create_key(workspace, "alice-laptop", user="alice", tools={SERVER_NAME: ("search_*", "read_*", "!prompts")})
    add_model(workspace, demo_model_config(model_url))
    return create_key(workspace, KEY_NAME, team=TEAM_NAME).secret
