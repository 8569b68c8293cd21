"""Check the URL of a server and take credentials out of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from mcptui.model import Basic


def checked_url(url: str) -> tuple[str | None, dict[str, Any]]:
    """Why ``url`` cannot be used (or None), and the Server fields that it gives."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"not a URL: {error}", {}
    if parts.scheme not in {"http", "https"}:
        return f"the URL must begin with http:// or https://, not {parts.scheme or 'without either'}", {}
    if not parts.hostname or any(character.isspace() for character in url):
        return "the URL has no host" if not parts.hostname else "the URL contains white space", {}
    if "@" not in parts.netloc:
        return None, {"url": url}
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port is None else f"{host}:{port}"
    credential = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return None, {
        "url": urlunsplit(parts._replace(netloc=netloc)),
        "auth_type": Basic.TYPE,
        "auth_value": credential,
    }
