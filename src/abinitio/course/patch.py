"""Another function in the place of the library's, for every caller, for as long as a run or a check lasts.

A caller finds a function by its name in its own module at call time, so the name is what is replaced: in the module
that defines the function, and in each that imported it. Functions that were frozen elsewhere (default arguments,
compiled code, other processes) are not reached; exercise functions are not to be used so.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Function = Callable[..., Any]


def library_namespaces() -> list[dict[str, Any]]:
    """The names of every loaded module of abinitio."""
    names = [name for name in sys.modules if name == "abinitio" or name.startswith("abinitio.")]
    return [vars(module) for name in names if (module := sys.modules[name]) is not None]


def replace(replacements: Mapping[Function, Function], namespaces: Iterable[dict[str, Any]]) -> None:
    """Put the replacement wherever a name in `namespaces` stands for a function of `replacements` (the same object)."""
    new = {id(old): replacement for old, replacement in replacements.items()}
    for namespace in namespaces:
        for name, value in list(namespace.items()):
            if id(value) in new:
                namespace[name] = new[id(value)]


@contextmanager
def patched(replacements: Mapping[Function, Function], namespaces: Iterable[dict[str, Any]] = ()) -> Iterator[None]:
    """Inside the `with` block, every module of abinitio, and every further namespace, uses the replacements.

    replacements : reference function -> the function that takes its place;  namespaces : e.g. a notebook's globals().
    On leaving, each name is put back, also in the modules that were imported inside the block.
    """
    unique = {old: _own(new) for old, new in replacements.items()}  # one object each: the way back is unambiguous
    further = list(namespaces)
    replace(unique, [*library_namespaces(), *further])
    try:
        yield
    finally:
        replace({new: old for old, new in unique.items()}, [*library_namespaces(), *further])


def _own(function: Function) -> Function:
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(stand_in, attribute, getattr(function, attribute, None))
    stand_in.__wrapped__ = function  # type: ignore[attr-defined]  # inspect.signature follows it
    return stand_in
