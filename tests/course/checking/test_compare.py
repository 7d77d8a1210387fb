import numpy as np
import pytest

from abinitio.course.checking.compare import describe, difference, is_finite, structure_difference


def kind(got, expected, rtol=1e-6, atol=1e-8):
    found = difference(got, expected, rtol, atol)
    return found.kind if found else None


A = np.array([1.0, 2.0])


@pytest.mark.parametrize(
    ("got", "expected", "wrong"),
    [
        (A + 1e-9, A, None),
        (A + 1e-4, A, "value"),
        (A[:1], A, "shape"),
        (A[:, None], A, "shape"),
        (A.tolist(), A, "type"),
        (None, A, "type"),
        (np.array([1.0, np.nan]), A, "nan"),
        (np.array([1.0, np.inf]), A, "nan"),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), None),
        (np.array([np.inf]), np.array([np.inf]), None),
        (np.array([-np.inf]), np.array([np.inf]), "value"),
        (np.array([1.0]), np.array([np.inf]), "value"),
        (A.astype(int), A, None),
        (A, A.astype(int), "type"),
        (np.array([1, 0]), np.array([True, False]), "type"),
        (A + 0j, A, "type"),
        (A, A + 0j, None),
        (3, 3.0, None),
        (np.array(3.0), 3.0, None),
        (3.0, np.array(3.0), None),
        (np.array([3.0]), 3.0, "type"),
        (3.0, 3, "type"),
        (True, 1, "type"),
        (2**70, 2**70, None),
        (2**70 + 1, 2**70, "value"),
        ("a", "a", None),
        ("a", "b", "value"),
        (None, None, None),
        ([1.0, A], (1.0, A), None),
        ((1.0,), (1.0, A), "shape"),
        ((1.0, A + 1), (1.0, A), "value"),
        ({"a": 1.0}, {"a": 1.0}, None),
        ({"b": 1.0}, {"a": 1.0}, "shape"),
        ({"a": 2.0}, {"a": 1.0}, "value"),
        (np.zeros((0, 2)), np.zeros((0, 2)), None),
    ],
    ids=str,
)
def test_what_differs_is_told_by_its_kind(got, expected, wrong):
    assert kind(got, expected) == wrong


def test_an_entry_that_cancels_is_judged_by_the_scale_of_its_array():
    expected = np.array([1e8, 0.0])
    assert kind(expected + np.array([0.0, 0.5]), expected) is None
    assert kind(expected + np.array([0.0, 5.0]), expected) == "value"
    assert kind(np.array([1e-3]), np.array([0.0])) == "value"


def test_the_sentence_names_the_entry():
    assert (
        "entry (0, 1) is 5, expected 0" in difference(np.array([[1.0, 5.0]]), np.array([[1.0, 0.0]]), 0, 1e-8).sentence
    )
    assert "1 of 2 entries" in difference(np.array([1.0, 5.0]), np.array([1.0, 0.0]), 0, 1e-8).sentence


def test_where_values_are_free_type_axes_and_nan_are_not():
    assert structure_difference(np.zeros(3), np.zeros(5)) is None
    assert structure_difference([1, 2], [3]) is None
    assert structure_difference(np.zeros((3, 1)), np.zeros(5)).kind == "shape"
    assert structure_difference(3.0, np.zeros(5)).kind == "type"
    assert structure_difference(np.array([np.nan]), np.zeros(5)).kind == "nan"


def test_descriptions_and_finiteness():
    assert [describe(x) for x in (A, (1,), 2.0, True, None, "x", {"k": 1})] == [
        "an array of shape (2,)",
        "a tuple of 1",
        "a number",
        "True or False",
        "None",
        "a text",
        "a dict with the keys 'k'",
    ]
    assert is_finite([1, {"a": A}, "x", None]) and not is_finite([{"a": [np.nan]}]) and not is_finite(float("inf"))
