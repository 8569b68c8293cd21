"""What an imported server lacks, and whether it can be kept."""

from __future__ import annotations

import pytest

from mcptui.interop.reading import Found
from mcptui.model import Server
from mcptui.services.import_needs import needs_of, refusal, switched_off

URL = "https://a.example/mcp"


@pytest.mark.parametrize(
    ("server", "needs"),
    [
        (Server(name="a", url=URL), ()),
        (Server(name="a", url="https://${env:THERE}/mcp"), ()),
        (Server(name="a", url="https://${env:HOSTX}/mcp"), ("the variable HOSTX in the environment of the gateway",)),
        (Server(name="a", url="${env:HOSTX:-https://x.example}/mcp"), ()),
        (Server(name="a", command="x", env={"T": "${env:M_T:-}"}), ()),
        (Server(name="a", command="${workspaceFolder}/x"), ("a value for ${workspaceFolder}",)),
        (Server(name="a", command="x", args=("${T}",), env={"T": "1"}), ()),
        (Server(name="a", command="x", args=("${U}", "${U}"), env={"T": "1"}), ("a value for ${U}",)),
        (
            Server(name="a", url=URL, headers={"X": "${secret:server/b/token}"}),
            ("your consent, because it reads secrets of this home",),
        ),
    ],
)
def test_what_is_lacking(server: Server, needs: tuple[str, ...]) -> None:
    assert needs_of(Found(server), {"THERE": ""}) == needs


@pytest.mark.parametrize(
    ("env", "is_dangerous"),
    [
        ({"LD_PRELOAD": "/tmp/x.so"}, True),
        ({"LD_LIBRARY_PATH": "/tmp"}, True),
        ({"LD_AUDIT": "/tmp/x.so"}, True),
        ({"DYLD_INSERT_LIBRARIES": "/tmp/x.dylib"}, True),
        ({"NODE_OPTIONS": "--require /tmp/x.js"}, True),
        ({"PYTHONPATH": "/tmp"}, True),
        ({"PYTHONSTARTUP": "/tmp/x.py"}, True),
        ({"BASH_ENV": "/tmp/x"}, True),
        ({"BASH_FUNC_ls%%": "() { evil; }"}, True),
        ({"ENV": "/tmp/x"}, True),
        ({"ENV": "$HOME/x"}, True),
        ({"PERL5OPT": "-Mx"}, True),
        ({"RUBYOPT": "-rx"}, True),
        ({"JAVA_TOOL_OPTIONS": "-javaagent:/tmp/x.jar"}, True),
        ({"GIT_SSH_COMMAND": "x"}, True),
        ({"GIT_CONFIG_COUNT": "1"}, True),
        ({"GIT_EDITOR": "x"}, True),
        ({"ENV": "production"}, False),
        ({"GIT_AUTHOR_NAME": "me"}, False),
        ({"NODE_ENV": "production"}, False),
        ({"NODE_EXTRA_CA_CERTS": "/etc/ca.pem"}, False),
        ({"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}, False),
        ({"PATH": "/usr/bin", "HOME": "/home/me", "LDAP_URL": "ldap://x", "JAVA_HOME": "/opt/java"}, False),
    ],
)
def test_a_variable_that_can_run_other_code_wants_a_yes(env: dict[str, str], is_dangerous: bool) -> None:
    words = [
        f"your consent, because {name} in its environment can make its program run other code" for name in env
    ] * is_dangerous
    assert needs_of(Found(Server(name="a", command="x", env=env)), {}) == tuple(words)
    by_env = Server(name="a", command="/usr/bin/env", args=(*(f"{name}={value}" for name, value in env.items()), "x"))
    assert needs_of(Found(by_env), {"HOME": "/"}) == tuple(words)


def test_a_secret_of_its_own_that_nobody_has_yet() -> None:
    found = Found(
        Server(name="a", url=URL, headers={"X": "${secret:server/a/token}"}), missing=(("server/a/token", "a token"),)
    )
    assert needs_of(found, {}) == ("a token",)
    assert not switched_off(found).server.enabled


@pytest.mark.parametrize(
    ("server", "secrets", "reason"),
    [
        (Server(name="a", url=URL), {"server/a/x": "v"}, None),
        (Server(name="a"), {}, "needs a url or a command"),
        (Server(name="a", url=URL, description="\ud800"), {}, "no file can hold"),
        (Server(name="a", url=URL), {"server/a/x": "\ud800"}, "invalid character"),
        (Server(name="a", url=URL), {"server/a/x": ""}, "is empty"),
        (Server(name="a", url="ftp://x"), {}, "is not a URL"),
    ],
)
def test_what_cannot_be_saved(server: Server, secrets: dict[str, str], reason: str | None) -> None:
    found = refusal(server, secrets)
    assert (found is None) if reason is None else (found is not None and reason in found)
