"""The student's functions in the place of the library's: which are taken, which are not, and why."""

import importlib

import numpy as np
import pytest

from abinitio.course.running.mine import use_answers


def taken(toy, tmp_path, text):
    path = tmp_path / "hw7.py"
    path.write_text(text)
    return use_answers(toy, path)["mean_square"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def mean_square(x):\n    raise NotImplementedError('hw7: mean_square')\n", "the reference: not started"),
        ("x = 1\n", "the reference: no function is called mean_square"),
        ("def mean_squares(x):\n    return 1\n", "is it mean_squares"),
        ("mean_square = 3.0\n", "the reference: "),
        (
            "import nothing_like_this\ndef mean_square(x):\n    return nothing_like_this.f(x)\n",
            "No module named 'nothing_like",
        ),
        ("def mean_square(x:\n    return 1\n", "the reference: "),
        ("from abinitio.homework.hw7_toy.method import mean_square\n", "imports the library's own function"),
    ],
)
def test_the_reference_stands_in_where_there_is_no_answer_and_says_why(toy, tmp_path, text, told):
    assert told in taken(toy, tmp_path, text)
    caller = importlib.import_module(f"{toy.package}.caller")
    assert caller.Model().score(np.array([3.0])) == 9.0


def test_the_students_function_reaches_the_librarys_callers_with_its_helpers(toy, tmp_path):
    helper = "import numpy as np\nSCALE = 2\ndef double(x):\n    return SCALE * x\n"
    text = helper + "def mean_square(x):\n    return double(np.max(x))\n"
    assert taken(toy, tmp_path, text) == "yours"
    caller = importlib.import_module(f"{toy.package}.caller")  # imported after the change
    assert caller.Model().score(np.array([1.0, 3.0])) == 6.0


def test_other_cells_of_the_file_are_not_executed(toy, tmp_path):
    text = f"open({str(tmp_path / 'trace')!r}, 'w').close()\ndef mean_square(x):\n    return 0.0\n"
    assert taken(toy, tmp_path, text) == "yours" and not (tmp_path / "trace").exists()
