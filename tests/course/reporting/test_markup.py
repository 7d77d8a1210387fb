"""Prose, formulas and code as HTML: every construct the homeworks use, and what happens to one that is not known."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from abinitio.course.homework import all_homeworks
from abinitio.course.reporting.markup import code_to_html, highlight_css, markdown_to_html, math_to_html, without_ansi


def tags(mathml):
    return [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(mathml).iter()]


def text(mathml):
    return "".join(ElementTree.fromstring(mathml).itertext())


@pytest.mark.parametrize(
    ("tex", "tag"),
    [
        (r"\frac{1}{n}", "mfrac"),
        (r"\sum_{i=1}^n x_i", "munderover"),
        (r"\hat{y} + \bar{x} + \tilde{w}", "mover"),
        (r"\lVert w \rVert^2", "msup"),
        (r"\sqrt{1 - \rho}", "msqrt"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "mtable"),
        (r"\begin{align*} a &= b \\ &= d \end{align*}", "mtable"),
        (r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}", "mtable"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "mtable"),
        (r"\underset{w}{\operatorname{arg\,min}}\; f", "munder"),
        (r"X^\top X + \alpha\mathbf{1}", "msup"),
        (r"\left( \frac{\kappa - 1}{\kappa + 1} \right)^{2k}", "mfrac"),
    ],
)
def test_constructs(tex, tag):
    mathml = math_to_html(tex, display=True)
    assert tag in tags(mathml)
    assert "\\" not in text(mathml) and "&" not in text(mathml)


def test_sums_are_written_below_in_display_and_beside_in_text():
    assert 'display="block"' in math_to_html(r"\sum_i x_i", True)
    assert 'display="inline"' in math_to_html(r"\sum_i x_i", False)


@pytest.mark.parametrize(
    ("tex", "letters"),
    [
        (r"\boldsymbol{\theta}", "𝜽"),
        (r"\boldsymbol{x}", "𝒙"),
        (r"\mathcal{N}", "𝒩"),
        (r"\mathcal{L}", "ℒ"),
        (r"\mathbb{R}", "ℝ"),
        (r"\mathbb{E}", "𝔼"),
    ],
)
def test_letters_are_unicode_because_browsers_know_no_mathvariant(tex, letters):
    mathml = math_to_html(tex, False)
    assert text(mathml) == letters and "mathvariant" not in mathml


@pytest.mark.parametrize("tex", [r"\mathrm{Var}", r"\operatorname{Var}", r"\text{Var}"])
def test_a_word_is_one_upright_piece(tex):
    assert "Var" in re.findall(r">([^<]*)<", math_to_html(tex, False))


@pytest.mark.parametrize("tex", [r"\foo{a}", r"\frac{a", r"a & b", r"x + \unknowncommand"])
def test_what_is_not_known_is_shown_as_tex(tex):
    shown = math_to_html(tex, display=False)
    assert 'class="tex"' in shown and "<math" not in shown
    assert text(shown) == tex


def test_markdown_with_formulas_tables_and_prices():
    html = markdown_to_html("# Ti*t*le\n\nIt is $a_1 < b$, for \\$5.\n\n$$\nx^2\n$$\n\n|a|b|\n|-|-|\n|$c$|2|\n")
    assert "<h1>Ti<em>t</em>le</h1>" in html and "for $5." in html and "<table>" in html
    assert html.count("<math") == 3 and html.count('display="block"') == 1


def test_code_is_coloured_in_light_and_dark():
    html = code_to_html("def f(x):\n    return x < 1  # why")
    assert '<span class="k">def</span>' in html and "&lt;" in html
    assert "prefers-color-scheme: dark" in highlight_css()


def test_terminal_text():
    assert without_ansi("\x1b[0;31mValueError\x1b[0m: bad\r\n") == "ValueError: bad\n"
    assert without_ansi(" 10%\r 50%\r100%\ndone") == "100%\ndone"


@pytest.mark.parametrize("homework", [pytest.param(h, id=h.name) for h in all_homeworks().values()])
def test_every_formula_of_every_homework_is_typeset(homework):
    script = homework.notebook.read_text(encoding="utf-8")
    cells = re.split(r"^# %%.*$", script, flags=re.MULTILINE)
    prose = "\n\n".join(re.sub(r"^# ?", "", cell, flags=re.MULTILINE) for cell in cells if cell.startswith("\n# "))
    html = markdown_to_html(prose)
    assert re.findall(r'class="tex".*?</code>', html) == []
    words = re.sub(r"<(code|pre|math)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert words.count("$") == prose.count("\\$"), re.findall(
        r".*\$.*", words
    )  # a torn formula: a line starts with "-"?
