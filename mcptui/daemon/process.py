"""The gateway as a process: one per home, with its lock, its sockets, its signals."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import filelock

from mcptui import __version__
from mcptui.daemon import logs
from mcptui.daemon.composition import Gateway
from mcptui.daemon.live_state import LiveState
from mcptui.daemon.protection import protect_memory
from mcptui.daemon.state_source import StateFileSource
from mcptui.daemon.tls import Certificate
from mcptui.errors import ExitCode, McptuiError, RefusedError
from mcptui.files import PRIVATE_FILE, replace_file, why_unwritable
from mcptui.model import GatewaySettings
from mcptui.secrets.known import KnownSecrets
from mcptui.secrets.open import open_store
from mcptui.secrets.vault_key import take_variables
from mcptui.state.paths import Paths
from mcptui.stores.bundle import Stores
from mcptui.upstream.network import Networks

log = logging.getLogger(__name__)

#: Open event streams are ended after this many seconds at a stop.
_GRACE: Final = 2
#: Open files that are asked for; macOS gives no more than this.
_FILES: Final = 10_240


def run(paths: Paths, *, host: str | None = None, port: int | None = None, foreground: bool = True) -> int:
    """Run the gateway of ``paths`` until SIGTERM or SIGINT; the process's exit code.

    Raises:
        RefusedError: another gateway of this home runs.
    """
    protect_memory()
    vault_variables = take_variables(os.environ)
    paths.ensure()
    lock = _locked(paths.gateway_lock)
    try:
        live = LiveState(StateFileSource(paths))
        settings = live.loaded.state.gateway
        settings = replace(settings, host=host or settings.host, port=port if port is not None else settings.port)
        known = KnownSecrets()
        logs.set_up(paths.log_file, settings, known, foreground=foreground)
        logs.take_what_python_prints()
        _raise_file_limit()
        certificate: Certificate | None = None
        if settings.tls_certfile is not None and settings.tls_keyfile is not None:
            try:
                certificate = Certificate(settings.tls_certfile, settings.tls_keyfile)
            except McptuiError as error:
                log.error("%s", error)
                return ExitCode.NOT_STARTABLE
        try:
            listener = _bind(settings)
        except OSError as error:
            log.error("cannot listen on %s:%s: %s", settings.host, settings.port, error.strerror or error)
            return ExitCode.NOT_STARTABLE
        settings = replace(settings, port=listener.getsockname()[1])
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            try:
                runner.run(_serve(paths, live, settings, listener, certificate, vault_variables, known))
            except McptuiError:
                raise
            except Exception:
                # Whoever printed it would not know which values are secrets.
                log.critical("the gateway has crashed", exc_info=True)
                return ExitCode.FAILED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    finally:
        lock.release()
    return ExitCode.OK


def _locked(file: Path) -> filelock.BaseFileLock:
    """The lock of a home, held. A home that cannot be written to has none: there the port is for one alone.

    Raises:
        RefusedError: another gateway holds it.
    """
    # Not at once: whoever asks for the state of the gateway tries the lock for a moment.
    lock = filelock.FileLock(file, timeout=1, mode=PRIVATE_FILE)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise RefusedError(
            "a gateway of this home runs already",
            hint="See it with: mcptui gateway status; end it: mcptui gateway stop",
        ) from None
    except OSError:
        pass  # what follows from it is logged
    return lock


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


def _raise_file_limit() -> None:
    """Every client and every connection to a server is a file; many systems start programs with 256 or 1,024."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bind(settings: GatewaySettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named so that asyncio sets TCP_NODELAY: else a stream's first event waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


async def _serve(
    paths: Paths,
    live: LiveState,
    settings: GatewaySettings,
    listener: socket.socket,
    certificate: Certificate | None,
    vault_variables: Mapping[str, str],
    known: KnownSecrets,
) -> None:
    """Serve until told to stop."""
    store = open_store(live.loaded.state.secrets, paths, vault_variables)
    with contextlib.closing(Networks(os.environ)) as networks:
        stores = Stores.in_directory(paths.state_dir)
        gateway = Gateway(
            live, store, stores, networks, settings.base_url, known, lambda: why_unwritable(paths.state_dir)
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, gateway.stopping.set)
        if (why := why_unwritable(paths.state_dir)) is not None:
            log.warning("calls, lists and whatever else is to outlive this process is not kept: %s", why)
        control, token = _control(paths)
        async with gateway.running(listener, control, grace=_GRACE, control_token=token, certificate=certificate):
            _announce(paths.gateway_json, gateway)
            # What was loaded stays; the collector need not look at it again and again between calls.
            gc.collect()
            gc.freeze()
            await gateway.stopping.wait()
            log.info("stopping")
    for file in (paths.gateway_json, paths.socket):
        with contextlib.suppress(OSError):
            file.unlink()
    log.info("stopped")


def _announce(file: Path, gateway: Gateway) -> None:
    """Tell the supervisor who we are; written whole or not at all."""
    content = {
        "pid": os.getpid(),
        "instance_id": gateway.instance_id,
        "url": gateway.url,
        "version": __version__,
        "started": time.time(),
    }
    try:
        replace_file(file, json.dumps(content).encode(), mode=PRIVATE_FILE)
    except OSError as error:
        log.warning("%s cannot be written: %s", file.name, error.strerror)
        with contextlib.suppress(OSError):
            file.unlink()  # what it says is of an earlier gateway
    log.info("mcptui gateway %s listens on %s", __version__, gateway.url)


def _control(paths: Paths) -> tuple[socket.socket | None, str | None]:
    """The socket for app and command line, with its token; none where the home cannot have a socket."""
    token = _new_token(paths.control_token)
    try:
        return _control_socket(paths.socket), token
    except OSError as error:
        log.warning("app and command line cannot reach this gateway: %s: %s", paths.socket, error.strerror)
        return None, None


def _new_token(file: Path) -> str | None:
    """A token that nobody has seen yet, kept where only this account reads it.

    Where there is no room for it, that of the last gateway; None where there is none either.
    """
    token = secrets.token_urlsafe(32)
    try:
        replace_file(file, token.encode(), mode=PRIVATE_FILE)
    except OSError as error:
        log.warning("%s cannot be written: %s", file.name, error.strerror)
        with contextlib.suppress(OSError):
            return file.read_text(encoding="ascii") or None
        return None
    return token


def _control_socket(path: Path) -> socket.socket:
    """A socket that only this account can open, whatever the umask."""
    path.unlink(missing_ok=True)
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        control.bind(str(path))
    finally:
        os.umask(mask)
    control.listen(64)
    control.setblocking(False)
    return control
