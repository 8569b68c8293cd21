"""From the description of a stdio server to an open connection: its process, and the era that it speaks."""

from __future__ import annotations

import time
from typing import Final

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.secrets.arguments import HOW, WHY, secrets_in_arguments
from mcptui.secrets.errors import SecretError
from mcptui.upstream import last_words
from mcptui.upstream.call import Announce
from mcptui.upstream.connect import ConnectionDeps, Identity, opening
from mcptui.upstream.errors import ExitedError, NotMcpError, UpstreamLoginError
from mcptui.upstream.first_starts import Started
from mcptui.upstream.negotiation import Negotiated
from mcptui.upstream.process import ServerProcess
from mcptui.upstream.stdio import StdioConnection

#: A process that ends within so many seconds is started again, whatever it says: that costs little.
_QUICK: Final = 10.0


async def launch(
    server: Server,
    tools: ConnectionDeps,
    identity: Identity,
    remembered: Negotiated,
    announce: Announce,
    started: Started = lambda _: None,
) -> StdioConnection:
    """Start the process of ``server`` and open the connection to it; nothing is left running where that fails.

    A server that exits at the first question is started again: some libraries end the program at a request that they
    do not know, and answer when they are greeted in the way that they do. Not so where it has worked for long before
    and says another reason.

    Raises:
        RpcError: the server refused the handshake.
        UpstreamError: it could not be started, did not answer within its ``start_timeout``, or does not speak MCP.
        McptuiError: a reference could not be resolved.
    """
    if identity.credential is not None:
        raise UpstreamLoginError(
            f"server {server.name} is a process on the gateway's machine and takes no headers",
            hint=f"Leave out the x-mcp-{server.name}-… headers; its credentials are in env.",
            is_public=True,
        )

    async def open_(tell: Started) -> StdioConnection:
        return await _open(server, tools, identity, remembered, announce, tell)

    connection = await tools.first_starts.run(server, open_, started)
    remembered.transport, remembered.era = "stdio", connection.peer.era
    return connection


async def _open(
    server: Server,
    tools: ConnectionDeps,
    identity: Identity,
    remembered: Negotiated,
    announce: Announce,
    started: Started,
) -> StdioConnection:
    process: ServerProcess | None = None

    async def attempt(era: Era | None) -> StdioConnection:
        nonlocal process
        process = await _start(server, tools)
        started(process)
        call, pinned = opening(server, identity, remembered, server.start_timeout)
        remark = remembered.remarks.add
        connection = await StdioConnection.open(
            process,
            call,
            announce,
            era=pinned or era,
            remark=remark,
            limits=tools.limits,
            large=tools.large,
            server=server.name,
        )
        remembered.version = call.params["protocolVersion"]
        return connection

    era = remembered.era
    try:
        return await attempt(era)
    except ExitedError:
        if era is not None or server.spec_version != "auto" or not _may_be_the_question(process):
            raise
        return await attempt("handshake")
    except (RpcError, NotMcpError):
        if era is None or server.spec_version != "auto" or remembered.is_required:
            raise
        # It is another version than the one that was remembered.
        return await attempt(None)


def _may_be_the_question(process: ServerProcess | None) -> bool:
    """Whether a process may have ended because of the first question, rather than by itself."""
    assert process is not None
    is_quick = time.monotonic() - process.started_at < _QUICK
    return is_quick or last_words.is_about_protocol(last_words.reason(process.printed))


async def _start(server: Server, tools: ConnectionDeps) -> ServerProcess:
    """The server's process with its environment resolved.

    Raises:
        SecretError: a reference leads nowhere, or a secret stands among the arguments.
        UpstreamError: it cannot be started.
    """
    assert server.command is not None
    for found in secrets_in_arguments((server.command, *server.args)):
        raise SecretError(f"{found} among the arguments {WHY}", hint=HOW, reference=str(found))
    env = {name: await tools.resolve(value) for name, value in server.env.items()}
    args = [await tools.resolve(argument) for argument in server.args]
    cwd = None if server.cwd is None else await tools.resolve(server.cwd)
    command = await tools.resolve(server.command)
    return await ServerProcess.start(command, args, env, cwd, tools.reaper, server.inherit_env, tools.known)
