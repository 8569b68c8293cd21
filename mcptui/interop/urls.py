"""Check the URL of a server and take credentials out of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from mcptui.interop.variables import REFERENCE
from mcptui.model import Basic


def checked_url(url: str) -> tuple[str | None, dict[str, Any]]:
    """Why ``url`` cannot be used (or None), and the Server fields that it gives.

    References in it are taken for something that fits; what begins with one is checked where it is resolved.
    """
    url = url.strip()
    if url.startswith("${"):
        return None, {"url": url}
    if any(character.isspace() or ord(character) < 32 for character in url):
        return "the URL contains white space", {}
    # Zeros fit a host, a port and a path alike; as many as the reference has characters keep places the same.
    plain = REFERENCE.sub(lambda match: "0" * len(match[0]), url)
    try:
        parts = urlsplit(plain)
        _ = parts.port
    except ValueError as error:
        return f"not a URL: {error}", {}
    if parts.scheme not in {"http", "https"}:
        given = f", not {parts.scheme}" if parts.scheme else ""
        return f"the URL must begin with http:// or https://{given}", {}
    if not parts.hostname:
        return "the URL has no host", {}
    at = parts.netloc.rfind("@")
    if at < 0:
        return None, {"url": url}
    start = url.index("//") + 2
    colon = parts.netloc.find(":", 0, at)
    user, password = (at, at) if colon < 0 else (colon, colon + 1)
    told = url[start : start + at]
    return None, {
        "url": url[:start] + url[start + at + 1 :],
        "auth_type": Basic.TYPE,
        "auth_value": f"{unquote(told[:user])}:{unquote(told[password:])}",
    }
