"""Verdicts at and around the target, and numbers as a person writes them."""

import json
import math

import pytest

from abinitio.course.running.quantity import Quantity, number, value_and_spread


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        ({}, "reported"),
        ({"expected": 2.0}, "reported"),
        ({"expected": 2.0, "within": 0.5}, "met"),
        ({"expected": 2.0, "within": 0.4}, "missed"),
        ({"at_most": 2.5}, "met"),
        ({"at_most": 2.4}, "missed"),
        ({"at_least": 2.5}, "met"),
        ({"at_least": 2.6}, "missed"),
        ({"at_least": 2.0, "at_most": 2.4}, "missed"),
        ({"expected": 2.5, "within": 0.0, "at_most": 3.0}, "met"),
    ],
)
def test_verdict(target, verdict):
    assert Quantity("q", 2.5, **target).verdict == verdict


@pytest.mark.parametrize("target", [{"expected": 0.0, "within": 1e9}, {"at_most": 1e9}, {"at_least": -1e9}])
def test_what_is_not_a_number_misses_every_target(target):
    assert Quantity("q", math.nan, **target).verdict == "missed"


def test_within_needs_what_is_expected():
    with pytest.raises(ValueError, match="expected"):
        Quantity("q", 1.0, within=0.1)


@pytest.mark.parametrize("value", [1.5, math.nan, math.inf, -math.inf])
def test_json_and_back(value):
    row = Quantity("q", value, spread=math.inf, unit="m", anchor="theory", at_most=2.0, seconds=0.1)
    text = json.dumps(row.as_dict(), allow_nan=False)
    back = Quantity.from_dict(json.loads(text))
    assert str(back) == str(row) and back.verdict == row.verdict and json.loads(text)["verdict"] == row.verdict


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-3.14159, "-3.142"), (206855.8, "206856"), (1e6, "1e+06"), (9.9e-4, "0.00099"), (math.nan, "nan")],
)
def test_number(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [
        (9.99, 0.5, "9.99 ± 0.50"),
        (0.0, 0.012, "0.000 ± 0.012"),
        (206855.8, 1234.0, "206900 ± 1200"),
        (-1.5e7, 2e5, "(-1.500 ± 0.020)e+07"),
        (1.0, 0.0, "1 ± 0"),
        (1.0, math.nan, "1 ± nan"),
        (1.0, 1e-13, "1 ± 1e-13"),
    ],
)
def test_value_and_spread(value, spread, text):
    assert value_and_spread(value, spread) == text


def test_text_of_the_target():
    assert Quantity("q", 1.0, expected=3.5, within=1e-9).target_text == "within 1e-09 of 3.5"
    assert Quantity("q", 1.0, at_least=0.5, at_most=2.0).target_text == "≥ 0.5 and ≤ 2"
    assert Quantity("q", 1.0).target_text == ""
