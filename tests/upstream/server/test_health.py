from __future__ import annotations

import pytest

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.upstream.errors import UpstreamError, UpstreamLoginError, UpstreamTimeoutError
from mcptui.upstream.server.health import FLAP_WINDOW, FLAPS, ServerHealth


class Watched(ServerHealth):
    """A condition with a clock that stands still, and the changes that it told of."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.now = 1_000.0
        self.told: list[tuple[str, float, str | None]] = []
        super().__init__(
            "s", enabled, lambda: self.told.append((self.state, self.since, self.reason)), lambda: self.now
        )


def test_from_idle_to_ready() -> None:
    condition = Watched()
    assert (condition.state, condition.since, condition.reason) == ("idle", 1_000.0, None)
    condition.starting()
    condition.now += 5
    condition.succeeded()
    condition.starting()
    condition.succeeded()
    assert condition.told == [("starting", 1_000.0, None), ("ready", 1_005.0, None)]
    assert Watched(enabled=False).state == "disabled"
    assert "has not answered yet" in Watched().unavailable().message


def test_a_process_that_ends_and_is_started_again() -> None:
    condition = Watched()
    for happened in (
        condition.starting, condition.started, condition.rests, condition.started, condition.starting, condition.rests,
    ):  # fmt: skip
        happened()
    assert [state for state, _, _ in condition.told] == ["starting", "ready", "idle", "starting", "idle"]


def test_what_is_wrong_with_it_is_said_until_it_works() -> None:
    condition = Watched()
    condition.failed(UpstreamError("it exited"))
    condition.rests()
    condition.starting()
    assert condition.state == "unreachable"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (UpstreamError("nothing listens", hint="start it"), "unreachable"),
        (UpstreamLoginError("401"), "needs_login"),
        (UpstreamTimeoutError("slow"), "degraded"),
        (RpcError(-1, "no tools today"), "degraded"),
        (McptuiError("no such secret"), "needs_secret"),
    ],
)
def test_why_it_does_not_work(error: McptuiError | RpcError, state: str) -> None:
    condition = Watched()
    condition.succeeded()
    condition.now += 10
    condition.failed(error)
    assert (condition.state, condition.since, condition.reason) == (state, 1_010.0, error.message)
    condition.now += 10
    condition.failed(UpstreamTimeoutError("still nothing"))
    assert condition.state == "unreachable", "a second time without an answer it is no longer merely slow"
    unavailable = condition.unavailable()
    assert unavailable.message.startswith("unreachable since ")
    assert unavailable.message.endswith(": still nothing")


def test_a_hint_goes_with_its_reason() -> None:
    condition = Watched()
    condition.failed(UpstreamError("nothing listens", hint="start it"))
    assert (condition.hint, condition.unavailable().hint) == ("start it", "start it")
    condition.succeeded()
    assert condition.hint is None


def test_one_that_comes_and_goes_is_not_called_ready() -> None:
    condition = Watched()
    condition.succeeded()
    for _ in range(FLAPS):
        condition.now += 10
        condition.failed(UpstreamError("connection refused"))
        condition.failed(UpstreamError("connection refused"))
        condition.now += 10
        condition.succeeded()
    assert condition.state == "degraded"
    assert condition.reason is not None
    assert f"failed {FLAPS} times in 5 minutes" in condition.reason
    assert condition.reason.endswith(": connection refused")
    assert [state for state, _, _ in condition.told[-2:]] == ["unreachable", "degraded"]
    condition.failed(UpstreamTimeoutError("slow"))
    assert condition.state == "degraded"
    condition.now += FLAP_WINDOW
    condition.succeeded()
    assert condition.told[-1] == ("ready", condition.now, None)


def test_clients_are_told_what_failed_and_since_when() -> None:
    condition = Watched()
    condition.failed(UpstreamError("http://10.0.0.5 answered 503", hint="mcptui server edit s", status=503))
    public = condition.unavailable().public
    assert public.startswith("answered with the status 503, since ")
    assert "10.0.0.5" not in public
    condition.failed(UpstreamLoginError("the header host cannot be chosen by a client", is_public=True))
    assert condition.unavailable().public.startswith("failed: the header host cannot be chosen by a client, since ")


def test_a_secret_that_the_server_quotes_is_in_no_reason() -> None:
    condition = ServerHealth("s", True, lambda: None, redact=lambda text: text.replace("canary", "…"))
    condition.failed(UpstreamError("it says: canary is wrong", hint="canary"))
    assert (condition.reason, condition.hint) == ("it says: … is wrong", "…")
    for _ in range(FLAPS):
        condition.succeeded()
        condition.failed(UpstreamError("canary"))
    condition.succeeded()
    assert condition.state == "degraded"
    assert "canary" not in str(condition.reason)
