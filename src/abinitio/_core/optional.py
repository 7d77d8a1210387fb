"""Parts that are installed only where they are wanted."""

import importlib


def require(module, extra):
    """The imported `module`; where it is missing, an error with the line that installs it.

    module : import name, e.g. "sympy";  extra : name of abinitio's extra that brings it, e.g. "course".
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"{module} is not installed; it comes with abinitio's extra {extra!r}: "
            f"in abinitio's folder run  pip install '.[{extra}]'"
        ) from missing
