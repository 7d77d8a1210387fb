"""The student's notebook: valid, complete, and without a line of the answers."""

import ast
import inspect

import nbformat
import pytest

from abinitio.course.homework import all_homeworks
from abinitio.course.notebooks.notebook import exercise_of, install_line, reference_notebook, student_notebook

HOMEWORKS = [pytest.param(homework, id=homework.name) for homework in all_homeworks().values()]


@pytest.mark.parametrize("homework", HOMEWORKS)
class TestEveryHomework:
    def test_it_is_a_valid_notebook_that_says_what_it_is(self, homework):
        notebook = student_notebook(homework, "https://example.org/abinitio.git")
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert notebook.metadata["abinitio"]["homework"] == homework.name
        assert notebook.metadata["kernelspec"]["name"] == "python3"
        assert len({cell["id"] for cell in notebook.cells}) == len(notebook.cells)

    def test_every_exercise_has_one_cell_which_is_blank_and_checked(self, homework):
        notebook = student_notebook(homework, "abinitio")
        cells = {cell.metadata.abinitio.exercise: cell for cell in notebook.cells if "abinitio" in cell.metadata}
        assert list(cells) == list(homework.load_exercises())
        for name, cell in cells.items():
            assert f'raise NotImplementedError("{homework.name}: {name}")' in cell.source
            assert cell.source.endswith(f"\n\n\ncheck({name})")
            ast.parse(cell.source)

    def test_no_line_of_an_answer_is_in_it(self, homework):
        lines = {
            line.strip() for cell in student_notebook(homework, "abinitio").cells for line in cell.source.splitlines()
        }
        for exercise in homework.load_exercises().values():
            source = inspect.getsource(exercise.function)
            docstring = ast.parse(source).body[0].body[0].end_lineno
            body = {line.strip() for line in source.splitlines()[docstring:]} - {""}
            trivial = {line for line in body if len(line) < 12}  # "return w", "while True:"
            assert not (body - trivial) & lines

    def test_no_other_cell_imports_an_exercise(self, homework):
        for cell in student_notebook(homework, "abinitio").cells:
            if cell.cell_type == "code":
                imports = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.ImportFrom)]
                names = {alias.name for node in imports for alias in node.names if "abinitio" in (node.module or "")}
                assert not names & set(homework.load_exercises()), cell.source

    def test_the_title_page_counts_as_the_exercises_do(self, homework):
        exercises = homework.load_exercises().values()
        assert homework.exercises == len(exercises)
        assert homework.points == sum(exercise.points for exercise in exercises)


def test_cells_that_are_no_exercise_are_unchanged(toy):
    reference, student = reference_notebook(toy), student_notebook(toy, "abinitio")
    kept = {cell["id"]: cell["source"] for cell in student.cells}
    for cell in reference.cells:
        assert "abinitio" in cell.metadata or kept.pop(cell["id"]) == cell["source"]
    assert "find-abinitio" in kept


def test_the_first_code_cell_says_how_to_install_what_is_missing(toy):
    notebook = student_notebook(toy, "https://example.org/abinitio.git")
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")

    def no_abinitio(name, *_):
        raise ModuleNotFoundError(name)

    with pytest.raises(ModuleNotFoundError) as caught:
        exec(first.source, {"__builtins__": {"__import__": no_abinitio, "ModuleNotFoundError": ModuleNotFoundError}})
    assert str(caught.value).endswith("%pip install -q 'abinitio[course] @ git+https://example.org/abinitio.git'")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("git+ssh://git@example.org/a.git", "%pip install -q 'abinitio[course] @ git+ssh://git@example.org/a.git'"),
        ("https://example.org/a-0.1.whl", "%pip install -q 'abinitio[course] @ https://example.org/a-0.1.whl'"),
        ("/srv/abinitio", "%pip install -q '/srv/abinitio[course]'"),
        ("abinitio", "%pip install -q 'abinitio[course]'"),
    ],
)
def test_install_line(source, line):
    assert install_line(source) == line


@pytest.mark.parametrize(
    "source",
    ["import numpy", "from a import b, c", "from a import b\nb()", "from a import b as c", "from a import *", ""],
)
def test_an_exercise_cell_that_does_more_than_import_one_function_is_refused(source):
    with pytest.raises(ValueError, match="one import of one function"):
        exercise_of({"cell_type": "code", "source": source, "metadata": {"title": "exercise"}})


def test_an_exercise_cell_without_an_exercise_is_refused(toy):
    with toy.notebook.open("a") as file:
        file.write("\n\n# %% exercise\nfrom abinitio.homework.hw7_toy.caller import Model\n")
    with pytest.raises(ValueError, match="Model has no Exercise"):
        student_notebook(toy, "abinitio")
