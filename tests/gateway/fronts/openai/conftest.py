from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.rig import Rig, running_rig


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running_rig() as rig:
        yield rig
