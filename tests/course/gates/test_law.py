from dataclasses import replace

import numpy as np
import pytest

from abinitio.course.exercise import Mistake
from abinitio.course.gates.law import breaches, unkilled


@pytest.mark.parametrize("name", ["ridge", "shrink", "descend", "shuffle"])
def test_good_exercises_obey(toys, name):
    assert list(breaches(getattr(toys, name), seeds=10)) == []


def broken(exercise, **changes):
    return "\n".join(breaches(replace(exercise, **changes), seeds=3))


def test_each_breach_is_told(toys):
    ridge = toys.ridge
    right = Mistake("none at all", "This is right.", ridge.function)
    other = Mistake("double", "Twice as much.", lambda X, y, alpha=1.0: 2 * ridge.function(X, y, alpha))
    again = replace(other, name="the same again")
    assert "the mistake 'none at all' passes" in broken(ridge, mistakes=(right, *ridge.mistakes))
    assert "'the same again' is rejected but called 'double'" in broken(ridge, mistakes=(other, again, *ridge.mistakes))
    assert "at least three" in broken(ridge, mistakes=ridge.mistakes[:2])
    assert "second solution does not pass" in broken(ridge, second_solution=other.function)
    assert "three hints" in broken(ridge, hints=("a", "b", ""))
    assert "the reference is rejected" in broken(ridge, holds=(lambda w, **inputs: w[0] > 0,))
    assert "gives nan or inf" in broken(ridge, inputs=_sometimes_nan)


def _sometimes_nan(rng, size):
    X = np.full((2, 1), np.nan if size == 5 else 1.0)
    return {"X": X, "y": np.ones(2), "alpha": 1.0}


def test_a_check_that_looks_at_too_little_is_found_out(toys):
    blind = replace(toys.ridge, equals_reference=False, holds=(), mistakes=toys.ridge.mistakes)
    found = "\n".join(breaches(blind, seeds=2))
    assert "passes" in found and len(unkilled(blind)) >= 4
    assert "an answer that returns its argument y gets" in found


def test_mutants_listed_as_equivalent_must_live(toys):
    assert unkilled(replace(toys.ridge, equivalent_mutants=("a -> b",)))[-1] == "not alive: a -> b"
