"""Behind a real forward proxy, and through a real TLS server that wants a certificate (``make soak``)."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.support.certificates import Authority
from tests.support.home import SDK_SERVER, Home, free_port

pytestmark = pytest.mark.soak

_SBIN: Final = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"

_TINYPROXY: Final = """
Port {port}
Listen 127.0.0.1
MaxClients 20
LogFile "{folder}/tinyproxy.log"
PidFile "{folder}/tinyproxy.pid"
Allow 127.0.0.1
BasicAuth me secret
"""
_NGINX: Final = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-errors.log;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/nginx.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {server.certificate};
        ssl_certificate_key {server.key};
        ssl_client_certificate {authority};
        ssl_verify_client on;
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_buffering off;
        }}
    }}
}}
"""


@contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A program of the system; it ends with the block."""
    program = shutil.which(command[0], path=_SBIN)
    assert program is not None, f"{command[0]} is not installed; .ci/run does that"
    with subprocess.Popen([program, *command[1:]], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


async def listening(port: int) -> None:
    """Wait until somebody listens on ``port``."""
    async with asyncio.timeout(20):
        while True:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    return
            await asyncio.sleep(0.02)


@pytest.fixture
def mcp_port() -> Iterator[int]:
    """A server on the official SDK."""
    with started(*SDK_SERVER, "http") as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


async def test_a_proxy_with_a_password_and_a_server_that_wants_a_certificate(
    running: Home, mcp_port: int, tmp_path: Path
) -> None:
    authority, proxy, tls = Authority(tmp_path), free_port(), free_port()
    mine = authority.issue("gateway", passphrase="open sesame")
    conf, site = tmp_path / "tinyproxy.conf", tmp_path / "nginx.conf"
    conf.write_text(_TINYPROXY.format(port=proxy, folder=tmp_path), encoding="utf-8")
    server = authority.issue("server", "127.0.0.1")
    nginx = _NGINX.format(port=tls, folder=tmp_path, server=server, authority=authority.file, behind=mcp_port)
    site.write_text(nginx, encoding="utf-8")
    for path, value in (("proxy", "secret"), ("passphrase", "open sesame")):
        running("secret", "set", path, stdin=value)
    way = f"http://me:${{secret:proxy}}@127.0.0.1:{proxy}"
    trust = ("--proxy", way, "--ca-file", str(authority.file))
    certificate = ("--client-cert", str(mine.certificate), "--client-key", str(mine.key))
    passphrase = ("--client-key-password", "${secret:passphrase}")
    http, https = f"http://127.0.0.1:{mcp_port}/mcp", f"https://127.0.0.1:{tls}/mcp"
    with started("tinyproxy", "-d", "-c", str(conf)), started("nginx", "-c", str(site), "-p", str(tmp_path)):
        await listening(proxy)
        await listening(tls)
        works: dict[str, tuple[str, ...]] = {
            "forwarded": (http, "--proxy", way),
            "secured": (https, *trust, *certificate, *passphrase),
        }
        for name, words in works.items():
            assert "works" in running("server", "add", name, *words).err
            assert int(running("tool", "call", f"{name}__pid").out)
        refused: dict[tuple[str, ...], str] = {
            (http, "--proxy", f"http://127.0.0.1:{proxy}"): "requires authentication (407)",
            (http, "--proxy", f"http://127.0.0.1:{free_port()}"): "connection refused by the proxy",
            (https, "--proxy", way): "issued by Authority of the test",
            (https, *trust, *certificate): "is encrypted",
            (https, *trust): "client certificate missing or rejected",
        }
        for words, says in refused.items():
            assert says in running("server", "add", "refused", *words).err
            running("server", "remove", "refused", "--yes")
    log = (tmp_path / "tinyproxy.log").read_text(encoding="utf-8")
    assert f"POST {http}" in log
    assert f"CONNECT 127.0.0.1:{tls}" in log
    assert "secret" not in running("logs", code=None).out
