"""What a key will see, also one that is not saved yet."""

from __future__ import annotations

from mcptui.access.subjects import put
from mcptui.access.visibility import VisibleServer, sight, tools_of
from mcptui.model import Key, LlmModel, Server, State
from mcptui.model.runtime import Listed

STATE = State(
    servers={name: Server(name=name, url="http://x") for name in ("git", "time", "new")},
    models={"big": LlmModel(name="big", base_url="http://x/v1", model="big")},
)
LISTED = Listed(
    tools=[{"name": "git__read"}, {"name": "git__push"}, {"name": "time__now"}],
    prompts=[{"name": "git__greet"}],
    resources=[{"uri": "git://one"}],
    templates=[{"uriTemplate": "git://{id}"}],
    owners={
        "git__read": ("git", "read"),
        "git__push": ("git", "push"),
        "time__now": ("time", "now"),
        "git__greet": ("git", "greet"),
        "git://one": ("git", "git://one"),
        "git://{id}": ("git", "git://{id}"),
    },
)


def test_a_key_before_it_is_made() -> None:
    draft = put(STATE, Key(name="k", hash="", servers=("git", "new"), tools={"git": ("read", "!resources")}))
    seen = sight(draft, "k", LISTED)
    assert seen.servers == (
        VisibleServer("git", ("read",), {"push": "key k does not allow push of git"}, ("greet",), 0),
        VisibleServer("new"),
    )
    assert seen.denied == {"time": "key k does not allow time"}
    assert seen.models == ("big",)


def test_the_owner_and_without_a_gateway() -> None:
    everything = sight(STATE, None, LISTED)
    assert everything.servers[0] == VisibleServer("git", ("read", "push"), {}, ("greet",), 2)
    assert sight(STATE, None).servers == tuple(VisibleServer(name) for name in ("git", "time", "new"))


def test_tools_by_server() -> None:
    assert tools_of(LISTED) == {"git": ("read", "push"), "time": ("now",)}
