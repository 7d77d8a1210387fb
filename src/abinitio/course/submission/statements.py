"""The statements of a cell: the names that each binds, those it needs, and whether an answer may have it executed."""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

from abinitio.course.submission.cells import Cell

Function = ast.FunctionDef | ast.AsyncFunctionDef
EXPRESSIONS = "Constant Name Attribute BinOp UnaryOp BoolOp Compare Subscript Slice Tuple List Dict Set IfExp Starred"
PURE = tuple(getattr(ast, name) for name in f"{EXPRESSIONS} JoinedStr FormattedValue".split())
PURE_ROOTS = {"np", "numpy", "math", "float", "int", "complex", "tuple", "list", "dict", "range", "len", "abs"}
READS_FILES = {"load", "loadtxt", "genfromtxt", "fromfile", "memmap", "save", "savetxt", "savez", "test"}


@dataclass(frozen=True, eq=False)
class Statement:
    """A top-level statement: number `index` of `cell`; kind is import, function, class, constant or active."""

    node: ast.stmt
    cell: Cell
    index: int
    kind: str
    binds: frozenset[str]

    @property
    def needs(self) -> frozenset[str]:
        """The global names that it looks up, when it is executed or later when it is called."""
        return frozenset(_global_names(self.node))

    @property
    def where(self) -> str:
        return f"{self.cell.label}, line {self.node.lineno}"


def statements_of(tree: ast.Module, cell: Cell) -> list[Statement]:
    """The statements of a cell, whose syntax tree is `tree`."""
    return [Statement(node, cell, i, kind_of(node), frozenset(_bound(node))) for i, node in enumerate(tree.body)]


def kind_of(node: ast.stmt) -> str:
    """What a statement (`node`) is; "active" ones run code that an answer has no need of, and are never executed."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return "import"
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return "function"
        case ast.ClassDef():
            return "class"
        case ast.Assign(targets=targets, value=value) if all(map(_plain_target, targets)) and is_constant(value):
            return "constant"
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value) if is_constant(value):
            return "constant"
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=[]):
            inner = [*body, *orelse, *(s for handler in handlers for s in handler.body)]
            return "import" if all(isinstance(s, ast.Pass) or kind_of(s) != "active" for s in inner) else "active"
    return "active"


def is_constant(value: ast.expr) -> bool:
    """May this value be computed for an answer: arithmetic, literals, lambdas, calls of NumPy, math, number types?"""
    if isinstance(value, ast.Lambda):
        return True
    if isinstance(value, ast.Call):
        root, last = _root(value.func), getattr(value.func, "attr", "")
        inner = [*value.args, *(k.value for k in value.keywords)]
        return root in PURE_ROOTS and last not in READS_FILES and all(map(is_constant, inner))
    if not isinstance(value, PURE):
        return False
    return all(is_constant(child) for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr))


def is_blank(node: ast.stmt) -> bool:
    """Is this node a function that was never written: a docstring, `pass`, `...` or `raise NotImplementedError`?"""
    if not isinstance(node, Function):
        return False
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return all(_says_nothing(statement) for statement in body)


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
    return False


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _plain_target(target: ast.expr) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return all(isinstance(part, ast.Name) for part in parts)


def _bound(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
        case ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name for alias in names)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt | ast.ExceptHandler):
                    yield from (
                        _bound(child) if isinstance(child, ast.stmt) else (n for s in child.body for n in _bound(s))
                    )
                else:
                    yield from (
                        n.id for n in ast.walk(child) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
                    )


def _global_names(node: ast.stmt) -> Iterator[str]:
    tables = [symtable.symtable(ast.unparse(node), "answer", "exec")]
    while tables:
        table = tables.pop()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
                yield symbol.get_name()
        tables += table.get_children()
