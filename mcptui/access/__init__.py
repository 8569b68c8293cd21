"""Access rules: one pure decision that listing, calling, reading and explaining all ask."""

from __future__ import annotations

from mcptui.access.decision import Decision, LevelName
from mcptui.access.explain import Explanation, Row, explain, explain_model
from mcptui.access.policy import Access, decide
from mcptui.access.subjects import Ref

__all__ = ["Access", "Decision", "Explanation", "LevelName", "Ref", "Row", "decide", "explain", "explain_model"]
