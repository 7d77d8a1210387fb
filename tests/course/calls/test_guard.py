import sys
import types

import pytest

from abinitio.course.calls.guard import Guard, LibraryCall


@pytest.fixture
def library(monkeypatch):
    module = types.ModuleType("abinitio.pretended")
    source = """
def method(x, scale=2.0):
    return scale * x

class Model:
    def fit(self, x):
        return method(x)
"""
    exec(source, vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_functions_and_methods_refuse_however_they_are_reached_and_work_again_afterwards(library):
    alias, model = library.method, library.Model()
    guard = Guard(["abinitio.pretended"])
    for call in (lambda: library.method(1), lambda: alias(1, scale=3.0), lambda: model.fit(1)):
        with guard, pytest.raises(LibraryCall, match="own function"):
            call()
        assert "abinitio.pretended" in Guard.called
    assert alias(1) == 2.0 and model.fit(2) == 4.0


def test_a_call_is_noted_even_if_its_error_is_swallowed(library):
    with Guard(["abinitio.pretended"]):
        try:
            library.method(1)
        except BaseException:
            pass
        assert Guard.called == "abinitio.pretended.method"
    with Guard(["abinitio.pretended"]):
        assert Guard.called == ""


def test_an_import_while_the_answer_runs_is_refused():
    with Guard(["abinitio.not_loaded_yet"]), pytest.raises(LibraryCall):
        import abinitio.not_loaded_yet  # noqa: F401


def test_it_knows_the_librarys_functions(library):
    guard = Guard(["abinitio.pretended"])
    assert guard.holds(library.method) and not guard.holds(lambda x: x) and not guard.holds(3)
    assert Guard([], [test_it_knows_the_librarys_functions]).holds(test_it_knows_the_librarys_functions)
