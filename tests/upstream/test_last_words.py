from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.upstream import last_words
from mcptui.upstream.last_words import hint, reason

#: What real programs printed when they ended, and the line of it that says why.
OUTPUTS = Path(__file__).parent / "last_words"


def output_of(name: str) -> list[str]:
    return (OUTPUTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("npx-unknown-package", "404 Not Found - GET https://registry.example/@nobody%2fnot-there"),
        ("npx-no-program", "could not determine executable to run"),
        ("npm-no-network", "FetchError: request to http://127.0.0.1:9/foo failed, reason: connect ECONNREFUSED"),
        ("npm-no-manifest", "enoent Could not read package.json: Error: ENOENT: no such file or directory"),
        ("npm-script", "Lifecycle script `start` failed with error:"),
        ("node-no-file", "Error: Cannot find module '/srv/nope.js'"),
        ("node-no-package", "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'nope-pkg' imported from /srv/a.mjs"),
        ("node-rejection", "Error: the API refused; is the token set?"),
        ("node-listen", "Error: listen EADDRNOTAVAIL: address not available 1.2.3.4:80"),
        ("node-text", "oops"),
        ("node-syntax", "SyntaxError: Unexpected token '='"),
        ("uvx-unknown-package", "error: No solution found when resolving tool dependencies; Because not-there was not"),
        ("uvx-no-program", "Package `six` does not provide any executables."),
        ("uvx-no-network", "error: Request failed after 3 retries in 5.3s; Failed to fetch: http://127.0.0.1:9/"),
        ("uv-older", "No solution found when resolving tool dependencies:; Because x was not found in the package"),
        ("python-import", "ModuleNotFoundError: No module named 'nothere'"),
        ("python-module", "/usr/bin/python: No module named nothere"),
        ("python-file", "python3: can't open file '/nope.py': [Errno 2] No such file or directory"),
        ("python-chained", "RuntimeError: config: missing token"),
        ("python-group", "ValueError: bad port"),
        ("python-validation", "ValueError: 1 validation error for Settings; api_key; Field required [type=missing]"),
        ("python-syntax", "SyntaxError: invalid syntax"),
        ("argparse", "srv: error: the following arguments are required: --db"),
        ("typer", "Missing option '--db'."),
        ("shell", "sh: 1: mcp-foo: not found"),
        ("docker", "docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock."),
        ("rust-panic", "called `Option::unwrap()` on a `None` value"),
        ("go-panic", "panic: assignment to entry in nil map"),
        ("java", 'Exception in thread "main" java.lang.IllegalStateException: no API key'),
        ("log-then-error", "ERROR github: GITHUB_TOKEN is not set"),
        ("retries", "[Redis Fatal] Error: Error: Max retries reached"),
        ("only-talk", "listening soon"),
    ],
)
def test_the_line_that_says_why(name: str, said: str) -> None:
    assert reason(output_of(name)).startswith(said)


def test_where_it_stood_is_no_part_of_it() -> None:
    assert reason(["stdout: Error: no token", "stdout:     at x.js:1", "bye"]) == "Error: no token"


def test_nothing_printed() -> None:
    assert reason([]) == ""
    assert reason(["", "Node.js v24.1.0"]) == ""


@pytest.mark.parametrize(
    ("program", "environment", "said"),
    [
        ("/usr/bin/node", {}, "It printed nothing."),
        ("/usr/bin/npx", {}, "It printed nothing; the log that npm keeps is in ~/.npm/_logs."),
        ("/bin/npm", {"npm_config_cache": "/c"}, "It printed nothing; the log that npm keeps is in /c/_logs."),
        ("npx", {"NPM_CONFIG_CACHE": "/d"}, "It printed nothing; the log that npm keeps is in /d/_logs."),
    ],
)
def test_where_to_look_after_nothing(program: str, environment: dict[str, str], said: str) -> None:
    assert last_words.of_nothing(program, environment) == said


def test_colours_are_no_part_of_it_and_it_is_bounded() -> None:
    assert reason(["\x1b[31merror:\x1b[0m \x1b]0;title\x07no token"]) == "error: no token"
    assert len(reason(["error: " + "x" * 10_000])) == 300


@pytest.mark.parametrize(
    "line",
    [
        "npm error ENOTEMPTY: directory not empty, rename '/home/u/.npm/_npx/0a1b2c3d/node_modules/zod' -> '…/.zod-x'",
        "Error: Cannot find module '/home/u/.npm/_npx/0a1b2c3d/node_modules/zod/index.js'",
        "sh: 1: /home/u/.npm/_npx/0a1b2c3d/node_modules/.bin/srv: not found",
    ],
)
def test_a_broken_package_of_npx_is_named(line: str) -> None:
    assert "remove /home/u/.npm/_npx/0a1b2c3d, then" in str(hint(["npm warn x", line, "Node.js v24"]))


@pytest.mark.parametrize(
    ("why", "is_about_protocol"),
    [
        ("", True),
        ("listening soon", True),
        ("Error: expected initialize request", True),
        ("KeyError: 'params'", True),
        ("error: unknown method server/discover", True),
        ("Error: connect ECONNREFUSED 127.0.0.1:6379 failed", False),
        ("ModuleNotFoundError: No module named 'x'", False),
    ],
)
def test_whether_a_question_may_be_the_reason(why: str, is_about_protocol: bool) -> None:
    assert last_words.is_about_protocol(why) is is_about_protocol


def test_any_other_failure_has_no_such_hint() -> None:
    assert hint(["Error: no token", "at /home/u/.npm/_npx/0a1b2c3d/node_modules/srv/index.js:1"]) is None
