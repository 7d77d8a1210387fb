"""While an answer runs, the library's own functions of that homework refuse to work, however the answer reached them.

The code object of the function is exchanged, so an alias, a default argument or an estimator's method that holds the
same function is reached as well as an import inside the answer.
"""

import importlib.abc
import sys
import types
from collections.abc import Iterable
from typing import Any


class LibraryCall(Exception):
    """An answer called, or imported, what it was asked to write."""


def refuse(name: str) -> None:
    """What a guarded function does in place of its work: `name` is its full name."""
    Guard.called = Guard.called or name
    raise LibraryCall(f"{name} is the library's own function")


class Guard:
    """A context in which every function and method that is defined in `modules` (by name) raises LibraryCall.

    `called` names the first one that was called since it was last cleared, even if the answer caught the error.
    """

    called = ""

    def __init__(self, modules: Iterable[str], functions: Iterable[Any] = ()) -> None:
        self.modules = tuple(dict.fromkeys(modules))
        self.functions = tuple(f for f in functions if isinstance(f, types.FunctionType))
        self._swaps: list[tuple[types.FunctionType, types.CodeType, types.CodeType]] = []
        self._loaded = -1
        self._finder = _Refusal(self.modules)

    def __enter__(self) -> "Guard":
        present = sum(name in sys.modules for name in self.modules)
        if present != self._loaded:  # a module was imported since: look again
            self._swaps, self._loaded = [(f, f.__code__, _refusing(f)) for f in self._find()], present
        Guard.called = ""
        for function, _, refusing in self._swaps:
            function.__code__ = refusing
        sys.meta_path.insert(0, self._finder)
        return self

    def __exit__(self, *error: object) -> None:
        for function, code, _ in self._swaps:
            function.__code__ = code
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)

    def holds(self, function: Any) -> bool:
        """Is this one of the library's own functions?"""
        home = getattr(function, "__globals__", {}).get("__name__", "")
        return home in self.modules or any(function is own for own in self.functions)

    def _find(self) -> list[types.FunctionType]:
        found = {id(f): f for f in self.functions}
        for name in self.modules:
            for value in list(vars(sys.modules[name]).values()) if name in sys.modules else []:
                members = list(vars(value).values()) if isinstance(value, type) else [value]
                for member in members:
                    if isinstance(member, types.FunctionType) and member.__module__ == name:
                        found[id(member)] = member
        return [f for f in found.values() if not f.__code__.co_freevars]


class _Refusal(importlib.abc.MetaPathFinder):
    """Refuses to import the guarded modules while an answer runs."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        self.modules = modules

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname in self.modules:
            refuse(fullname)


def _refusing(function: types.FunctionType) -> types.CodeType:
    name = f"{function.__module__}.{function.__qualname__}"
    source = f"def stand_in(*_, **__):\n    from abinitio.course.calls.guard import refuse\n    refuse({name!r})\n"
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace["stand_in"].__code__
