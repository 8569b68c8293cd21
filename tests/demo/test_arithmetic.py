from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.demo.arithmetic import ArithmeticProblem, calculate


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("(2 + 3) * 4", 20),
        (" -7 // 2 ", -4),
        ("+7 % 4", 3),
        ("1 / 4", 0.25),
        ("2 ** 10 - 1", 1023),
        ("sqrt(2) ** 2", pytest.approx(2)),
        ("round(pi)", 3),
        ("1e3", 1000.0),
    ],
)
def test_arithmetic(expression: str, value: float) -> None:
    assert calculate(expression) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "this is not an arithmetic expression"),
        ("2 +", "this is not an arithmetic expression"),
        ("1 / 0", "division by zero"),
        ("sqrt(-1)", "the expression has no real value"),
        ("(-1) ** 0.5", "the expression has no real value"),
        ("9 ** 9 ** 9", "the value is too large"),
        ("9 ** 300 * 9 ** 300", "the value is too large"),
        ("10.0 ** 400", "the value is too large or not real"),
        ("1e400", "the value is not a finite number"),
        ("1" * 501, "the expression is too long"),
        ("True + 1", "True is not arithmetic"),
        ("'a' * 9", "'a' is not arithmetic"),
        ("__import__('os')", "__import__('os') is not arithmetic"),
        ("abs(1, 2)", "abs(1, 2) is not arithmetic"),
        ("pi.real", "pi.real is not arithmetic"),
        ("1 << 9", "1 << 9 is not arithmetic"),
        ("~1", "~1 is not arithmetic"),
        ("pie", "pie is not arithmetic"),
    ],
)
def test_everything_else_is_refused_with_a_reason(expression: str, message: str) -> None:
    with pytest.raises(ArithmeticProblem) as error:
        calculate(expression)
    assert error.value.message == message


@given(st.text("0123456789.+-*/%() esqrtpi", max_size=40))
def test_any_text_is_a_finite_number_or_a_problem(expression: str) -> None:
    with contextlib.suppress(ArithmeticProblem):
        assert math.isfinite(calculate(expression))
