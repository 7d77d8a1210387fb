import re

import numpy as np
import pytest

from abinitio.course.checking.present import as_html, as_text, call_code, show
from abinitio.course.checking.verdict import Failure, Stage, Verdict
from abinitio.course.exercise import Named

STAGES = (
    Stage("runs", 0.4, True, "it runs"),
    Stage("small", 0.8, False, "small ones"),
    Stage("fast", 0.4, None, "fast"),
)
FAILURE = Failure(
    kind="value",
    sentence="Entry 0 is 2, expected 1.",
    inputs={"X": np.array([[1.0]]), "alpha": 0.5},
    got=np.array([2.0]),
    returned=True,
    expected=np.array([1.0]),
    rule="The gradient vanishes.",
    mistake="wrong <sign>",
    mistake_sentence="The sign is <b>wrong</b>.",
    printed="<script>alert(1)</script>\n" * 20,
)
FAILED = Verdict("f", "f(X, alpha)", "failed", 0.4, 4, "Looks like this.", STAGES, FAILURE, ask="check(f, hint=1)")
PASSED = Verdict("f", "f(X)", "passed", 4.0, 4, "Right.", STAGES)


def test_the_text_says_everything_once():
    text = as_text(FAILED)
    expected = ["f: 0.4/4 points. Looks like this.", "f(X=np.array([[1.0]]), alpha=0.5)", "array([2.])", "array([1.])"]
    expected += [
        "The gradient vanishes.",
        "Entry 0 is 2",
        "check(f, hint=1)",
        "The sign is <b>wrong</b>.",
        "not reached",
    ]
    assert all(text.count(words) == 1 for words in expected), text
    assert text.count("alert") == 8 and as_text(PASSED) == "f: 4/4 points. Right."


def test_hints_replace_the_offer_of_hints():
    text = as_text(Verdict("f", "f()", "failed", 0, 4, "No.", (), FAILURE, hints=("an idea", "an equation"), ask="ask"))
    assert "The idea: an idea" in text and "The equation: an equation" in text and "A hint, if" not in text


def test_html_is_escaped_and_has_no_fixed_background():
    page = as_html(FAILED)
    assert "<script>" not in page and "<b>wrong</b>" not in page and "&lt;script&gt;" in page
    assert not re.search(r"background:\s*(#|white|rgb\()", page) and page.count("<div") == page.count("</div>")
    assert "#009E73" in as_html(PASSED) and str(PASSED) == repr(PASSED) == as_text(PASSED)
    assert PASSED._repr_html_() == as_html(PASSED)


@pytest.mark.parametrize(
    "value",
    [
        np.array([[1.0, -2.5e-7]]),
        np.array([0.1 + 0.2, np.nan, np.inf]),
        np.array([True, False]),
        np.arange(3),
        np.empty((0, 3)),
        np.array(2.0),
        3,
        [1.0, np.ones(2)],
        "text",
        None,
        float("nan"),
    ],
    ids=str,
)
def test_the_call_can_be_pasted(value):
    caught = []
    exec(call_code("f", {"x": value}), {"np": np, "f": lambda x: caught.append(x)})
    assert repr(caught[0]) == repr(value)


def test_the_call_with_generators_and_ready_made_functions():
    inputs = {"gradient": Named("quadratic_gradient", {"A": np.eye(1), "b": np.ones(1)}), "rng": 3}
    assert "quadratic_gradient(A=np.array([[1.0]]), b=np.array([1.0]))" in call_code("f", inputs)
    assert "rng=np.random.default_rng(3)" in call_code("f", inputs)
    assert "<array of shape (30, 30)>" in call_code("f", {"X": np.zeros((30, 30))})


def test_long_values_are_cut():
    assert len(show(np.zeros(10_000))) < 200 and len(show(["x"] * 1000)) < 100 and len(show("x" * 10_000)) < 500
    assert show((1.23456789, [np.int64(2)])).startswith("(1.23457, [") and show({"a": 1.0}) == "{'a': 1}"
