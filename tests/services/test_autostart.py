from __future__ import annotations

import configparser
import plistlib
import sys
from pathlib import Path

import pytest

from mcptui.errors import McptuiError, NotFoundError, RefusedError
from mcptui.services.autostart import Service, install, service, uninstall
from mcptui.state.paths import Paths


def test_a_systemd_unit(tmp_path: Path) -> None:
    home = tmp_path / 'a "b" %h $X'
    found = service(Paths.resolve(home), "linux", tmp_path)
    assert found.file == tmp_path / ".config/systemd/user/mcptui-gateway.service"
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(found.content.decode())
    assert unit["Service"]["ExecStart"] == f'"{sys.executable}" "-m" "mcptui.daemon"'
    escaped = str(home).replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    assert unit["Service"]["Environment"] == f'"MCPTUI_HOME={escaped}"'
    assert unit["Service"]["RestartPreventExitStatus"] == "6"
    assert unit["Install"]["WantedBy"] == "default.target"


def test_a_launchd_agent(tmp_path: Path) -> None:
    found = service(Paths.resolve(tmp_path / "h"), "darwin", tmp_path)
    assert found.file.name == "mcptui.gateway.plist"
    agent = plistlib.loads(found.content)
    assert agent["ProgramArguments"] == [sys.executable, "-m", "mcptui.daemon"]
    assert agent["EnvironmentVariables"] == {"MCPTUI_HOME": str(tmp_path / "h")}


def test_another_system(tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        service(Paths.resolve(tmp_path), "win32", tmp_path)


def fake(tmp_path: Path, code: int) -> Service:
    """A service manager that writes down what it is told."""
    told = str(tmp_path / "told")
    script = f"import sys; open({told!r}, 'a').write(sys.argv[1]); print('no', file=sys.stderr); sys.exit({code})"
    command = (sys.executable, "-c", script)
    return Service(tmp_path / "d/unit", b"[Unit]\n", on=[(*command, "on")], off=[(*command, "off")])


def test_install_and_uninstall(tmp_path: Path) -> None:
    found = fake(tmp_path, 0)
    with pytest.raises(NotFoundError):
        uninstall(found)
    install(found)
    install(found)
    assert found.file.read_bytes() == found.content
    uninstall(found)
    assert not found.file.exists()
    assert (tmp_path / "told").read_text(encoding="utf-8") == "ononoff"


def test_a_service_manager_that_refuses(tmp_path: Path) -> None:
    found = fake(tmp_path, 1)
    with pytest.raises(McptuiError, match="failed: no"):
        install(found)
    with pytest.raises(McptuiError, match="failed: no"):
        uninstall(found)
    assert not found.file.exists(), "removed all the same"
    missing = Service(tmp_path / "unit", b"", on=[("mcptui-no-such-program",)], off=[])
    with pytest.raises(McptuiError, match="mcptui-no-such-program"):
        install(missing)
