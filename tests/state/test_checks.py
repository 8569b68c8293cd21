from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.state.reader import parse_state

HTTP = '[servers.a]\nurl = "https://x.example"\n'
STDIO = '[servers.a]\ncommand = "x"\n'
MODEL = '[models.m]\nbase_url = "http://x"\nmodel = "m"\n'
KEY = f'[keys.k]\nhash = "sha256:{"0" * 64}"\n'


def remarks(text: str) -> list[tuple[str, int | None, str, str | None]]:
    problems = parse_state(text, Path("mcptui.toml")).problems
    return [(item.key, item.line, item.message, item.hint) for item in problems]


@pytest.mark.parametrize(
    ("text", "key", "line", "message"),
    [
        (HTTP + 'headers = { Authorization = "Bearer abc" }', "servers.a.headers.Authorization", 3, "written out"),
        (STDIO + 'env = { API_KEY = "abc" }', "servers.a.env.API_KEY", 3, "written out"),
        (HTTP + 'auth_type = "token"\nauth_value = "abc"', "servers.a.auth_value", 4, "written out"),
        (HTTP + 'auth_value = "${secret:x}"', "servers.a.auth_value", 3, 'no effect with auth_type "none"'),
        ('[servers.a]\nurl = "https://me:pw@x"', "servers.a.url", 2, "holds a secret"),
        ('[servers.a]\nurl = "https://x/?api_key=4f9d"', "servers.a.url", 2, "holds a secret"),
        (HTTP + 'headers = { A = "${input:a}" }', "servers.a.headers.A", 3, "${input:a} is not a reference"),
        (STDIO + 'args = ["${A_2} ${A_2:-x} ${B}"]\nenv = { A_2 = "1" }', "servers.a.args", 3, "${B} is not"),
        (STDIO + 'args = ["--token=${secret:x}"]', "servers.a.args", 3, "${secret:x} would be seen by every user"),
        (STDIO + 'args = ["${file:/x}"]', "servers.a.args", 3, "the server is not started"),
        (STDIO + 'args = ["${env:MY_TOKEN}"]', "servers.a.args", 3, "${env:MY_TOKEN} would be seen"),
        (STDIO + 'env = { A = "1", B = "${A}" }', "servers.a.env.B", 3, "${A} is not a reference"),
        (HTTP + "verify_tls = false", "servers.a.verify_tls", 3, "certificates are not verified"),
        (HTTP + 'proxy = "http://me:pw@p:1"', "servers.a.proxy", 3, "holds a secret"),
        (HTTP + 'proxy = "me:pw@p:1"', "servers.a.proxy", 3, "holds a secret"),
        (HTTP + 'client_cert = "/c"\nclient_key = "-----BEGIN PRIVATE KEY"', "servers.a.client_key", 4, "written out"),
        (STDIO + 'env = { HTTPS_PROXY = "http://me:pw@p:1" }', "servers.a.env.HTTPS_PROXY", 3, "holds a secret"),
        (STDIO + 'args = ["postgres://me:pw@db"]', "servers.a.args", 3, "holds a secret"),
        (HTTP + 'client_key = "/k.pem"', "servers.a.client_key", 3, "needs client_cert"),
        (HTTP + 'client_key_password = "${env:P}"', "servers.a.client_key_password", 3, "no effect"),
        (HTTP + 'ca_file = "${input:ca}"', "servers.a.ca_file", 3, "is not a reference"),
        (STDIO + 'proxy = "http://p:1"', "servers.a.proxy", 3, "no effect on a server with a command"),
        (MODEL + "verify_tls = false", "models.m.verify_tls", 4, "certificates are not verified"),
        (MODEL + 'proxy = "http://me:pw@p:1"', "models.m.proxy", 4, "holds a secret"),
        (MODEL + 'client_cert = "-----BEGIN PRIVATE KEY-----"', "models.m.client_cert", 4, "written out"),
        (HTTP + 'cwd = "/"', "servers.a", 1, "no effect on a server with a url"),
        (STDIO + 'headers = { A = "b" }', "servers.a", 1, "no effect on a server with a command"),
        (HTTP + '[teams.t]\nservers = ["aa"]', "teams.t.servers", 4, 'there is no server "aa"'),
        (HTTP + '[teams.t]\nservers = ["@g"]', "teams.t.servers", 4, 'there is no group "g"'),
        (HTTP + '[groups.g]\nservers = ["!x"]', "groups.g.servers", 4, 'there is no server "x"'),
        (HTTP + '[orgs.o]\ntools = { b = [] }', "orgs.o.tools.b", 4, 'there is no server "b"'),
        ('[teams.t]\norg = "o"', "teams.t.org", 2, 'there is no org "o"'),
        ('[users.u]\nteam = "t"', "users.u.team", 2, 'there is no team "t"'),
        (KEY + 'user = "u"', "keys.k.user", 3, 'there is no user "u"'),
        (KEY + f'previous_hash = "sha256:{"1" * 64}"', "keys.k.previous_hash", 3, "without previous_expires"),
        ('[models.m]\nbase_url = "http://x"\nmodel = "m"\napi_key = "abc"', "models.m.api_key", 4, "written out"),
        (MODEL + "input_price = 1", "models.m.input_price", 4, "no effect without output_price"),
        (MODEL + "output_price = 1", "models.m.output_price", 4, "no effect without input_price"),
        (MODEL + "cached_input_price = 1", "models.m.cached_input_price", 4, "no effect without input_price"),
        (
            '[servers.a_b]\nurl = "http://y"\n[servers.a-b]\nurl = "http://y"',
            "servers.a-b",
            3,
            "differs from a_b only by - and _: a header x-mcp-a-b-… reaches neither",
        ),
        (HTTP + '[servers.b]\nurl = "http://y"\nprefix = "a"', "servers.b", 3, 'the tool prefix "a" of server a'),
        (HTTP + '[servers.a__b]\nurl = "http://y"', "servers.a__b", 3, "mistaken for those of a"),
    ],
)  # fmt: skip
def test_remark(text: str, key: str, line: int, message: str) -> None:
    found = remarks(text)
    assert [(item[0], item[1]) for item in found] == [(key, line)]
    assert message in found[0][2]


@pytest.mark.parametrize(
    "text",
    [
        HTTP + 'headers = { Authorization = "Bearer ${secret:x}", "X-Team" = "docs" }',
        HTTP + 'auth_type = "basic"\nauth_value = "me:${secret:x}"',
        STDIO + 'env = { API_KEY = "${env:API_KEY}", MAX_TOKENS = "4096" }',
        '[servers.a]\nurl = "https://me:${secret:x}@x/?key=${env:K}"',
        '[servers.a]\nurl = "http://[broken"',
        HTTP + '[teams.t]\nservers = ["*", "!a", "a"]\ntools = { "*" = ["x"], a = [] }',
        HTTP + '[groups.g]\nservers = ["a"]\n[teams.t]\nservers = ["@g"]\ntools = { "@g" = ["x"] }',
        HTTP + '[servers.b]\nurl = "http://y"\nprefix = "a"\nenabled = false',
        '[gateway]\nprefix = "never"\n' + HTTP + '[servers.b]\nurl = "http://y"\nprefix = "a"',
        HTTP + 'prefix = ""\n[servers.b]\nurl = "http://y"\nprefix = ""',
        STDIO + 'args = ["${A}", "${A_2:-x}"]\nenv = { A = "1", A_2 = "2" }',
        HTTP + 'proxy = "http://me:${secret:p}@p:1"\nclient_cert = "/c.pem"\nclient_key = "${secret:k}"',
    ],
)
def test_nothing_to_remark(text: str) -> None:
    assert remarks(text) == []


def test_dangling_name_offers_the_nearest() -> None:
    assert (
        remarks('[servers.github]\nurl = "http://x"\n[orgs.o]\nservers = ["githbu"]')[0][3] == 'Did you mean "github"?'
    )
