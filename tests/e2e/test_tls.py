"""The gateway with a certificate that nobody has signed."""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from urllib.request import urlopen

from tests.support.certificates import issue
from tests.support.home import Home


def test_commands_follow_the_gateway_to_https(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    certificate, key = issue(tmp_path, "gateway.example")
    settings = home.config.read_text(encoding="utf-8")
    tls = f'[gateway]\ntls_certfile = "{certificate}"\ntls_keyfile = "{key}"\n'
    home.config.write_text(settings.replace("[gateway]\n", tls), encoding="utf-8")
    home("secret", "set", "key", stdin=home.new_key("k") + "\n")
    url = home("gateway", "start", "--json").json["url"]
    try:
        assert url == f"https://127.0.0.1:{home.port}"
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with urlopen(f"{url}/health", context=trusting, timeout=20) as answer:
            assert json.load(answer)["status"] == "ok"
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
        done = home("connect", "--key-secret", "key", "--no-start", stdin=line + "\n", process=True)
        assert json.loads(done.out)["result"]["serverInfo"]["name"] == "mcptui"
    finally:
        home("gateway", "stop")
    key.write_text("nonsense", encoding="utf-8")
    refused = home("gateway", "start", code=1)
    assert "cannot be used: they do not fit" in refused.err
