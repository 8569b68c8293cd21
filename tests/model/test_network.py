"""What may stand in the settings of a server's or a model's network."""

from __future__ import annotations

import pytest

from mcptui.model import LlmModel, Server
from mcptui.model.network import Network
from mcptui.model.setting import settings_of
from mcptui.state.decode import BadValueError, converter


@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("proxy", "", True),
        ("proxy", "none", True),
        ("proxy", "http://me:${secret:proxy}@proxy.test:3128", True),
        ("proxy", "${env:CORP_PROXY}", True),
        ("proxy", "a proxy", False),
        ("ca_file", "/etc/ssl/ca.pem", True),
        ("ca_file", "~/ca.pem", True),
        ("ca_file", "${file:~/ca.pem}", True),
        ("ca_file", "C:\\ca.pem", True),
        # Where the gateway happens to be started must not matter.
        ("ca_file", "ca.pem", False),
        ("ca_file", "", False),
        ("client_key", "./key.pem", False),
        ("client_key", "${secret:server/a/key}", True),
        ("client_key_password", "${secret:server/a/passphrase}", True),
        ("client_key_password", "hunter2", False),
        ("client_key_password", "hunter2${secret:a}", False),
        ("tls_server_name", "mcp.example.test", True),
        ("tls_server_name", "https://mcp.example.test", False),
        ("tls_server_name", "mcp.example.test.", True),
        ("tls_server_name", "10.0.0.7", True),
        ("tls_server_name", "fd00::7", True),
        ("tls_server_name", "a" * 63, True),
        ("tls_server_name", "a" * 64, False),
        ("tls_server_name", ".example.com", False),
        ("tls_server_name", "a..b", False),
        ("tls_server_name", "host:443", False),
        ("tls_server_name", ".", False),
        ("verify_tls", False, True),
        ("verify_tls", "no", False),
    ],
)
def test_values(name: str, value: object, is_taken: bool) -> None:
    convert = converter(settings_of(Network)[name])
    if is_taken:
        assert convert(value) == value
    else:
        with pytest.raises(BadValueError) as caught:
            convert(value)
        assert "hunter2" not in str(caught.value)


def test_servers_and_models_have_the_same_behind_their_own() -> None:
    for cls in (Server, LlmModel):
        assert list(settings_of(cls))[-len(settings_of(Network)) :] == list(settings_of(Network))


def test_texts_with_references() -> None:
    network = Network(proxy="", client_key="${secret:k}", tls_server_name="a")
    assert dict(network.network_texts()) == {"proxy": "", "client_key": "${secret:k}"}
