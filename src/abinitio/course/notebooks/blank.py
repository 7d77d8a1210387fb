"""The student's blank, cut from the library's source: signature and docstring, verbatim; the body is gone."""

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator
from typing import Any

NOTEBOOK_HAS = {"np", "plt"}  # imported by the first cell of every homework


def blank(function: Callable[..., Any], label: str) -> str:
    """Source of `function` without its body, which becomes ``raise NotImplementedError(label)``.

    Above it stand the imports and constants of its module that the signature names (a default, an annotation).
    ValueError if it has no docstring: that is the text of the task.
    """
    module = ast.parse(source := inspect.getsource(inspect.getmodule(function) or function))
    lines = source.splitlines()
    node = next(
        (n for n in module.body if isinstance(n, ast.FunctionDef) and n.name == function.__name__),
        None,
    )
    if node is None or ast.get_docstring(node) is None:
        raise ValueError(f"{function.__module__}.{function.__name__} needs a docstring: it is the text of the task")
    docstring = node.body[0]
    head = lines[node.lineno - 1 : docstring.end_lineno]
    head[0] = head[0][node.col_offset :]
    needed = [ast.get_source_segment(source, n) or "" for n in _definitions(module, _signature_names(node))]
    indent = " " * docstring.col_offset
    return "\n".join([*needed, *([""] * 2 if needed else []), *head, f'{indent}raise NotImplementedError("{label}")'])


def _signature_names(node: ast.FunctionDef) -> set[str]:
    """Names that evaluating ``def f(...)`` looks up: in defaults and annotations."""
    outer = [node.args, *([node.returns] if node.returns else [])]
    names = {n.id for part in outer for n in ast.walk(part) if isinstance(n, ast.Name)}
    return names - set(dir(builtins)) - NOTEBOOK_HAS


def _definitions(module: ast.Module, names: set[str]) -> Iterator[ast.stmt]:
    """The imports and assignments of `module` that define `names`, in order, with what those name in turn."""
    chosen: list[ast.stmt] = []
    for statement in reversed(module.body):
        match statement:
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                defined = {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                defined = {name}
                if name in names:
                    names = names | {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} - NOTEBOOK_HAS
            case _:
                continue
        if defined & names:
            chosen.append(statement)
    yield from reversed(chosen)
