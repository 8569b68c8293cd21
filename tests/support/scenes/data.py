"""A small company's servers, keys and calls; every time and number is fixed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from mcptui.model import Group, Key, LlmModel, Org, Server, State, Team, User
from mcptui.model.auth import BearerToken
from mcptui.model.runtime import CallRecord, GatewayStatus, Listed, ProbeStep, SecretStatus, ServerStatus

#: When the scenes play.
NOW: Final = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
_STARTED: Final = NOW.timestamp() - 2 * 3600 - 13 * 60

SERVERS: Final = (
    Server(
        name="deepwiki",
        url="https://mcp.deepwiki.com/mcp",
        description="Documentation of public repositories, as questions and answers",
        tags=("docs",),
    ),
    Server(
        name="github",
        url="https://api.githubcopilot.com/mcp/",
        auth=BearerToken(auth_value="${secret:server/github/auth}"),
        description="Issues, pull requests and code search",
        headers={"X-MCP-Toolsets": "issues,pull_requests"},
        tags=("code",),
    ),
    Server(
        name="files",
        command="npx",
        args=("-y", "@modelcontextprotocol/server-filesystem", "/srv/docs"),
        description="The team's documents, read only",
        disallowed_tools=("write_*", "move_*"),
    ),
    Server(name="time", command="uvx", args=("mcp-server-time", "--local-timezone=Europe/Berlin")),
    Server(
        name="warehouse",
        command="python",
        args=("-m", "warehouse.mcp"),
        env={"WAREHOUSE_TOKEN": "${secret:server/warehouse/warehouse_token}", "REGION": "eu"},
        description="Orders and stock",
    ),
    Server(name="legacy-crm", url="https://crm.acme.example/sse", transport="sse", enabled=False),
)

STATE: Final = State(
    servers={server.name: server for server in SERVERS},
    groups={"reading": Group(name="reading", servers=("deepwiki", "files"))},
    orgs={"acme": Org(name="acme", servers=("@reading", "github", "time"))},
    teams={
        "data": Team(name="data", org="acme", servers=("@reading", "time")),
        "platform": Team(name="platform", org="acme", servers=("*",), rpm=1200),
    },
    users={"alice": User(name="alice", team="data"), "bob": User(name="bob", team="platform")},
    keys={
        "cursor-laptop": Key(
            name="cursor-laptop",
            hash="sha256:" + "1" * 64,
            hint="sk-mcptui-…3f9a",
            user="alice",
            servers=("deepwiki", "files"),
            created=datetime(2026, 10, 2, 9, 0, tzinfo=UTC),
            rpm=600,
        ),
        "ci": Key(
            name="ci",
            hash="sha256:" + "2" * 64,
            hint="sk-mcptui-…77c1",
            team="platform",
            servers=("github", "time"),
            created=datetime(2026, 9, 14, 9, 0, tzinfo=UTC),
            expires=datetime(2027, 1, 1, tzinfo=UTC),
        ),
        "old-laptop": Key(
            name="old-laptop", hash="sha256:" + "3" * 64, hint="sk-mcptui-…0b2e", user="bob", enabled=False
        ),
    },
    models={"gpt-4o": LlmModel(name="gpt-4o", base_url="https://api.openai.com/v1", model="gpt-4o")},
)

SECRETS: Final = SecretStatus(backend="keyring", state="ok", detail="Secret Service")


def _tool(name: str, description: str, **properties: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {key: {"type": kind} for key, kind in properties.items()},
        "required": list(properties)[:1],
    }
    return {"name": name, "description": description, "inputSchema": schema}


_TOOLS: Final[dict[str, list[dict[str, Any]]]] = {
    "deepwiki": [
        _tool("read_wiki_structure", "Get a list of documentation topics of a repository", repoName="string"),
        _tool("read_wiki_contents", "View documentation about a repository", repoName="string"),
        _tool("ask_question", "Ask any question about a repository", repoName="string", question="string"),
    ],
    "github": [
        _tool("list_issues", "List issues of a repository", owner="string", repo="string", state="string"),
        _tool("create_issue", "Open an issue", owner="string", repo="string", title="string"),
        _tool("search_code", "Search code across repositories", query="string", perPage="integer"),
        _tool("get_pull_request", "Get a pull request", owner="string", repo="string", number="integer"),
        _tool("merge_pull_request", "Merge a pull request", owner="string", repo="string", number="integer"),
    ],
    "files": [
        _tool("read_text_file", "Read a file as text", path="string", head="integer"),
        _tool("list_directory", "List a directory", path="string"),
        _tool("search_files", "Find files by pattern", path="string", pattern="string"),
        _tool("get_file_info", "Size, dates and permissions of a file", path="string"),
    ],
    "time": [
        _tool("get_current_time", "Current time in a time zone", timezone="string"),
        _tool("convert_time", "Convert time between time zones", source_timezone="string", time="string"),
    ],
}


def _listed(servers: list[str]) -> Listed:
    tools, owners = [], {}
    for server in servers:
        for tool in _TOOLS[server]:
            name = f"{server}__{tool['name']}"
            tools.append({**tool, "name": name})
            owners[name] = (server, tool["name"])
    return Listed(tools=tools, owners=owners)


#: What the owner and each key see.
LISTED: Final = {
    None: _listed(["deepwiki", "github", "files", "time"]),
    "cursor-laptop": _listed(["deepwiki", "files"]),
    "ci": _listed(["github", "time"]),
}

STATUS: Final = GatewayStatus(
    instance_id="7c1f",
    pid=48213,
    version="0.1.0",
    url="http://127.0.0.1:4000",
    started=_STARTED,
    revision="9f3a51c0" * 8,
    secrets=SECRETS,
    sessions=3,
    calls=1284,
    servers=(
        ServerStatus(
            name="deepwiki",
            state="ready",
            since=_STARTED,
            transport="http",
            protocol_version="2025-06-18",
            server_info={"name": "DeepWiki", "version": "2.14.3"},
            tools=3,
            latency_ms=212.0,
            connections=1,
        ),
        ServerStatus(
            name="github",
            state="needs_login",
            since=_STARTED,
            reason="401 Unauthorized: the server does not accept the credential",
            hint="Press e and enter a new token; the old one may have expired.",
            transport="http",
        ),
        ServerStatus(
            name="files",
            state="ready",
            since=_STARTED,
            transport="stdio",
            protocol_version="2025-11-25",
            server_info={"name": "secure-filesystem-server", "version": "0.2.0"},
            tools=4,
            latency_ms=3.4,
            connections=1,
            stderr=("Secure MCP Filesystem Server running on stdio",),
        ),
        ServerStatus(
            name="time",
            state="idle",
            since=_STARTED,
            transport="stdio",
            protocol_version="2025-11-25",
            server_info={"name": "mcp-time", "version": "1.26.0"},
            tools=2,
            latency_ms=2.1,
        ),
        ServerStatus(
            name="warehouse",
            state="unreachable",
            since=_STARTED,
            reason="python ended with exit code 1 before it answered",
            hint="See the output below; a module is missing in this Python.",
            transport="stdio",
            stderr=(
                "Traceback (most recent call last):",
                '  File "<frozen runpy>", line 198, in _run_module_as_main',
                "ModuleNotFoundError: No module named 'warehouse'",
            ),
        ),
        ServerStatus(name="legacy-crm", state="disabled", since=_STARTED),
    ),
)


def _record(number: int, seconds: float, key: str, server: str, name: str, **more: Any) -> CallRecord:
    values: dict[str, Any] = {"method": "tools/call", "ms": 12.0, "bytes_in": 240, "bytes_out": 1800}
    values |= {"at": NOW.timestamp() - seconds, "key": key, "front": "2025-11-25"}
    values |= {"server": server, "name": f"{server}__{name}", "tool": name}
    return CallRecord(id=number, **(values | more))


#: Oldest first, as the gateway sends them.
RECORDS: Final = (
    _record(1, 611, "cursor-laptop", "deepwiki", "ask_question", ms=2314.0, upstream_ms=2309.0, bytes_out=18_204),
    _record(2, 420, "cursor-laptop", "files", "list_directory", ms=6.2, upstream_ms=4.8, bytes_out=912),
    _record(
        3,
        64,
        "cursor-laptop",
        "files",
        "read_text_file",
        ms=5.1,
        upstream_ms=3.6,
        bytes_out=4_410,
        tool="read_text_file",
        client="Cursor",
        before_ms=0.2,
        connect_ms=0.1,
        params={"name": "files__read_text_file", "arguments": {"path": "/srv/docs/handbook.md", "head": 40}},
        result={"content": [{"type": "text", "text": "# Handbook\n\nHow we work."}], "isError": False},
        events=[
            {
                "ms": 1.4,
                "kind": "notification",
                "method": "notifications/progress",
                "value": {"progressToken": 7, "progress": 40, "total": 40, "message": "lines read"},
            }
        ],
    ),
    _record(4, 40, "ci", "github", "create_issue", ms=38.0, outcome="unreachable", error="401 Unauthorized"),
    _record(
        5,
        21,
        "cursor-laptop",
        "github",
        "merge_pull_request",
        ms=0.3,
        outcome="denied",
        error="Unknown tool: github__merge_pull_request",
        params={"name": "github__merge_pull_request", "arguments": {"owner": "acme", "repo": "handbook", "number": 12}},
        denied={
            "feature": "tool",
            "server": "github",
            "name": "merge_pull_request",
            "level": "team",
            "subject": "data",
            "entry": 'servers ["@reading", "time"]',
            "reason": "team data does not allow github",
        },
    ),
    _record(6, 4, "ci", "time", "convert_time", ms=3.9, outcome="tool_error", error="Invalid timezone: Mars/Olympus"),
)

LOG: Final = (
    "2026-11-22T12:17:02Z INFO  gateway.start pid=48213 url=http://127.0.0.1:4000",
    "2026-11-22T12:17:02Z INFO  state.loaded revision=9f3a51c0 servers=6 keys=3",
    "2026-11-22T12:17:03Z INFO  upstream.ready server=files transport=stdio tools=4 ms=412",
    "2026-11-22T12:17:03Z INFO  upstream.ready server=deepwiki transport=http tools=3 ms=689",
    "2026-11-22T12:17:03Z WARN  upstream.needs_login server=github status=401",
    "2026-11-22T12:17:04Z ERROR upstream.exited server=warehouse code=1",
    "2026-11-22T14:29:20Z WARN  call.unreachable key=ci server=github name=create_issue",
    "2026-11-22T14:29:39Z INFO  call.denied key=cursor-laptop server=github name=merge_pull_request",
)

PROBE_OK: Final = (
    ProbeStep(step="resolve", status="ok", ms=0.2),
    ProbeStep(step="connect", status="ok", ms=118.0, detail="Streamable HTTP"),
    ProbeStep(step="initialize", status="ok", ms=94.0, detail="DeepWiki 2.14.3, protocol 2025-06-18"),
    ProbeStep(step="tools", status="ok", ms=61.0, detail="3 tools"),
    ProbeStep(step="prompts", status="skipped"),
    ProbeStep(step="resources", status="skipped"),
    ProbeStep(step="done", status="ok", ms=273.0, result={"tools": _TOOLS["deepwiki"], "transport": "http"}),
)

PROBE_FAILED: Final = (
    ProbeStep(step="resolve", status="ok", ms=0.4),
    ProbeStep(
        step="spawn",
        status="failed",
        ms=181.0,
        detail="python ended with exit code 1 before it answered",
        hint="The module is not installed in this Python. Install it, or give the Python that has it.",
        stderr=("ModuleNotFoundError: No module named 'warehouse'",),
    ),
    ProbeStep(step="done", status="failed"),
)
