"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No test asserts a time: a slow machine only makes the run longer. The same examples every time, so that a check
# says something about the change that it checks; HYPOTHESIS_PROFILE=thorough looks for others, and further.
settings.register_profile(
    "quick",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=40,
)
settings.register_profile("thorough", settings.get_profile("quick"), derandomize=False, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
