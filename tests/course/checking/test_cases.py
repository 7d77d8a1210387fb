import numpy as np

from abinitio.course.checking.cases import SIZES, call_text, make_case, prepare


def test_the_ladder_climbs_and_is_the_same_for_everybody(toys):
    one, two = prepare(toys.ridge), prepare(toys.ridge)
    assert len(one) == len(SIZES) + 2 and [c.stage for c in one[-2:]] == ["general", "stable"]
    assert all(np.array_equal(a.inputs["X"], b.inputs["X"]) for a, b in zip(one, two))
    other = prepare(toys.ridge, seed=1, named=False)
    assert len(other) == len(SIZES) and not np.array_equal(other[-1].inputs["y"], one[-3].inputs["y"])
    sizes = [c.inputs["X"].size for c in one if not c.label]
    assert max(sizes[:4]) < min(sizes[-1:])


def test_the_reference_may_ask_for_an_error_only_in_a_named_case(toys):
    negative = {"z": np.ones(1), "t": -1.0}
    assert make_case(toys.shrink, "general", "negative", negative).expected.errors[0] == "ValueError"
    assert make_case(toys.shrink, "general", "", negative) is None
    assert make_case(toys.shrink, "general", "", {"z": np.array([np.nan]), "t": 1.0}) is None
    assert make_case(toys.shrink, "stable", "nan", {"z": np.array([np.nan]), "t": 1.0}) is not None


def test_iterators_and_random_answers_have_expectations_too(toys):
    assert len(prepare(toys.descend)[0].expected.value) == 4
    assert sorted(prepare(toys.shuffle)[0].expected.value.tolist()) == [0, 1]
    assert call_text(toys.ridge) == "ridge(X, y, alpha)"
