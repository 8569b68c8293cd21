"""A reverse proxy in front of the gateway: what it says about a request is believed only if it is a trusted one."""

from __future__ import annotations

from mcptui.gateway.identity.networks import is_within


def apply_forwarded(peer: str | None, headers: dict[str, list[str]], proxies: tuple[str, ...]) -> None:
    """Put the host that the client used in place of the one that a trusted proxy used, from which the request came.

    Of several entries the last is the one that the trusted proxy has added itself.
    """
    if peer is not None and is_within(peer, proxies) and (hosts := headers.get("x-forwarded-host")):
        headers["host"] = [hosts[-1].rpartition(",")[2].strip()]
