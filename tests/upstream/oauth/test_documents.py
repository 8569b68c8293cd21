"""Documents that may be at one of several places. What counts as one is in the tests of those who look for them."""

from __future__ import annotations

from typing import cast

import pytest

from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.documents import Documents, origin_of, texts
from mcptui.upstream.oauth.guarded import GuardedHttp
from tests.support.documents import Web

ONE, TWO, ELSEWHERE = "https://a.example/1", "https://a.example/2", "https://b.example/1"


async def test_where_nobody_answers_nobody_is_asked_again() -> None:
    web = Web({ONE: UpstreamError("nobody there"), TWO: {"x": 1}, ELSEWHERE: {"x": 2}})
    documents = Documents(cast("GuardedHttp", web), "it", required="x")
    assert [await documents.read(url) for url in (ONE, TWO, ELSEWHERE)] == [None, None, {"x": 2}]
    assert web.asked == [ONE, ELSEWHERE]


async def test_the_first_problem_is_said_and_absence_is_none() -> None:
    web = Web({ONE: 404, TWO: 500, ELSEWHERE: 503})
    documents = Documents(cast("GuardedHttp", web), "it", required="x")
    assert await documents.read(ONE) is None
    documents.raise_problem()
    assert [await documents.read(url) for url in (TWO, ELSEWHERE)] == [None, None]
    with pytest.raises(UpstreamError, match=r"it, https://a\.example/2, answered 500") as caught:
        documents.raise_problem()
    assert caught.value.status == 500


def test_origins_and_texts() -> None:
    assert origin_of("https://a.example:1/b?c") == "https://a.example:1"
    assert (texts(["a", 7, "b"]), texts("a"), texts(None)) == (("a", "b"), (), ())
