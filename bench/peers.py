"""Proxies of other makers, measured in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.client import Target
from bench.rig import Rig, wait_until_open
from tests.support.home import free_port


def peers(rig: Rig) -> list[Target]:
    """All that are installed, in front of the handshake upstream; they speak nothing else."""
    url = rig.upstream("handshake").url
    found = [_fastmcp(rig, url), _mcp_proxy(rig, url)]
    for target in found:
        wait_until_open(target)
    return found


def _fastmcp(rig: Rig, url: str) -> Target:
    """FastMCP's own proxy, from the development environment."""
    port = free_port()
    code = (
        f"from fastmcp.server import create_proxy; create_proxy('{url}', name='p').run(transport='http', "
        f"host='127.0.0.1', port={port}, path='/mcp', log_level='warning', show_banner=False)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    rig.run(process)
    return Target("FastMCP proxy, handshake", f"http://127.0.0.1:{port}/mcp", "handshake", "echo", process.pid)


def _mcp_proxy(rig: Rig, url: str) -> Target:
    """mcp-proxy in front of mcp-remote, from the npm registry (make peers)."""
    modules = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
    port = free_port()
    node = str(modules / "node/bin/node")
    command = [node, str(modules / "mcp-proxy/dist/bin/mcp-proxy.mjs"), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--server", "stream", "--", node, str(modules / "mcp-remote/dist/proxy.js"), url, "--allow-http"]
    command += ["--transport", "http-only"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rig.run(process)
    return Target("mcp-proxy (npm), handshake", f"http://127.0.0.1:{port}/mcp", "handshake", "echo", process.pid)
