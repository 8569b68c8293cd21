from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


def test_a_key_is_printed_once_and_kept_as_a_hash(run: Run, ws: Workspace) -> None:
    run("server", "add", "time", "--no-test", "one")
    result = run("key", "create", "cursor", "--server", "time", "--expires", "2030-01-01", "--rpm", "9")
    secret = result.stdout.strip()
    assert secret.startswith("sk-mcptui-")
    assert "cannot be shown again" in result.stderr
    key = ws.load().state.keys["cursor"]
    assert (key.servers, key.rpm, key.expires) == (("time",), 9, datetime(2030, 1, 1, tzinfo=UTC))
    assert key.hash.startswith("sha256:")
    assert secret not in ws.paths.config_file.read_text(encoding="utf-8")
    for words in (["key", "list"], ["key", "show", "cursor"], ["key", "list", "--json"]):
        output = run(*words).output
        assert secret not in output
        assert "sha256" not in output


def test_the_key_is_in_the_json_of_its_creation(run: Run) -> None:
    created = json.loads(run("key", "create", "k", "--json").stdout)
    assert created["secret"].startswith("sk-mcptui-")
    assert created["name"] == "k"


def test_owners(run: Run, ws: Workspace) -> None:
    run("team", "create", "data")
    run("key", "create", "k", "--team", "data")
    assert ws.load().state.keys["k"].team == "data"
    assert "team data" in run("key", "list").stdout


def test_show_tells_its_effective_servers(run: Run) -> None:
    run("server", "add", "time", "--no-test", "one")
    run("server", "add", "git", "--no-test", "one")
    run("team", "create", "data", "--server", "time")
    run("key", "create", "k", "--team", "data", "--server", "time", "--server", "git")
    assert json.loads(run("key", "show", "k", "--json").stdout)["effective"] == ["time"]
    assert "effective  time" in run("key", "show", "k").stdout


def test_edit(run: Run, ws: Workspace) -> None:
    run("server", "add", "time", "--no-test", "one")
    run("key", "create", "k", "--server", "time", "--rpm", "9")
    run("key", "edit", "k", "--no-servers", "--unset", "rpm", "--name", "l")
    key = ws.load().state.keys["l"]
    assert (key.servers, key.rpm) == ((), None)
    assert "nothing to change" in run("key", "edit", "l", code=2).stderr


def test_rotate_revoke_enable_remove(run: Run, ws: Workspace) -> None:
    first = run("key", "create", "k").stdout
    second = run("key", "rotate", "k", "--overlap", "1h").stdout
    key = ws.load().state.keys["k"]
    assert first != second
    assert key.previous_hash is not None
    run("key", "revoke", "k", code=4)
    run("key", "revoke", "k", "--yes")
    assert "revoked" in run("key", "list").stdout
    run("key", "enable", "k")
    assert ws.load().state.keys["k"].enabled
    run("key", "remove", "k", "--yes")
    assert ws.load().state.keys == {}
    for verb in ("rotate", "enable", "show"):
        run("key", verb, "k", code=3)


def test_an_expired_key_says_so(run: Run, ws: Workspace) -> None:
    run("key", "create", "k", "--expires", "2020-01-01", code=4)
    run("key", "create", "k", "--expires", "2090-01-01")
    file = ws.paths.config_file
    file.write_text(file.read_text(encoding="utf-8").replace("2090", "2020"), encoding="utf-8")
    assert "expired" in run("key", "list").stdout
