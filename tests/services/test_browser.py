from __future__ import annotations

import webbrowser

import pytest

from mcptui.services.browser import has_browser, open_page


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "w"}, "linux", True),
        ({"BROWSER": "w3m"}, "linux", True),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1"}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_TTY": "1"}, "darwin", False),
    ],
)
def test_has_browser(environment: dict[str, str], platform: str, expected: bool) -> None:
    assert has_browser(environment, platform) == expected


def test_only_pages_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    assert open_page("https://x/?a=1")
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "vscode://x"):
        assert not open_page(bad)
    assert opened == ["https://x/?a=1"]

    def broken(_: str) -> bool:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "open", broken)
    assert not open_page("https://x")
