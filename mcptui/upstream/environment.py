"""What a stdio server sees of the gateway's environment: what programs need to run, never what the gateway keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

#: Names and globs, told as headings and rows in the documentation: what programs expect on any machine, and what
#: says where things are. Names of files and profiles are among them, tokens and passwords are not.
INHERITED: Final[Mapping[str, tuple[str, ...]]] = {
    "the account": ("HOME", "LOGNAME", "USER", "SHELL", "PATH", "TMPDIR", "XDG_*"),
    "language and time": ("LANG", "LANGUAGE", "LC_*", "TZ", "TERM", "COLORTERM", "NO_COLOR"),
    "proxies": (
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    ),
    "certificate authorities": (
        "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    ),
    "screens and agents": (
        "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "GPG_TTY", "BROWSER",
    ),
    "clouds and containers": (
        "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AZURE_CONFIG_DIR", "CLOUDSDK_CONFIG", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "KUBECONFIG",
        "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "CONTAINER_HOST",
    ),
    "package managers": (
        "NPM_CONFIG_REGISTRY", "NPM_CONFIG_CACHE", "NPM_CONFIG_PREFIX", "NPM_CONFIG_USERCONFIG", "npm_config_registry",
        "npm_config_cache", "npm_config_prefix", "npm_config_userconfig", "NVM_DIR", "NVM_BIN", "VOLTA_HOME",
        "FNM_DIR", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR", "PYENV_ROOT", "UV_CACHE_DIR", "UV_DEFAULT_INDEX",
        "UV_INDEX_URL", "UV_PYTHON_INSTALL_DIR", "UV_TOOL_DIR", "PIP_INDEX_URL", "CARGO_HOME", "RUSTUP_HOME", "GOPATH",
        "JAVA_HOME", "BUN_INSTALL", "DENO_DIR",
    ),
}  # fmt: skip
_EVERYWHERE: Final = tuple(pattern for patterns in INHERITED.values() for pattern in patterns)
#: What the gateway itself is configured with: keys to its secrets are among it. No glob brings it back.
_OWN: Final = "MCPTUI_*"


def inherited(environment: Mapping[str, str], more: Iterable[str] = ()) -> dict[str, str]:
    """What of ``environment`` a server gets.

    Args:
        environment: that of the gateway.
        more: names and globs beside :data:`INHERITED`.
    """
    patterns = (*_EVERYWHERE, *more)
    return {
        name: value
        for name, value in environment.items()
        if not fnmatchcase(name, _OWN) and any(fnmatchcase(name, pattern) for pattern in patterns)
    }
