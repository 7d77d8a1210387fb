"""The cells of an executed notebook as HTML: what is shown, folded, joined, left out, and made harmless."""

import pytest
from nbformat.v4 import new_output

from abinitio.course.reporting.page import code_block, folded_answer, merged, numbered, output_block, text_block


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def test_pieces_of_one_stream_are_joined():
    joined = merged([stream("a"), stream("b\n"), stream("c", "stderr"), stream("d")])
    assert [output["text"] for output in joined] == ["ab\n", "c", "d"]


def test_after_an_error_nothing_is_shown():
    error = new_output("error", ename="KeyboardInterrupt", evalue="", traceback=["\x1b[31mline\x1b[0m"])
    assert merged([stream("a"), error, stream("b")]) == [stream("a"), error]
    shown = output_block(error, None)
    assert "<summary>KeyboardInterrupt</summary>" in shown and "line" in shown and "\x1b" not in shown


def test_captions_come_with_their_figures():
    caption = new_output("display_data", data={"text/markdown": "*x*"}, metadata={"abinitio": {"caption": "x"}})
    assert merged([caption]) == []


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/plain": "<b> & 1"}, '<pre class="stdout">&lt;b&gt; &amp; 1</pre>'),
        ({"text/html": "<b>1</b>", "text/plain": "1"}, '<div class="scroll"><b>1</b></div>'),
        ({"text/latex": r"$\displaystyle x^2$", "text/plain": "x**2"}, "<msup>"),
        ({"image/png": "AAAA\n", "text/plain": "<Figure>"}, 'src="data:image/png;base64,AAAA"'),
        ({"text/markdown": "*x*"}, "<em>x</em>"),
    ],
)
def test_the_richest_form_that_needs_no_script_is_shown(data, shown):
    assert shown in output_block(new_output("display_data", data=data), None)


def test_very_long_text_is_cut_in_the_middle_and_says_so():
    text = text_block("a" * 30_000 + "z" * 30_000, "stdout")
    assert len(text) < 21_000 and "40000 characters left out" in text and "za" not in text
    assert text_block("\n", "stdout") == ""


def test_long_code_is_folded():
    assert "<details>" not in code_block("x = 1")
    assert "<summary>code, 20 lines</summary>" in code_block("\n".join(["x = 1"] * 20))


def test_chapters_and_sections_get_anchors():
    body, contents = numbered("<h1>Title</h1><h1>A</h1><h2>A <em>b</em></h2>")
    assert contents == [("section-2", "h1", "A"), ("section-3", "h2", "A <em>b</em>")]
    assert '<h2 id="section-3">A <em>b</em></h2>' in body


def test_the_answer_of_an_exercise_is_shown_folded():
    shown = folded_answer("from abinitio.optimize.descent import gradient_descent")
    assert shown.startswith("<details><summary>gradient_descent as the library has it") and "yield" in shown
    assert folded_answer("from elsewhere import f") == folded_answer("import numpy") == ""
