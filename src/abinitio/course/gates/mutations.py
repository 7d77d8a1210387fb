"""The small changes of which mutants are made: operators, signs, constants, comparisons, axes, terms, statements."""

import ast
import copy
from collections.abc import Callable, Iterator

BINARY: dict[type, list[type]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
}
COMPARE: dict[type, list[type]] = {
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
PAIRS = (
    "argmin argmax, min max, minimum maximum, sum mean, std var, zeros ones, zeros_like ones_like, any all, exp expm1, "
    "floor ceil, log log1p, sin cos, argsort sort, searchsorted digitize, cumsum cumprod, integers choice, sqrt square"
)
SWAPPED = {a: b for pair in PAIRS.split(", ") for a, b in (pair.split(), reversed(pair.split()))}

COMMUTE = {"maximum", "minimum", "add", "multiply", "hypot", "logaddexp", "allclose", "array_equal"}


def variants(definition: ast.FunctionDef) -> Iterator[ast.FunctionDef]:
    """Every function that differs from `definition` by one change of its body."""
    count = sum(1 for statement in definition.body for _ in ast.walk(statement))
    for number in range(count):
        node = _node(definition, number)
        for make in [*_replacements(node), *_edits(node)]:
            changed = copy.deepcopy(definition)
            make_change(changed, number, make)
            yield ast.fix_missing_locations(changed)


def _node(definition: ast.FunctionDef, number: int) -> ast.AST:
    nodes = (node for statement in definition.body for node in ast.walk(statement))
    return next(node for i, node in enumerate(nodes) if i == number)


def make_change(definition: ast.FunctionDef, number: int, change: Callable[[ast.AST], ast.AST]) -> None:
    """Put change(node) in the place of the node with this number in the body of `definition`."""
    old = _node(definition, number)
    new = change(old)
    if new is old:
        return
    for parent in ast.walk(definition):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(item is old for item in value):
                setattr(parent, name, [new if item is old else item for item in value])


def _replacements(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    """Changes that put a part of the node, or nothing, in its place."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            yield lambda n: n.left  # type: ignore[attr-defined]
            yield lambda n: n.right  # type: ignore[attr-defined]
        case ast.UnaryOp():
            yield lambda n: n.operand  # type: ignore[attr-defined]
        case ast.IfExp():
            yield lambda n: n.body  # type: ignore[attr-defined]
            yield lambda n: n.orelse  # type: ignore[attr-defined]
        case ast.Attribute(attr="T"):
            yield lambda n: n.value  # type: ignore[attr-defined]
        case ast.Call(args=[_], keywords=[], func=ast.Attribute(value=ast.Name(id="np"))):
            yield lambda n: n.args[0]  # type: ignore[attr-defined]
        case ast.Call(args=[_], keywords=[], func=ast.Name(id="abs" | "float" | "int" | "max" | "min")):
            yield lambda n: n.args[0]  # type: ignore[attr-defined]
        case ast.Call(args=[], keywords=[], func=ast.Attribute()):
            yield lambda n: n.func.value  # type: ignore[attr-defined]
        case ast.Assign() | ast.AugAssign() | ast.Expr(value=ast.Call()):
            yield lambda n: ast.Pass()


def _edits(node: ast.AST) -> Iterator[Callable[[ast.AST], ast.AST]]:
    """Changes inside the node."""
    match node:
        case ast.BinOp(op=op):
            yield from (_set(op=other()) for other in BINARY.get(type(op), []))
            if isinstance(op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
                yield _exchange
        case ast.AugAssign(op=op):
            yield from (_set(op=other()) for other in BINARY.get(type(op), []))
        case ast.Compare(ops=[op]):
            yield from (_set(ops=[other()]) for other in COMPARE.get(type(op), []))
        case ast.BoolOp(op=op):
            yield _set(op=ast.Or() if isinstance(op, ast.And) else ast.And())
            yield from (_without("values", i) for i in range(len(node.values)) if len(node.values) > 1)
        case ast.Constant(value=bool() as value):
            yield _set(value=not value)
        case ast.Constant(value=int() as value):
            yield from (_set(value=other) for other in (value + 1, value - 1))
        case ast.Constant(value=float() as value):
            yield from (_set(value=other) for other in (2 * value, value + 1.0) if other != value)
        case ast.Attribute(attr=attr) if attr in SWAPPED:
            yield _set(attr=SWAPPED[attr])
        case ast.Call(args=args, keywords=keywords):
            if len(args) >= 2 and getattr(node.func, "attr", "") not in COMMUTE:
                yield _set_arguments
            yield from (_without("keywords", i) for i in range(len(keywords)))
        case ast.Slice(lower=lower, upper=upper, step=step):
            yield from (_set(**{k: None}) for k, v in (("lower", lower), ("upper", upper), ("step", step)) if v)
        case ast.If(test=test) | ast.While(test=test) if not isinstance(test, ast.Constant):
            yield lambda n: _negated(n)
        case ast.Break():
            yield lambda n: ast.Continue()
        case ast.Continue():
            yield lambda n: ast.Break()


def _set(**fields: object) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        for name, value in fields.items():
            setattr(node, name, value)
        return node

    return change


def _without(field: str, index: int) -> Callable[[ast.AST], ast.AST]:
    def change(node: ast.AST) -> ast.AST:
        values = getattr(node, field)
        if isinstance(node, ast.BoolOp) and len(values) == 2:
            return values[1 - index]
        del values[index]
        return node

    return change


def _exchange(node: ast.AST) -> ast.AST:
    node.left, node.right = node.right, node.left  # type: ignore[attr-defined]
    return node


def _set_arguments(node: ast.AST) -> ast.AST:
    node.args[:2] = node.args[1::-1]  # type: ignore[attr-defined]
    return node


def _negated(node: ast.AST) -> ast.AST:
    node.test = ast.UnaryOp(ast.Not(), node.test)  # type: ignore[attr-defined]
    return node
