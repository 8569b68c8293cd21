"""What is decided, as people read it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.access import Ref, decide, explain, explain_model
from mcptui.access.matrix import Matrix
from mcptui.access.preview import Effect, ToolsEffect, preview
from mcptui.access.subjects import put
from mcptui.model import Key, LlmModel, Server, State, Team
from mcptui.services.access_words import (
    SIGNS,
    cell_words,
    effect_words,
    explanation_text,
    preview_text,
    tools_text,
)
from tests.support.access_states import STATE


def row(kind: str, name: str) -> list[tuple[str, str]]:
    matrix = Matrix(STATE)
    cells = [matrix.cell(Ref.parse(f"{kind}:{name}"), server) for server in matrix.servers]
    return [(SIGNS[cell.mark], cell_words(cell)) for cell in cells]


def test_signs_and_words_of_the_matrix() -> None:
    disabled = ("[ ]", "server off is disabled")
    everybody = ("[+]", "server news allows all keys")
    assert row("org", "acme") == [("[+]", ""), ("[+]", ""), everybody, disabled]
    assert row("team", "data") == [("[~]", "some tools"), ("[x]", ""), everybody, disabled]
    assert row("key", "ci") == [("[~]", "via team data; some tools"), ("[+]", "via team data"), everybody, disabled]
    assert row("team", "ops") == [("[!]", "denied explicitly"), ("[+]", "via org acme"), everybody, disabled]
    assert row("key", "bot") == [("[!]", "limited by team ops"), ("[x]", ""), everybody, disabled]
    assert row("key", "new")[:2] == [("[ ]", "not granted")] * 2
    assert row("key", "gone")[:2] == [("[!]", "not granted by team none")] * 2
    assert row("key", "unknown")[0] == ("[!]", "")


def test_a_denied_tool_has_its_levels_in_columns() -> None:
    assert explanation_text(explain(STATE, "bot", "git", "push")).splitlines() == [
        "key bot → tool git__push : DENIED",
        '  org  acme  servers ["@both", "off"]  allows git',
        '  team ops   servers ["!git"]          denies git   ← decisive rule',
        '  key  bot   servers ["git", "time"]   (would allow git)',
        "  team ops denies git with !git",
    ]


def test_a_level_that_says_nothing_and_what_has_no_levels() -> None:
    state = State(
        models={"big": LlmModel(name="big", base_url="http://x/v1", model="big")},
        teams={"t": Team(name="t", models=())},
        keys={"k": Key(name="k", hash="", team="t")},
    )
    assert explanation_text(explain_model(state, "k", "big")).splitlines() == [
        "key k → model big : DENIED",
        "  team t  models []  does not allow big   ← decisive rule",
        "  key  k  –          not set",
        "  team t does not allow big",
    ]
    unknown = explanation_text(explain(state, "k", tool="x"))
    assert unknown == "key k → tool x : DENIED\n  no server has the prefix of x"
    assert explanation_text(explain(STATE, None, "git")).startswith("owner → server git : ALLOWED\n")


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (Effect(Ref("key", "k")), ""),
        (Effect(Ref("key", "k"), ("a",), ("b",)), "+a −b"),
        (Effect(Ref("key", "k"), lost=("a", "b"), models_lost=("big",)), "−a −b, models: −big"),
        (Effect(Ref("key", "k"), models_gained=("x",), models_lost=("y",)), "models: +x −y"),
        (Effect(Ref("key", "k"), tools=(ToolsEffect("git", (), ("push",)),)), "git: −push"),
        (Effect(Ref("key", "k"), tools=(ToolsEffect("git"), ToolsEffect("x", ("y",)))), "git: rules changed, x: +y"),
    ],
)
def test_effects(effect: Effect, words: str) -> None:
    assert effect_words(effect) == words


def test_a_change_before_it_is_applied() -> None:
    after = put(STATE, replace(STATE.teams["data"], servers=("time",)))
    assert preview_text(preview(STATE, after)).splitlines() == [
        "team data",
        '  - servers ["time", "git"]',
        '  + servers ["time"]',
        "Effective access:",
        "  team data: −git",
        "  key ci: −git",
    ]
    described = put(STATE, replace(STATE.teams["ops"], description="ops"))
    assert preview_text(preview(STATE, described)).splitlines() == [
        "team ops",
        "  + description ops",
        "Effective access is unchanged.",
    ]
    assert preview_text(preview(STATE, STATE)) == "No changes."


def test_tools_have_the_rule_against_them() -> None:
    key = Key(name="k", hash="", servers=("git",), tools={"git": ("read",)})
    state = State(servers={"git": Server(name="git", url="http://x")}, keys={"k": key})
    assert tools_text(decide(state, "k"), "git", ("read", "push")).splitlines() == [
        "Tools: 1 of 2 allowed",
        "  [x] read",
        "  [!] push  key k does not allow push of git",
    ]
