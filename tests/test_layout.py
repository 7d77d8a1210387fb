"""The shape of the package: who may import whom, how big things grow, what must be said, and what must not."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from abinitio.cli import COMMANDS
from abinitio.course.homework import all_homeworks

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "abinitio"
TOPICS = [
    *["optimize", "linear_model", "metrics", "neighbors", "kernels", "decomposition", "gaussian_process", "svm"],
    *["information", "statistics", "sampling", "reinforcement", "cluster", "density", "streaming", "nn", "reservoir"],
    *["deep", "generative", "anomaly", "inference"],
]
MAY_IMPORT = (
    {  # besides itself; a topic may import _core and the topics before it
        "_core": [],
        "data": ["_core"],
        "plots": ["_core"],
        "course": ["_core", "data", "plots", "homework"],  # the engine knows no method; homework, to find what there is
        "homework": ["_core", "data", "plots", *TOPICS, "course"],
        "cli": ["_core", "data", "plots", *TOPICS, "course", "homework"],
    }
    | {topic: ["_core", *TOPICS[:i]] for i, topic in enumerate(TOPICS)}
)
TORCH = ["deep", "generative", "anomaly", "inference"]

FILES = sorted(SRC.rglob("*.py"))
METHODS = [path for path in FILES if path.parent.name in TOPICS and path.name != "__init__.py"]
NOTEBOOKS = [path for path in FILES if path.name == "notebook.py" and "homework" in path.parts]


def area(path):
    """The folder of src/abinitio that a file belongs to, or "" for the package's own __init__.py."""
    parts = path.relative_to(SRC).parts
    return parts[0] if len(parts) > 1 else ""


def where(path):
    return str(path.relative_to(ROOT))


@cache
def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    """Every (module, names) that a file imports, at the top or inside functions."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{where(path)}:{node.lineno}: write absolute imports"
            yield node.module, [alias.name for alias in node.names]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=where)


def test_every_folder_has_a_place_in_the_order():
    folders = {path.name for path in SRC.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(MAY_IMPORT)


@each(FILES)
def test_imports_go_one_way(path):
    here = area(path)
    for module, names in imported(path):
        root, _, rest = module.partition(".")
        if root == "torch":
            assert here in TORCH, f"torch belongs in {TORCH}"
        if root == "abinitio" and here and path not in NOTEBOOKS:
            there = [rest.split(".")[0]] if rest else [name for name in names if name in MAY_IMPORT]
            assert all(t == here or t in MAY_IMPORT[here] for t in there), f"{here} may not import {there}"


@each([path for path in FILES if area(path) == "course"])
def test_the_engine_knows_no_homework_by_name(path):
    assert not [module for module, _ in imported(path) if module.startswith("abinitio.homework.")]


@each(FILES)
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert path in NOTEBOOKS or text.count("\n") <= 400
    for function in functions(ast.parse(text)):
        assert body_lines(function) <= 40, f"{function.name} has {body_lines(function)} lines"


@each(NOTEBOOKS)
def test_the_code_cells_of_a_notebook_stay_small(path):
    cells = re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.M)[1:]
    code = [cell.strip() for cell in cells if not cell.startswith(" [markdown]")]
    assert not [cell.splitlines()[1] for cell in code if len(cell.splitlines()) > 100]


@each(NOTEBOOKS)
def test_no_line_of_a_formula_looks_like_the_start_of_a_list(path):
    """Markdown would end the paragraph there, in the middle of the formula."""
    cells = re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.M)[1:]
    prose = ["\n".join(line[2:] for line in cell.splitlines()[1:]) for cell in cells if cell.startswith(" [markdown]")]
    formulas = [formula for text in prose for formula in re.findall(r"\$\$.*?\$\$|\$[^$]+\$", text, flags=re.S)]
    assert len(formulas) > 20
    assert not [f for f in formulas if re.search(r"\n\s{0,3}([-+*>]|\d+[.)]|#{1,6})\s", f)]


def body_lines(function):
    """Lines of a function's body without its docstring."""
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return statements[-1].end_lineno - statements[0].lineno + 1 if statements else 0


@each([path for path in FILES if path not in NOTEBOOKS])
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(parse(path))


@each([path for path in FILES if path not in NOTEBOOKS and area(path) not in ("cli", "homework")])
def test_every_public_function_explains_its_arguments(path):
    tree = parse(path)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
            unexplained = [name for name in arguments(node) if name not in words(tree, node) and name != "rng"]
            assert not unexplained, f"{node.name} does not explain {unexplained}"


@each(METHODS)
def test_every_class_explains_its_parameters(path):
    tree = parse(path)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
            for init in (f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"):
                unexplained = [name for name in arguments(init)[1:] if name not in words(tree, node)]
                assert not unexplained, f"{node.name} does not explain {unexplained}"


def arguments(function):
    found = function.args
    return [a.arg for a in [*found.posonlyargs, *found.args, *found.kwonlyargs]]


def words(tree, node):
    return set(re.findall(r"\w+", (ast.get_docstring(node) or "") + " " + (ast.get_docstring(tree) or "")))


@each(METHODS)
def test_every_method_has_a_test_of_its_stem(path):
    assert (ROOT / "tests" / path.parent.name / f"test_{path.stem}.py").exists()


@each(METHODS)
def test_every_method_is_used_by_a_homework_or_a_benchmark(path):
    assert path in used_files()


@cache
def used_files():
    """Method files that homework and benchmarks reach, through what those import in turn."""
    waiting = [p for p in FILES if area(p) == "homework"] + sorted((ROOT / "benchmarks").glob("*.py"))
    waiting.append(ROOT / "README.md")
    seen = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += defining_files(path)
    return seen


def defining_files(path):
    """The method files that define what a file imports; a name taken from a topic is followed through its __init__."""
    found = readme_imports(path) if path.suffix == ".md" else imported(path)
    for module, names in found:
        target = SRC.joinpath(*module.split(".")[1:])
        if module.split(".")[0] != "abinitio" or module == "abinitio":
            continue
        if target.with_suffix(".py").exists():
            yield target.with_suffix(".py")
        elif target.name in TOPICS:
            yield from (
                SRC.joinpath(*m.split(".")[1:]).with_suffix(".py")
                for m, n in imported(target / "__init__.py")
                if set(n) & set(names)
            )
            yield from (target / f"{name}.py" for name in names if (target / f"{name}.py").exists())


def readme_imports(path):
    pattern = r"^from (abinitio\S*) import (.+)$"
    return [(module, re.findall(r"\w+", names)) for module, names in re.findall(pattern, path.read_text(), re.M)]


@each(sorted({path.parent / "__init__.py" for path in METHODS}))
def test_a_topic_lists_its_public_names(path):
    topic = importlib.import_module(f"abinitio.{path.parent.name}")
    taken = [name for _, names in imported(path) for name in names if not name.startswith("_")]
    assert sorted(topic.__all__) == sorted(taken)
    assert not [name for name in topic.__all__ if inspect.ismodule(getattr(topic, name))]


@each([path for path in METHODS if path.exists()])
def test_methods_do_not_print_and_have_no_hidden_randomness(path):
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Call):
            call = ast.unparse(node.func)
            assert call != "print"
            assert not re.fullmatch(r"(np|numpy)\.random\.(?!Generator|default_rng)\w+", call), call
            assert not (call.endswith("default_rng") and area(path) != "_core"), "take rng as an argument"


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, abinitio; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"numpy", "scipy", "sklearn", "numba", "matplotlib", "joblib", "click", "rich", "pooch", "torch"}
    assert "abinitio" in loaded and not heavy & set(loaded)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_module_and_a_test(name):
    assert (SRC / "cli" / f"{name}.py").exists()
    assert (ROOT / "tests" / "cli" / f"test_{name}.py").exists()


@pytest.mark.parametrize("homework", all_homeworks().values(), ids=lambda homework: homework.name)
def test_exercise_functions_are_plain_python(homework):
    for exercise in homework.load_exercises().values():
        assert inspect.isfunction(exercise.function), f"{exercise.name} is a {type(exercise.function).__name__}"
        used = [exercise.function.__globals__.get(name) for name in exercise.function.__code__.co_names]
        compiled = [thing for thing in used if type(thing).__module__.startswith("numba")]
        assert not compiled, f"{exercise.name} calls compiled functions: {compiled}"


FORBIDDEN = ["/" + "work/", "/" + "root/", "TO" + "DO", "FIX" + "ME"]
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".cff", ".cfg", ".yml", ".yaml", ".json", ""}
SKIPPED = {".git", ".venv", "__pycache__", "runs", "bench-results", "build", "dist"}


def test_the_text_of_the_project_names_no_machine_and_no_unfinished_business():
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and path.suffix in TEXT and not any(p in SKIPPED or p.startswith(".") for p in parts[:-1]):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [word for word in FORBIDDEN if word in text], where(path)
