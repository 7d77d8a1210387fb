"""Every kind of error that a student makes gets a message: in the notebook and from a file."""

import json
import time

import numpy as np
import pytest

from abinitio.course.checking import check as check_module
from abinitio.course.checking.check import FileCheck, check_file, check_live
from abinitio.course.checking.progress import read_progress

RIGHT = "def mean_square(x):\n    return (x * x).mean()"
SHIFTED = "def shifted(x, offset=2.0):\n    return x + offset"


@pytest.fixture
def check(toy, tmp_path):
    """check(*cells) -> the verdict on mean_square in a notebook with these cells."""

    def run(*cells, only="mean_square", name="hw7.ipynb", **settings):
        path = tmp_path / name
        path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": source} for source in cells]}))
        verdicts = check_file(path, only=only, **settings)
        return verdicts[0] if only else verdicts

    return run


def live(toys, function, **settings):
    return check_live(toys.ridge, function, **settings)


def test_a_right_answer_in_a_file_and_in_the_notebook(check, toys):
    assert check("import numpy as np", RIGHT).passed
    both = check(RIGHT, SHIFTED, only=None)
    assert [v.name for v in both] == ["mean_square", "shifted"] and all(v.passed for v in both)
    assert live(toys, lambda X, y, alpha=1.0: np.linalg.inv(X.T @ X + alpha * np.eye(X.shape[1])) @ (X.T @ y)).passed


WRONG = {
    "blank": ("def mean_square(x):\n    raise NotImplementedError", "blank", "Not started."),
    "syntax": ("def mean_square(x):\n    return (x", "broken", "code cell 1, line 2: '(' was never closed"),
    "deleted": ("x = 1", "absent", "was its cell deleted"),
    "renamed": ("def mean_sqare(x):\n    return x", "absent", "is it mean_sqare"),
    "signature": ("def mean_square(y):\n    return y", "failed", "has the arguments (y); expected (x)"),
    "star": ("def mean_square(*args):\n    return 1", "failed", "has the arguments (*args)"),
    "no arguments": ("def mean_square():\n    return 1", "failed", "has the arguments (); expected (x)"),
    "async": ("async def mean_square(x):\n    return 1.0", "failed", "async def"),
    "class": ("class mean_square:\n    pass", "failed", "is a class"),
    "a number": ("mean_square = 3", "failed", "is int, not a function"),
    "type": ("def mean_square(x):\n    return [1.0]", "failed", "A list of 1 came back, expected a number"),
    "shape": ("def mean_square(x):\n    return x * x", "failed", "An array of shape (1,) came back, expected a number"),
    "no return": ("def mean_square(x):\n    y = x", "failed", "None came back, expected a number"),
    "division": ("def mean_square(x):\n    return 1.0 / 0.0", "failed", "ZeroDivisionError"),
    "returns nan": ("def mean_square(x):\n    return float('nan')", "failed", "is nan, expected"),
    "exception": ("def mean_square(x):\n    return x[10]", "failed", "IndexError: index 10"),
    "line": ("def mean_square(x):\n    y = 1\n    return x[10]", "failed", "code cell 1, line 3: `return x[10]`"),
    "loop": ("def mean_square(x):\n    while True:\n        pass", "failed", "does not come to an end"),
    "in place": ("def mean_square(x):\n    x *= x\n    return x.mean()", "failed", "changed its argument x in place"),
    "printing": (
        "def mean_square(x):\n    for _ in range(1000):\n        print('x' * 1000000)\n    return x",
        "failed",
        "came back",
    ),
    "exit": ("import os\ndef mean_square(x):\n    os._exit(0)", "failed", "ends the whole Python process"),
    "equals everything": (
        "class E:\n    def __eq__(self, other):\n        return True\ndef mean_square(x):\n    return E()",
        "failed",
        "is an E, which is not plain data",
    ),
    "float subclass": (
        "class F(float):\n    def __eq__(self, o): return True\ndef mean_square(x):\n    return F(1.0)",
        "failed",
        "is a F",
    ),
    "import fails": (
        "import nonsense\ndef mean_square(x):\n    return nonsense.f(x)",
        "failed",
        "No module named 'nonsense'",
    ),
    "known mistake": ("def mean_square(x):\n    return (x**2).mean() ** 0.5", "failed", "Looks like this: root."),
    "library": ("from abinitio.homework.hw7_toy.method import mean_square", "library", "the library's own function"),
    "library alias": (
        "from abinitio.homework.hw7_toy.method import mean_square as m\nmean_square = m",
        "library",
        "the library's own function",
    ),
    "library wrapped": (
        "from abinitio.homework.hw7_toy import method\ndef mean_square(x):\n    return method.mean_square(x)",
        "library",
        "calls abinitio.homework.hw7_toy.method.mean_square, the library's own function",
    ),
    "library inside": (
        "def mean_square(x):\n    from abinitio.homework.hw7_toy.method import mean_square as m\n    return m(x)",
        "library",
        "abinitio.homework.hw7_toy.method",
    ),
    "library swallowed": (
        "from abinitio.homework.hw7_toy import method\ndef mean_square(x):\n    try:\n"
        "        return method.mean_square(x)\n    except BaseException:\n        return (x * x).mean()",
        "library",
        "own function",
    ),
    "library model": (
        "from abinitio.homework.hw7_toy.caller import Model\ndef mean_square(x):\n    return Model().score(x)",
        "library",
        "own function",
    ),
}


@pytest.mark.parametrize("error", WRONG)
def test_every_error_gets_a_message_and_never_full_points(check, error):
    source, state, words = WRONG[error]
    verdict = check(source)
    assert verdict.state == state and words in str(verdict), str(verdict)
    assert verdict.points == 0 if state != "failed" else verdict.points <= 0.5
    assert "Traceback" not in str(verdict) and "abinitio/course" not in str(verdict)


def test_a_name_from_another_cell_is_explained(check):
    verdict = check("data = load()", "def mean_square(x):\n    return (data * data).mean()")
    assert "NameError" in verdict.headline and "data is set in another cell (code cell 1, line 1)" in str(verdict)


def test_one_bad_cell_or_endless_answer_does_not_cost_the_others(check):
    verdicts = check("def broken(:", "def mean_square(x):\n    while True: pass", SHIFTED, only=None)
    assert [v.passed for v in verdicts] == [False, True]


def test_the_file_says_which_homework_it_is_or_the_caller_does(check):
    assert check(RIGHT, name="mine.ipynb", homework="hw7").passed
    with pytest.raises(ValueError, match="does not say which homework"):
        check(RIGHT, name="mine.ipynb")
    with pytest.raises(ValueError, match="there is no homework"):
        check(RIGHT, name="mine.ipynb", homework="hw99")
    with pytest.raises(ValueError, match="it has mean_square, shifted"):
        check(RIGHT, only="nothing")


def test_progress_is_kept_beside_the_file(check, tmp_path):
    check(RIGHT, only=None)
    kept = read_progress(tmp_path)["hw7"]
    assert set(kept) == {"mean_square"} and kept["mean_square"]["passed"]  # `shifted` was not started


def test_hints_come_one_by_one_and_are_noted_but_cost_nothing(toy, tmp_path, toys):
    exercise = toy.load_exercises()["mean_square"]
    verdict = check_live(exercise, lambda x: (x * x).mean(), hint=2, folder=tmp_path)
    assert verdict.hints == exercise.hints[:2] and verdict.points == 3
    assert read_progress(tmp_path)["hw7"]["mean_square"]["hints"] == [2]
    assert live(toys, lambda X, y, alpha=1.0: y).hints == ()
    with pytest.raises(ValueError, match="no hint 4"):
        live(toys, lambda X, y, alpha=1.0: y, hint=4)


def test_in_the_notebook_the_librarys_function_counts_for_nothing(toys):
    library = toys.ridge.function
    for answer in (library, lambda X, y, alpha=1.0: library(X, y, alpha)):
        verdict = live(toys, answer)
        assert verdict.state == "library" and verdict.points == 0 and "write it yourself" in verdict.headline


def test_the_guard_knows_the_whole_homework(toy):
    exercises = toy.load_exercises()
    name, siblings = check_module.home_of(exercises["shifted"])
    assert name == "hw7" and len(siblings) == 2
    assert check_module.guarded_modules(siblings) == ["abinitio.homework.hw7_toy.method"]
    other = exercises["mean_square"].function
    assert check_live(exercises["shifted"], lambda x, offset=2.0: x + offset + 0 * other(x)).state == "library"


@pytest.mark.parametrize("answer", [3, "text", None, np.zeros(3), dict])
def test_anything_may_be_handed_to_the_check(toys, answer):
    verdict = live(toys, answer)
    assert not verdict.passed and verdict.points == 0


def test_both_ways_give_the_same_verdict(check, toy):
    exercise = toy.load_exercises()["mean_square"]
    for body in ("return (x * x).mean()", "return (x**2).mean() ** 0.5", "return x[10]", "return x", "return None"):
        space = {}
        exec(f"def mean_square(x):\n    {body}", space)
        here, there = check_live(exercise, space["mean_square"]), check(f"def mean_square(x):\n    {body}")
        assert (here.state, here.points, here.stages) == (there.state, there.points, there.stages)
        if here.failure:
            assert (here.failure.kind, here.failure.mistake) == (there.failure.kind, there.failure.mistake)
            assert here.failure.inputs["x"].tolist() == there.failure.inputs["x"].tolist()


def test_twelve_endless_answers_are_done_in_ten_seconds(check, toy, monkeypatch):
    exercises = toy.load_exercises()
    many = {f"f{i}": exercises["mean_square"] for i in range(12)}
    monkeypatch.setattr(type(toy), "load_exercises", lambda self: many)
    loops = [f"def f{i}(x):\n    while True: pass" for i in range(12)]
    start = time.monotonic()
    assert all("does not come to an end" in v.headline for v in check(*loops, only=None))
    assert time.monotonic() - start < 15  # ten on an idle machine


def test_problems_of_the_file_are_listed(toy, tmp_path):
    path = tmp_path / "hw7.py"
    path.write_text(f"# %%\ndef f(:\n\n# %%\n{RIGHT}\n")
    check = FileCheck(path)
    assert check.problems == ["file hw7.py, line 2: invalid syntax: `def f(:`"]
    assert next(check.verdicts()).passed
