"""Settings of all tests."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.demo_home import DemoHome, demo_home
from tests.support.home import SDK_SERVER
from tests.support.rewriting import rewrite_part
from tests.support.shared_certificates import shared_certificates

# No test asserts a time: a slow machine only makes the run longer. The same examples every time, so that a check
# says something about the change that it checks: few here, ten times as many in `make soak`, which takes the profile
# "thorough"; HYPOTHESIS_PROFILE=search looks for others.
settings.register_profile(
    "quick",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=20,
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=200)
settings.register_profile("search", settings.get_profile("quick"), derandomize=False, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# What is imported and collected stays: looking through it for garbage would take a quarter of that time.
gc.disable()

# What a run in the background of a script ignores, its children would ignore too, and tests could not interrupt them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl
def pytest_configure(config: pytest.Config) -> None:
    """Every worker imports all tests, and need not compile all of them."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        part = int(worker["workerid"].removeprefix("gw"))
        rewrite_part(config, Path(__file__).parent, part, worker["workercount"])


@pytest.hookimpl
def pytest_collection_finish() -> None:
    """Look for garbage less often: apps that come and go made that a fifth of the time of all tests."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _certificates() -> Iterator[None]:
    with shared_certificates():
        yield


@pytest.fixture(scope="session")
def sdk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where :mod:`tests.support.sdk_server` serves over HTTP; one for all tests, as it needs a second to start."""
    with (tmp_path_factory.mktemp("sdk_server") / "log").open("ab") as log:
        process = subprocess.Popen([*SDK_SERVER, "http"], stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHome]:
    """A home with the demo's server and model and a running gateway, for programs that are clients of it."""
    with demo_home(tmp_path_factory.mktemp("demo") / "home") as running:
        yield running
