"""Settings and environment become ways; those who are reached alike share their connections."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

import pytest

from mcptui.errors import McptuiError
from mcptui.model.network import Network
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.network import Networks
from mcptui.upstream.wire.address import Address

ORIGIN = Address.parse("https://a.test/").origin


async def resolve(text: str) -> str:
    if "none-there" in text:
        raise McptuiError("not set")
    return text.replace("${secret:p}", "secret")


@pytest.fixture
def networks() -> Iterator[Networks]:
    with contextlib.closing(Networks({"HTTPS_PROXY": "http://env:1"})) as found:
        yield found


@pytest.mark.parametrize(
    ("network", "proxy"),
    [
        (Network(), "http://env:1"),
        (Network(proxy=""), None),
        (Network(proxy="none"), None),
        (Network(proxy="http://own:1"), "http://own:1"),
        (Network(proxy="http://me:${secret:p}@own:1"), "http://own:1"),
    ],
)
async def test_the_setting_takes_the_place_of_the_environment(
    networks: Networks, network: Network, proxy: str | None
) -> None:
    client = await networks.client(network, resolve)
    found = client.route.proxy_for(ORIGIN)
    assert (found.shown if found else None) == proxy
    if found is not None and "secret" in str(network.proxy):
        assert found.password == "secret"


async def test_who_is_reached_alike_shares_connections(networks: Networks) -> None:
    plain = await networks.client(Network(), resolve)
    other = await networks.client(Network(verify_tls=False), resolve)
    assert await networks.client(Network(), resolve) is plain
    assert await networks.client(Network(verify_tls=False), resolve) is other is not plain


async def test_what_nobody_uses_any_more_is_forgotten(networks: Networks) -> None:
    await networks.client(Network(proxy="http://gone:1"), resolve)
    gc.collect()
    assert len(networks._clients) == 1


async def test_a_reference_that_leads_nowhere(networks: Networks) -> None:
    with pytest.raises(McptuiError, match="not set"):
        await networks.client(Network(ca_file="${secret:none-there}"), resolve)


async def test_exceptions_do_not_count_for_others(networks: Networks) -> None:
    route = await networks.route(Network(proxy="http://own:1", verify_tls=False), resolve, "https://a.test/mcp")
    other = Address.parse("https://other.test/").origin
    assert not route.tls_for(ORIGIN).context.check_hostname
    assert route.tls_for(other).context.check_hostname
    proxy = route.proxy_for(other)
    assert proxy is not None
    assert proxy.shown == "http://own:1"
    with pytest.raises(UpstreamError, match="is not a URL"):
        await networks.route(Network(), resolve, "a.test")


async def test_what_is_said_of_a_server_does_not_count_for_its_proxy(networks: Networks) -> None:
    network = Network(proxy="https://own:1", verify_tls=False, tls_server_name="server.test", client_cert="/none.pem")
    client = await networks.client(network, resolve)
    for route in (client.route, await networks.route(network, resolve, "https://own:1/mcp")):
        proxy = route.proxy_for(ORIGIN)
        assert proxy is not None
        context, name = route.tls_for_proxy(proxy.origin)
        assert (context.check_hostname, name) == (True, "own")


async def test_a_reference_that_gives_nothing_names_no_file(networks: Networks) -> None:
    async def empty(text: str) -> str:
        return ""

    network = Network(ca_file="${env:CA}", client_cert="${env:CERT}", client_key="${env:KEY}")
    assert await networks.client(network, empty) is await networks.client(Network(), empty)
