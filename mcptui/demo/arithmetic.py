"""Evaluate plain arithmetic, nothing else."""

from __future__ import annotations

import ast
import math
import operator
from typing import TYPE_CHECKING, Final

from mcptui.errors import McptuiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAX_LENGTH: Final = 500
_MAX_BITS: Final = 1000

_BINARY: Final[Mapping[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: Final[Mapping[type[ast.unaryop], Callable[[float], float]]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_NAMES: Final[Mapping[str, float]] = {"pi": math.pi, "e": math.e, "tau": math.tau}
_FUNCTIONS: Final[Mapping[str, Callable[[float], float]]] = {
    "abs": abs,
    "round": round,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "log": math.log,
}


class ArithmeticProblem(McptuiError):
    """The expression cannot be calculated; the message says why."""


def calculate(expression: str) -> float:
    """The value of ``expression``: numbers, ``+ - * / // % **``, brackets, ``pi``, ``sqrt(2)`` and the like.

    Raises:
        ArithmeticProblem: it is something else, or has no value.
    """
    if len(expression) > _MAX_LENGTH:
        raise ArithmeticProblem("the expression is too long")
    try:
        result = _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, ValueError) and "math domain" in str(error):
            raise ArithmeticProblem("the expression has no real value") from error
        raise ArithmeticProblem("this is not an arithmetic expression") from error
    except ZeroDivisionError as error:
        raise ArithmeticProblem("division by zero") from error
    except (OverflowError, TypeError) as error:
        raise ArithmeticProblem("the value is too large or not real") from error
    if not math.isfinite(result):
        raise ArithmeticProblem("the value is not a finite number")
    return result


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _binary(type(op), _value(left), _value(right))
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_value(argument))
        case _:
            raise ArithmeticProblem(f"{ast.unparse(node)[:40]} is not arithmetic")


def _binary(op: type[ast.operator], left: float, right: float) -> float:
    if op is ast.Pow and isinstance(left, int) and left.bit_length() * abs(right) > _MAX_BITS:
        raise ArithmeticProblem("the value is too large")
    result = _BINARY[op](left, right)
    if isinstance(result, int) and result.bit_length() > _MAX_BITS:
        raise ArithmeticProblem("the value is too large")
    if isinstance(result, complex):
        raise ArithmeticProblem("the expression has no real value")
    return result
