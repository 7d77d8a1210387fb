import ast

import pytest

from abinitio.course.submission.cells import Cell
from abinitio.course.submission.statements import is_blank, kind_of, statements_of


def parse(text):
    return ast.parse(text).body[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import numpy", "import"),
        ("from a import b", "import"),
        ("def f(): pass", "function"),
        ("async def f(): pass", "function"),
        ("class C: pass", "class"),
        ("x = 1", "constant"),
        ("x, y = 1, [2, -3.0]", "constant"),
        ("x: int = 3", "constant"),
        ("x = np.zeros(3)[1:] * math.pi", "constant"),
        ("x = np.random.default_rng(0)", "constant"),
        ("x = lambda t: open(t)", "constant"),
        ("x = open('file')", "active"),
        ("x = np.load('file')", "active"),
        ("x = 2 * compute()", "active"),
        ("x = np.array(compute())", "active"),
        ("x[0] = 1", "active"),
        ("x += 1", "active"),
        ("x: int", "active"),
        ("print(1)", "active"),
        ("for i in y: pass", "active"),
        ("try:\n    import a\nexcept ImportError:\n    a = None", "import"),
        ("try:\n    import a\nexcept ImportError:\n    a = compute()", "active"),
    ],
)
def test_what_may_be_executed(text, kind):
    assert kind_of(parse(text)) == kind


@pytest.mark.parametrize(
    ("text", "binds", "needs"),
    [
        ("import a.b, c as d", {"a", "d"}, set()),
        ("from a import b as e, f", {"e", "f"}, set()),
        ("def f(x, y=A):\n    z = x + B\n    return [q + z for q in C]", {"f"}, {"A", "B", "C"}),
        ("def f(x):\n    def g(): return x + D\n    return g()", {"f"}, {"D"}),
        ("@deco\nclass C(Base):\n    v = E\n    def m(self): return F", {"C"}, {"deco", "Base", "E", "F"}),
        ("a, b = P, 1", {"a", "b"}, {"P"}),
        ("for i in R:\n    t = i", {"i", "t"}, {"R"}),
        ("try:\n    import a\nexcept E:\n    b = 1", {"a", "b"}, {"E"}),
    ],
)
def test_names_bound_and_needed(text, binds, needs):
    (statement,) = statements_of(ast.parse(text), Cell("code cell 1", text))
    assert statement.binds == binds and statement.needs >= needs
    assert not {"x", "z", "q", "self"} & statement.needs


def test_blanks():
    assert is_blank(parse("def f(x):\n    'doc'\n    raise NotImplementedError('f')"))
    assert not is_blank(parse("def f(x): return None")) and not is_blank(parse("x = 1"))
