from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mcptui.daemon import logs
from mcptui.model import GatewaySettings
from mcptui.protocol.keys import KEY_PREFIX
from mcptui.secrets.known import SECRET_MARK, KnownSecrets


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The root logger as it was: other tests listen to it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def set_up(file: Path, known: KnownSecrets | None = None, *, foreground: bool = False, **settings: Any) -> None:
    logs.set_up(file, GatewaySettings(**settings), known or KnownSecrets(), foreground=foreground)


def test_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "gateway.log"
    set_up(file)
    logging.getLogger("mcptui.x").info("seen")
    logging.getLogger("mcptui.x").debug("not seen")
    logging.getLogger("uvicorn").info("noise")
    logs.use(GatewaySettings(log_level="debug"))
    logging.getLogger("mcptui.x").debug("seen too")
    assert file.stat().st_mode & 0o777 == 0o600
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == ["seen", "seen too"]


def test_every_file_of_a_rotation_is_private(tmp_path: Path) -> None:
    file = tmp_path / "gateway.log"
    before = os.umask(0)
    try:
        handler = logs.PrivateFileHandler(file, maxBytes=10, backupCount=2)
        for text in ("first line", "second line", "third line"):
            handler.emit(logging.makeLogRecord({"msg": text}))
        handler.close()
    finally:
        os.umask(before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gateway.log", "gateway.log.1", "gateway.log.2"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_without_a_file_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path / "missing" / "gateway.log")
    logging.getLogger("mcptui.x").info("seen")
    assert capsys.readouterr().err.endswith("mcptui.x: seen\n")


def test_in_the_foreground_on_standard_error_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path / "gateway.log", foreground=True, log_level="warning")
    logging.getLogger("mcptui.x").warning("seen")
    captured = capsys.readouterr()
    assert captured.err.endswith("mcptui.x: seen\n")
    assert captured.out == ""


def test_no_secret_in_use_and_no_key_is_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever it stands: in the text, in an argument, in a traceback; also one that is known only later."""
    known, key = KnownSecrets(), KEY_PREFIX + "k" * 43
    set_up(tmp_path / "gateway.log", known, foreground=True)
    known.add("${secret:a}", "canary-value")
    log = logging.getLogger("mcptui.x")
    log.warning("before canary-value after")
    log.warning("%s and %r", "canary-value", {"token": "canary-value", "key": key})
    try:
        raise ValueError("canary-value")
    except ValueError:
        log.exception("it failed with \ud800 %s", key)
    for text in ((tmp_path / "gateway.log").read_text(encoding="utf-8"), capsys.readouterr().err):
        assert "canary" not in text
        assert "kkk" not in text
        assert text.count(SECRET_MARK) == 5
        assert "ValueError" in text


def test_lines_of_one_kind_are_bounded_and_counted() -> None:
    moment = 0.0
    filter_ = logs.FloodFilter(3, lambda: moment)

    def shown(line: int, times: int) -> list[str]:
        records = [
            logging.LogRecord("x", logging.WARNING, "f.py", line, "bad request %d", (number,), None)
            for number in range(times)
        ]
        return [record.getMessage() for record in records if filter_.filter(record)]

    assert shown(1, 1_000) == ["bad request 0", "bad request 1", "bad request 2"]
    # Others are not affected.
    assert shown(2, 2) == ["bad request 0", "bad request 1"]
    moment = 1.0
    assert shown(1, 2) == ["bad request 0 (997 more lines of this kind)", "bad request 1"]
    for line in range(10_000):
        shown(line, 1)
    assert len(filter_._seen) <= 1_000


def test_a_changed_number_of_lines_holds_at_once(tmp_path: Path) -> None:
    file = tmp_path / "gateway.log"
    set_up(file, max_log_lines=1_000_000)
    logs.use(GatewaySettings(max_log_lines=2))
    for _ in range(100):
        logging.getLogger("mcptui.x").warning("again")
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 4


def test_a_thread_that_ends_itself_has_not_failed(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    logs.take_what_python_prints()
    logging.captureWarnings(False)
    for ending in (SystemExit(0), ValueError("it broke")):
        thread = threading.Thread(target=_end, args=(ending,))
        thread.start()
        thread.join()
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["it broke"]


def _end(error: BaseException) -> None:
    raise error
