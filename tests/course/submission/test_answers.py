import json

import numpy as np
import pytest

from abinitio.course.submission.answers import Submission

ANSWER = "def f(x):\n    '''Task.'''\n    return x + 1"
BLANK = "def f(x):\n    '''Task.'''\n    raise NotImplementedError('hw: f')"


def notebook(tmp_path, *cells, metadata=None, name="hw9.ipynb"):
    path = tmp_path / name
    content = [{"cell_type": "code", "source": source} for source in cells]
    path.write_text(json.dumps({"cells": content, "metadata": metadata or {}, "nbformat": 4}))
    return Submission(path)


def value(submission, x=1, name="f"):
    answer = submission.answer(name)
    assert answer.state == "found", answer
    return answer.load()(x)


def test_no_other_cell_is_executed(tmp_path):
    marker = tmp_path / "executed"
    touch = f"open({str(marker)!r}, 'w').close()"
    cells = [
        touch,
        f"X = {touch}",
        f"for i in range(3):\n    {touch}",
        ANSWER,
        f"f(3); {touch}",
        f"class C:\n    {touch}",
    ]
    assert value(notebook(tmp_path, *cells)) == 2 and not marker.exists()


def test_the_last_definition_that_is_not_blank_wins(tmp_path):
    assert value(notebook(tmp_path, ANSWER, "def f(x): return x + 2", BLANK)) == 3
    assert value(notebook(tmp_path, BLANK, ANSWER)) == 2
    for body in ("pass", "...", "raise NotImplementedError", "'''Task.'''"):
        assert notebook(tmp_path, f"def f(x):\n    {body}").answer("f").state == "blank"
    assert notebook(tmp_path, "def f(x):\n    y = x\n    raise NotImplementedError").answer("f").state == "found"


def test_it_takes_along_what_it_needs_through_others(tmp_path):
    cells = [
        "import numpy as np, math\nfrom math import *\nimport not_installed_anywhere",
        "SCALE = 2.0\nOFFSET = np.sqrt(SCALE) * SCALE\na, b = 1, 2\nEPS: float = 1e-3",
        "def helper(x):\n    return inner(x) * OFFSET",
        "class Inner:\n    value = SCALE",
        "def inner(x, box=Inner()):\n    return x * box.value * pi + a + EPS",
        "@np.vectorize\ndef f(x):\n    return helper(x)",
    ]
    submission = notebook(tmp_path, *cells)
    assert value(submission, 3.0) == pytest.approx((3 * 2 * np.pi + 1 + 1e-3) * np.sqrt(2) * 2)


@pytest.mark.parametrize(
    "source",
    [
        "f = lambda x: x + 1",
        "def g(x): return x + 1\n\nf = g",
        "try:\n    import fast_version\nexcept ImportError:\n    fast_version = None\n\n\n" + ANSWER,
        "%matplotlib inline\n!ls\nimport numpy as np\nnp.sum?\nfiles = !ls\n" + ANSWER,
        "%%time\n" + ANSWER,
        "\n\n%%capture out\n" + ANSWER,
        "def f(x):\n    y = (x\n        % 7)\n    return y + 1",
        "def f(x):\n    %time y = x\n    return x + 1",
        ANSWER.replace("\n", "\r\n").replace("\r\n", "\n"),
    ],
)
def test_ways_to_write_it(tmp_path, source):
    assert value(notebook(tmp_path, source)) == 2


def test_cells_in_other_languages_and_lists_of_lines(tmp_path):
    assert (
        value(notebook(tmp_path, "%%bash\ndef f(x", "%%html\n<b>", [line + "\n" for line in ANSWER.split("\n")])) == 2
    )


def test_a_cell_that_python_cannot_read_is_told_and_the_others_are_found(tmp_path):
    submission = notebook(tmp_path, "x = 1", "def g(x):\n    return (x", ANSWER)
    assert value(submission) == 2
    assert submission.problems == ["code cell 2, line 2: '(' was never closed: `return (x`"]
    answer = submission.answer("g")
    assert answer.state == "broken" and "code cell 2, line 2" in answer.sentence


def test_names_that_other_cells_make_by_running_code_are_listed(tmp_path):
    submission = notebook(tmp_path, "data = load()", "def f(x):\n    return x + data.mean()")
    assert submission.answer("f").skipped == {"data": "code cell 1, line 1"}


def test_deleted_renamed_and_made_by_code(tmp_path):
    submission = notebook(tmp_path, "def ridge_coeficients(X): pass", "h = make()")
    assert "is it ridge_coeficients (code cell 1, line 1)" in submission.answer("ridge_coefficients").sentence
    assert "was its cell deleted" in submission.answer("soft_threshold").sentence
    assert submission.answer("h").state == "unusable"
    exercises = ["ridge_path", "ridge_coefficients"]
    submission = notebook(tmp_path, "def ridge_path(X): return X")
    assert "ridge_path" not in submission.answer("ridge_coefficients", exercises).sentence


def test_scripts_with_and_without_cells(tmp_path):
    path = tmp_path / "answers.py"
    path.write_text("import math\n\n" + ANSWER)
    assert value(Submission(path)) == 2
    path.write_text(f"# %%\nx = (\n\n# %% [markdown]\n# text\n\n# %%\n{ANSWER}\n")
    submission = Submission(path)
    assert value(submission) == 2 and submission.problems == ["file answers.py, line 2: '(' was never closed: `x = (`"]


@pytest.mark.parametrize(
    ("content", "name", "error", "words"),
    [
        ("{'cells'", "hw1.ipynb", ValueError, "not JSON"),
        ("[1, 2]", "hw1.ipynb", ValueError, "no list of cells"),
        ("", "hw1.ipynb", ValueError, "is empty"),
        ("x", "hw1.txt", ValueError, "neither a notebook"),
        (None, "hw1.ipynb", FileNotFoundError, "no file"),
        ("[" * 100_000, "hw1.ipynb", ValueError, "not JSON"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, content, name, error, words):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(error, match=words):
        Submission(tmp_path / name)


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "hw1.py").mkdir()
    with pytest.raises(OSError, match="folder"):
        Submission(tmp_path / "hw1.py")


def test_the_homework_is_read_from_the_metadata_the_name_or_the_text(tmp_path):
    assert notebook(tmp_path, "x", metadata={"abinitio": {"homework": "hw3"}}).homework == "hw3"
    assert notebook(tmp_path, "x", name="my_HW2-final.ipynb").homework == "hw2"
    assert notebook(tmp_path, 'hw = open_homework("hw5")', name="mine.ipynb").homework == "hw5"
    assert notebook(tmp_path, "x", name="mine.ipynb", metadata={"abinitio": None}).homework == ""
    odd = {"cells": [None, 3, {"cell_type": "code"}, {"cell_type": "code", "source": 5}], "metadata": []}
    (tmp_path / "odd.ipynb").write_text(json.dumps(odd))
    assert Submission(tmp_path / "odd.ipynb").homework == ""
