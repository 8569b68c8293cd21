"""A secret that has left the state file is in none of its kept versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.state import scrub as scrub_module
from mcptui.state.backups import backups, keep_backup
from mcptui.state.paths import Paths
from mcptui.state.reader import parse_bytes
from mcptui.state.scrub import SecretsRemoved, scrub

CANARY = "canary-4f9d1c7e2b"
OTHER = "canary-other-77a1"
SHORT = "hunter2"
TEXT = f"""\
version = 1
# the key of the team: {CANARY}

[servers.tracker]
url = "https://bot:{SHORT}@tracker.example/mcp?api_key={CANARY}"
headers = {{ Authorization = "Bearer {OTHER}" }} # hunter2 was the first
description = "the tracker" # from "Bearer {OTHER}"

[servers.files]
command = "npx"
args = ["--token", "{CANARY}"]
env = {{ TOKEN = "{OTHER}" }}

[models.gpt]
base_url = "https://api.example/v1"
model = "gpt"
api_key = "{CANARY}"
"""
CLEAN = """\
version = 1

[servers.tracker]
url = "https://tracker.example/mcp"
headers = { Authorization = "${secret:mine/tracker}" }
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.resolve(tmp_path)
    paths.ensure()
    return paths


def put(paths: Paths, text: str) -> None:
    paths.config_file.write_text(text, encoding="utf-8")


def kept(paths: Paths) -> list[str]:
    return [content.decode("utf-8", "surrogateescape") for _, content in backups(paths.backups)]


def holds(directory: Path, *values: str) -> list[Path]:
    files = (file for file in directory.rglob("*") if file.is_file())
    return [file for file in files if any(value.encode() in file.read_bytes() for value in values)]


def test_references_stand_in_the_place_of_secrets(paths: Paths) -> None:
    put(paths, CLEAN)
    keep_backup(paths.backups, TEXT.encode())
    scrub(paths)
    (text,) = kept(paths)
    assert text == TEXT.replace(f"bot:{SHORT}@", "bot:${secret:server/tracker/url}@").replace(
        f"api_key={CANARY}", "api_key=${secret:server/tracker/api_key}"
    ).replace(f'["--token", "{CANARY}"]', '["--token", "${secret:server/files/token}"]').replace(
        f'TOKEN = "{OTHER}"', 'TOKEN = "${secret:server/files/token-2}"'
    ).replace(f"Bearer {OTHER}", "${secret:mine/tracker}").replace(
        f'api_key = "{CANARY}"', 'api_key = "${secret:model/gpt/api_key}"'
    ).replace(CANARY, "${secret:server/tracker/api_key}")
    (file,) = paths.backups.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_the_file_still_has_stays(paths: Paths) -> None:
    put(paths, TEXT.replace(SHORT, "${env:PASSWORD}"))
    keep_backup(paths.backups, TEXT.encode())
    scrub(paths)
    (text,) = kept(paths)
    assert text == TEXT.replace(f":{SHORT}@", ":${secret:server/tracker/url}@")


def test_no_version_is_lost_and_their_times_stay(paths: Paths) -> None:
    put(paths, CLEAN)
    for text in (TEXT, CLEAN, TEXT + "\n[teams.a]\n", TEXT):
        keep_backup(paths.backups, text.encode())
    before = [at for at, _ in backups(paths.backups)]
    revisions = scrub(paths)
    assert [at for at, _ in backups(paths.backups)] == before
    assert len(revisions) == 2
    assert len(set(kept(paths))) == 3
    assert scrub(paths) == {}


@pytest.mark.parametrize(
    "broken",
    [
        TEXT + "[[[",
        TEXT + "[servers.x]\nurl = 5\n",
        TEXT.removesuffix('"\n') + "\n",
        f"'auth_value' = '{CANARY}'\nx = [ 'https://a:{OTHER}@b.example', \"{SHORT}\" ]\nproxy=\"u:{SHORT}x@p:1\"",
    ],
)
def test_a_version_that_cannot_be_used_is_scrubbed_too(paths: Paths, broken: str) -> None:
    put(paths, CLEAN)
    keep_backup(paths.backups, broken.encode() + b"# \xff")
    scrub(paths)
    assert holds(paths.backups, CANARY, OTHER, f":{SHORT}") == []
    (text,) = kept(paths)
    assert text.count("\n") == broken.count("\n")
    assert text.endswith("# \udcff")
    assert scrub(paths) == {}


def test_a_file_that_cannot_be_used_keeps_what_it_has(paths: Paths) -> None:
    put(paths, f"broken [ {CANARY}")
    paths.last_good.write_text(TEXT, encoding="utf-8")
    keep_backup(paths.backups, TEXT.encode())
    scrub(paths)
    (text,) = kept(paths)
    assert CANARY in text
    assert OTHER not in text
    assert paths.last_good.read_text(encoding="utf-8") == TEXT
    put(paths, CLEAN)
    scrub(paths)
    assert holds(paths.state_dir, CANARY, OTHER) == []


def test_a_password_that_is_a_name_too_leaves_the_name(paths: Paths) -> None:
    written = '[servers.deepwiki]\nurl = "https://me:deepwiki@x.example"\n[teams.a]\nservers = ["deepwiki"]\n'
    put(paths, CLEAN)
    keep_backup(paths.backups, written.encode())
    scrub(paths)
    assert kept(paths) == [written.replace(":deepwiki@", ":${secret:server/deepwiki/url}@")]


@pytest.mark.parametrize("text", [None, ""])
def test_a_file_that_is_missing_or_empty_removes_nothing(paths: Paths, text: str | None) -> None:
    if text is not None:
        put(paths, text)
    keep_backup(paths.backups, TEXT.encode())
    assert scrub(paths) == {}
    assert kept(paths) == [TEXT]


def test_without_versions_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert scrub(Paths.resolve(tmp_path / "new")) == {}


def test_a_secret_that_is_removed_by_hand_is_in_no_version(paths: Paths) -> None:
    removed = SecretsRemoved(paths)
    put(paths, TEXT)
    keep_backup(paths.backups, TEXT.encode())
    removed.follow(parse_bytes(TEXT.encode(), paths.config_file))
    assert kept(paths) == [TEXT]
    put(paths, CLEAN)
    removed.follow(parse_bytes(CLEAN.encode(), paths.config_file))
    assert holds(paths.backups, CANARY, OTHER) == []


def test_looks_at_the_versions_only_when_a_secret_was_removed(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Paths] = []
    monkeypatch.setattr(scrub_module, "scrub", looked.append)
    removed = SecretsRemoved(paths)
    for text in (CLEAN, CLEAN + "[teams.a]\n", TEXT, TEXT):
        removed.follow(parse_bytes(text.encode(), paths.config_file))
    assert looked == [paths]
    removed.follow(parse_bytes(CLEAN.encode(), paths.config_file))
    assert looked == [paths, paths]
