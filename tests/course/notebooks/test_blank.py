"""What a student gets of a function: signature and docstring to the letter, nothing of the body."""

import ast
import importlib
import inspect

import numpy as np
import pytest

from abinitio.course.homework import all_homeworks
from abinitio.course.notebooks.blank import blank

HOMEWORKS = [pytest.param(homework, id=homework.name) for homework in all_homeworks().values()]


def body_lines(function):
    """The lines of the body below the docstring, without indentation."""
    source = inspect.getsource(function)
    node = ast.parse(source).body[0]
    return [line.strip() for line in source.splitlines()[node.body[0].end_lineno :] if line.strip()]


def test_a_blank_is_the_signature_the_docstring_and_an_error(toy):
    method = importlib.import_module(f"{toy.package}.method")
    text = blank(method.mean_square, "hw7: mean_square")
    assert text.splitlines()[0] == "def mean_square(x):"
    assert text.splitlines()[-1] == '    raise NotImplementedError("hw7: mean_square")'
    assert 'r"""Mean of $x^2$.' in text and "secret_total" not in text and "sum" not in text


def test_what_the_signature_needs_comes_along(toy):
    method = importlib.import_module(f"{toy.package}.method")
    text = blank(method.shifted, "hw7: shifted")
    assert text.startswith("OFFSET = 2.0\n\n\ndef shifted(x, offset=OFFSET):")
    namespace = {}
    exec(text, namespace)
    with pytest.raises(NotImplementedError, match="hw7: shifted"):
        namespace["shifted"](1.0)


def test_a_function_without_its_task_is_refused():
    def bare(x):
        return x

    with pytest.raises(ValueError, match="docstring"):
        blank(bare, "hw7: bare")


@pytest.mark.parametrize("homework", HOMEWORKS)
def test_the_blank_of_every_exercise_runs_and_keeps_the_task(homework):
    for name, exercise in homework.load_exercises().items():
        namespace = {"np": np}
        exec(text := blank(exercise.function, "hw: f"), namespace)
        answer = namespace[name]
        assert answer.__doc__ == exercise.function.__doc__
        assert inspect.signature(answer) == inspect.signature(exercise.function)
        required = [p for p in inspect.signature(answer).parameters.values() if p.default is p.empty]
        with pytest.raises(NotImplementedError, match="hw: f"):
            answer(*[None] * len(required))
        for line in body_lines(exercise.function):
            assert line not in [other.strip() for other in text.splitlines()], line
