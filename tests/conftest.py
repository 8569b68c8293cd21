"""Settings of all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No test asserts a time: a slow machine only makes the run longer.
settings.register_profile("mcptui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mcptui")
