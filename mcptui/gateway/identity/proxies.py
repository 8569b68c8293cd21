"""A reverse proxy in front of the gateway: what it says about a request is believed only if it is a trusted one."""

from __future__ import annotations

from starlette.types import Scope

from mcptui.gateway.identity.networks import is_within


def apply_forwarded(scope: Scope, headers: dict[str, list[str]], proxies: tuple[str, ...]) -> None:
    """Put the host and the scheme that the client used in place of those that a trusted proxy used.

    Of several entries the last is the one that the trusted proxy has added itself.
    """
    client = scope.get("client")
    if client is None or not is_within(client[0], proxies):
        return
    if hosts := headers.get("x-forwarded-host"):
        headers["host"] = [_last(hosts)]
    if (schemes := headers.get("x-forwarded-proto")) and _last(schemes) in ("http", "https"):
        scope["scheme"] = _last(schemes)


def _last(values: list[str]) -> str:
    return values[-1].rpartition(",")[2].strip()
