import pytest

from abinitio.course.problems import Problem, Problems

PROBLEMS = Problems(
    {
        "slope": Problem(("a", "b"), lambda sympy, a, b: a / b, real=("a",)),
        "best rate": Problem(("m", "M"), lambda sympy, m, M: 2 / (m + M)),
    }
)
judge, value, derived = PROBLEMS.judge, PROBLEMS.value, PROBLEMS.derived


def test_any_equivalent_form_is_right_and_a_wrong_factor_is_told():
    assert judge("best rate", "1 / ((m + M) / 2)").correct
    assert repr(judge("best rate", "1 / (m + M)")) == (
        "best rate: right up to a number: yours is 1/2 times the derived one."
    )
    assert not judge("best rate", "2 / (m + M) + m").correct
    assert str(derived("best rate")[0]) not in repr(judge("best rate", "1"))


def test_symbols_are_positive_unless_listed_as_real():
    a, b = derived("slope")[1].values()
    assert (a.is_positive, a.is_real, b.is_positive) == (None, True, True)
    assert value("slope", a=-3.0, b=2.0) == -1.5


@pytest.mark.parametrize(
    "answer, message",
    [
        ("", "no answer yet"),
        ("2/(m + K)", "it contains K"),
        ("2/(m + ", "cannot read"),
        ("2m", "a product needs its"),
        ("__import__('os')", "cannot read"),
        ("m.real", "it contains real"),
        ("(m, M)", "cannot read"),
        ("m < M", "only numbers, names"),
        ("1/0", "not right"),
    ],
)
def test_what_cannot_be_an_answer_is_told_in_a_sentence(answer, message):
    judgement = judge("best rate", answer)
    assert not judgement.correct and message in repr(judgement)


def test_unknown_problems_and_symbols_are_named():
    with pytest.raises(ValueError, match=r"no problem 'best guess'; there are: slope"):
        judge("best guess", "1")
    with pytest.raises(ValueError, match="is a function of m, M; missing or unknown: M"):
        value("best rate", m=1.0)


CHANNEL = Problems({"channel": Problem(("e",), lambda sympy, e: (1 - e) * sympy.log(1 - e) + e * sympy.log(e))})


def test_forms_that_are_equal_only_where_the_derivation_is_real_are_right():
    assert CHANNEL.judge("channel", "log(1 - e) + e*log(e/(1 - e))").correct
    assert not CHANNEL.judge("channel", "log(1 - e) - e*log(e/(1 - e))").correct


def test_the_numbers_shown_are_different_and_real():
    assert repr(CHANNEL.judge("channel", "log(e)")) == (
        "channel: not right. With e=1/4 yours is -1.38629 and the derivation gives -0.562335."
    )
    square = Problems({"square": Problem(("s",), lambda sympy, s: s**2)})
    assert "With s=2 yours is 8 and the derivation gives 4" in repr(square.judge("square", "s**3"))
