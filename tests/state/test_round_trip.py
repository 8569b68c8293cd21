"""Any state that the reader accepts survives being written, and being changed into any other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcptui.model import (
    GatewaySettings,
    Group,
    Key,
    LlmModel,
    Org,
    PrefixMode,
    SecretSettings,
    Server,
    SpecVersion,
    State,
    Team,
    User,
)
from mcptui.model.auth import (
    ApiKey,
    Auth,
    Authorization,
    Basic,
    BearerToken,
    Credentials,
    NoAuth,
    OAuth,
    OAuthFlow,
    Token,
)
from mcptui.model.names import RESERVED_SERVER_NAMES
from mcptui.state.encode import encode
from mcptui.state.paths import Paths
from mcptui.state.reader import parse_state
from mcptui.state.render import render_table
from mcptui.state.store import StateStore

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
filled = texts.filter(lambda text: bool(text.strip()))
server_names = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,6}", fullmatch=True).filter(
    lambda name: name not in RESERVED_SERVER_NAMES
)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,6}", fullmatch=True)
urls = st.builds("https://{}.example/mcp".format, server_names) | st.just("${env:URL}")
lists = st.lists(texts, max_size=3).map(tuple)
header_names = st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,6}", fullmatch=True)
maps = st.dictionaries(texts, texts, max_size=3)
optional_rules = st.none() | st.dictionaries(texts, lists, max_size=3)
moments = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
prices = st.none() | st.floats(0, 1e6)
counts = st.none() | st.integers(1, 10**9)
access: dict[str, st.SearchStrategy[Any]] = {
    "servers": st.none() | lists,
    "tools": optional_rules,
    "models": st.none() | lists,
    "description": texts,
}


def choices(alias: object) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(alias))


gateways = st.builds(
    GatewaySettings,
    host=filled,
    port=st.integers(0, 65535),
    separator=st.sampled_from(["__", "-", "."]),
    prefix=choices(PrefixMode),
    allowed_hosts=lists,
    tls_certfile=st.just("/cert"),
    tls_keyfile=st.just("/key"),
    survive_app=st.none() | st.booleans(),
)
_values: dict[str, Any] = {"auth_value": st.none() | texts}
auths: st.SearchStrategy[Auth] = (
    st.just(NoAuth())
    | st.builds(ApiKey, **_values)
    | st.builds(BearerToken, **_values)
    | st.builds(Basic, **_values)
    | st.builds(Authorization, **_values)
    | st.builds(Token, **_values)
    | st.builds(
        OAuth,
        credentials=choices(Credentials),
        oauth_flow=choices(OAuthFlow),
        oauth_client_id=st.none() | filled,
        oauth_client_secret=st.none() | filled,
        oauth_client_metadata_url=st.none() | urls,
        oauth_scopes=lists,
        oauth_issuer=st.none() | urls,
        oauth_redirect_port=st.none() | st.integers(1, 65535),
    )
)
_common = {
    "name": server_names,
    "description": texts,
    "auth": auths,
    "spec_version": choices(SpecVersion),
    "enabled": st.booleans(),
    "headers": st.dictionaries(header_names, texts, max_size=3),
    "forward_headers": st.lists(header_names, max_size=3).map(tuple),
    "timeout": st.floats(0.001, 1e6),
    "max_timeout": st.none() | st.floats(0.001, 1e6),
    "allowed_tools": st.none() | lists,
    "disallowed_tools": lists,
    "prefix": st.none() | st.from_regex(r"[A-Za-z0-9_.-]{0,5}", fullmatch=True),
    "allow_all_keys": st.booleans(),
    "environment": st.none() | st.sampled_from(["dev", "test", "staging", "prod"]),
    "isolation": st.sampled_from(["session", "key", "shared"]),
    "max_processes": st.integers(1, 100),
    "max_concurrent": st.integers(1, 1_000),
    "tags": lists,
}
servers = st.builds(Server, url=urls, transport=st.sampled_from(["auto", "http", "sse"]), **_common) | st.builds(
    Server,
    command=filled,
    args=lists,
    env=maps,
    cwd=st.none() | filled,
    transport=st.sampled_from(["auto", "stdio"]),
    **_common,
)


@st.composite
def keys(draw: st.DrawFn) -> dict[str, Key]:
    found: dict[str, Key] = {}
    for index, name in enumerate(draw(st.lists(names, max_size=3, unique=True))):
        parent = draw(st.sampled_from(["user", "team", "org", None]))
        fields: dict[str, Any] = {field: draw(strategy) for field, strategy in access.items()}
        if parent is not None:
            fields[parent] = draw(texts)
        found[name] = Key(
            name=name,
            hash=f"sha256:{index:064x}",
            previous_hash=draw(st.none() | st.just(f"sha256:{index + 1000:064x}")),
            created=draw(moments),
            expires=draw(moments),
            rpm=draw(counts),
            max_concurrent=draw(counts),
            networks=draw(st.none() | st.sampled_from([(), ("10.0.0.0/8", "::1")])),
            enabled=draw(st.booleans()),
            **fields,
        )
    return found


def named(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(strategy, max_size=3).map(lambda found: {item.name: item for item in found})


states = st.builds(
    State,
    gateway=gateways | st.just(GatewaySettings()),
    secrets=st.builds(SecretSettings, backend=st.sampled_from(["auto", "vault"]), key_file_consent=st.booleans()),
    servers=named(servers),
    groups=named(st.builds(Group, name=names, servers=lists, description=texts)),
    orgs=named(st.builds(Org, name=names, **access)),
    teams=named(st.builds(Team, name=names, org=st.none() | texts, rpm=counts, **access)),
    users=named(st.builds(User, name=names, team=st.none() | texts, **access)),
    keys=keys(),
    models=named(
        st.builds(
            LlmModel,
            name=names,
            base_url=urls,
            model=filled,
            api=st.sampled_from(["responses", "chat"]),
            api_key=st.none() | texts,
            context_size=counts,
            input_price=prices,
            output_price=prices,
            cached_input_price=prices,
        )
    ),
)


FILE = Path("mcptui.toml")


def written(state: State, *, defaults: bool = False) -> str:
    blocks: list[str] = []
    for section, table in encode(state, defaults=defaults).items():
        if section in {"gateway", "secrets"}:
            blocks.append(render_table((section,), table))
        else:
            blocks += [render_table((section, name), entry) for name, entry in table.items()]
    return "".join(blocks)


@given(states, st.booleans())
def test_what_is_written_is_read(state: State, defaults: bool) -> None:
    assert parse_state(written(state, defaults=defaults), FILE).state == state


def test_defaults_are_not_written() -> None:
    state = State(servers={"a": Server(name="a", url="http://x")})
    assert written(state) == '[servers.a]\nurl = "http://x"\n'


COMMENT = "# a remark of a person\n"


@given(states, states)
# A pair of states takes half a second.
@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=settings().max_examples // 4
)
def test_any_state_becomes_any_other_and_back(
    tmp_path_factory: pytest.TempPathFactory, first: State, second: State
) -> None:
    store = StateStore(Paths.resolve(tmp_path_factory.mktemp("home")))
    store._paths.ensure()
    store.file.write_text(COMMENT + "\n" + written(first) + COMMENT, encoding="utf-8")
    start = store.load()
    assert start.state == first
    before, after = store.change(lambda _: second)
    assert (before, store.load()) == (start, after)
    assert after.state == second
    assert store.file.read_text(encoding="utf-8").startswith(COMMENT)
    assert store.revert(before, after)[1] == start
    # The same again, path by path, because someone else wrote a line meanwhile.
    before, after = store.change(lambda _: second)
    with store.file.open("a", encoding="utf-8") as file:
        file.write(COMMENT)
    assert store.revert(before, after)[1].state == first
