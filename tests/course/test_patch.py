"""A replaced function is what every caller finds, and only for as long as the block lasts."""

import importlib

import numpy as np
import pytest

from abinitio.course.patch import patched


@pytest.fixture
def modules(toy):
    return [importlib.import_module(f"{toy.package}.{name}") for name in ("method", "caller")]


def test_every_caller_uses_the_replacement_and_then_again_the_reference(modules):
    method, caller = modules
    reference = method.mean_square
    mine = {"f": reference}
    with patched({reference: lambda x: -reference(x)}, namespaces=[mine]):  # it may call the reference
        assert method.mean_square(np.array([2.0])) == -4
        assert caller.Model().score(np.array([2.0])) == -4
        assert mine["f"](np.array([2.0])) == -4
    assert method.mean_square is caller.mean_square is mine["f"] is reference


def test_a_module_imported_inside_the_block_is_put_back_too(toy):
    method = importlib.import_module(f"{toy.package}.method")
    reference = method.mean_square
    with patched({reference: lambda x: 0.0}):
        caller = importlib.import_module(f"{toy.package}.caller")
        assert caller.Model().score(np.array([2.0])) == 0
    assert caller.mean_square is reference


def test_it_is_put_back_after_an_error_and_nested(modules):
    method, _ = modules
    reference = method.mean_square
    with pytest.raises(ZeroDivisionError), patched({reference: lambda x: 1 / 0}):
        method.mean_square(np.ones(2))
    with patched({reference: lambda x: 1.0}), patched({method.mean_square: lambda x: 2.0}):
        assert method.mean_square(np.ones(2)) == 2.0
    assert method.mean_square is reference


def test_two_functions_replaced_by_the_same_one_find_their_own_way_back(modules):
    method, _ = modules
    before = method.mean_square, method.shifted

    def zero(*args):
        return 0

    with patched(dict.fromkeys(before, zero)):
        assert method.mean_square(1) == method.shifted(1) == 0
    assert (method.mean_square, method.shifted) == before
