from __future__ import annotations

import pytest

from mcptui.llm.errors import LlmError
from mcptui.llm.room import most_functions, require_room
from mcptui.model import LlmModel


def model(base_url: str, most: int | None = None) -> LlmModel:
    return LlmModel(name="mine", base_url=base_url, model="m", max_tools=most)


@pytest.mark.parametrize(
    ("base_url", "most"),
    [
        ("https://api.openai.com/v1", 128),
        ("https://x.openai.azure.com/openai/v1", 128),
        ("https://api.groq.com/openai/v1", 128),
        ("https://evilapi.openai.com.example/v1", None),
        ("http://127.0.0.1:11434/v1", None),
    ],
)
def test_what_is_known_of_a_provider(base_url: str, most: int | None) -> None:
    assert most_functions(model(base_url)) == most
    assert most_functions(model(base_url, 5)) == 5


def test_too_many() -> None:
    require_room(model("http://x/v1", 2), {"tools": [{}, {}]})
    require_room(model("http://x/v1", 2), {})
    with pytest.raises(LlmError, match="367 tools are too many for mine, which takes 128") as error:
        require_room(model("https://api.openai.com/v1"), {"tools": [{}] * 367})
    assert (error.value.status, error.value.code) == (400, "too_many_tools")
    assert "max_tools" in str(error.value.hint)


def test_where_nobody_knows_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    require_room(model("http://x/v1"), {"tools": [{}] * 128})
    assert not caplog.records
    require_room(model("http://x/v1"), {"tools": [{}] * 367})
    assert [record.getMessage() for record in caplog.records] == ["mine gets 367 tools; many models take 128"]
