"""A checkout is installed as README.md says, with uv and with pipx; needs both (``make test-install``)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mcptui import __version__

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.install, pytest.mark.soak, pytest.mark.timeout(600)]


@pytest.fixture
def tools() -> Path:
    """Where uv and pipx are."""
    return Path(os.environ["MCPTUI_SUPPLY"]) / "tools" / "bin"


@pytest.fixture
def short() -> Iterator[Path]:
    """A temporary directory with a short name: a socket in it must fit into sun_path."""
    with tempfile.TemporaryDirectory(prefix="mcptui-") as name:
        yield Path(name)


@pytest.fixture
def env(tools: Path, tmp_path: Path, short: Path) -> dict[str, str]:
    """An environment in which everything is installed below ``tmp_path``."""
    (tmp_path / "home").mkdir()
    return {
        **{
            name: value for name, value in os.environ.items() if not name.startswith(("MCPTUI_", "COV_", "VIRTUAL_ENV"))
        },
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(short),
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(tools.parents[1] / "uv-cache")),
        "UV_TOOL_DIR": str(tmp_path / "tools"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "UV_PYTHON": sys.executable,
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
    }


def run(env: Mapping[str, str], *words: str | Path) -> str:
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def works(env: Mapping[str, str], program: Path) -> None:
    """The installed program has its data and its parts."""
    assert run(env, program, "--version") == f"mcptui, version {__version__}\n"
    assert "_mcptui_completion" in run(env, program, "completion", "bash")
    assert run(env, program, "demo", "--once").splitlines()[-1].endswith("→ 42")


def test_uv_tool_install(tools: Path, env: dict[str, str], tmp_path: Path) -> None:
    run(env, tools / "uv", "tool", "install", ".")
    works(env, tmp_path / "bin" / "mcptui")
    run(env, tools / "uv", "tool", "uninstall", "mcptui")
    assert not (tmp_path / "bin" / "mcptui").exists()


def test_pipx_install(tools: Path, env: dict[str, str], tmp_path: Path) -> None:
    run(env, tools / "pipx", "install", ".")
    works(env, tmp_path / "bin" / "mcptui")
    run(env, tools / "pipx", "uninstall", "mcptui")
    assert not (tmp_path / "bin" / "mcptui").exists()


def test_uvx_runs_the_demo_without_installing(tools: Path, env: dict[str, str], tmp_path: Path) -> None:
    assert run(env, tools / "uvx", "--from", ".", "mcptui", "demo", "--once").splitlines()[-1].endswith("→ 42")
    assert not (tmp_path / "bin").exists()


def test_the_readme_says_these_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [
        words for words in ("uv tool install .", "pipx install .", "uvx --from . mcptui demo") if words not in readme
    ] == []
