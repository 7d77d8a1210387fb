"""What the README and its neighbours tell people to type works; what they link to is there."""

import importlib.metadata
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

import abinitio
from abinitio.course.homework import all_homeworks

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ["README.md", "CONTRIBUTING.md", "NOTATION.md", "docs/large_data.md"]
ABINITIO = Path(sys.executable).parent / "abinitio"


def blocks(language, text=README):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def commands(text):
    """The shell lines of a page, comments taken off."""
    lines = (shlex.split(line, comments=True) for block in blocks("sh", text) for line in block.splitlines())
    return [words for words in lines if words]


def run(words, folder):
    return subprocess.run(list(map(str, words)), cwd=folder, capture_output=True, text=True, timeout=120)


LARGE = (ROOT / "docs" / "large_data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", blocks("python") + blocks("python", LARGE), ids=lambda block: block.split("\n")[0])
def test_the_python_of_the_readme_runs(block, tmp_path):
    rng = np.random.default_rng(0)
    x, sigma = np.linspace(0, 2, 30), np.full(30, 0.1)
    y = 1 + 2 * x - 0.5 * x**2 + rng.normal(scale=sigma)
    np.savetxt(tmp_path / "data.csv", np.stack([x, y, sigma], axis=1), delimiter=",")
    (tmp_path / "block.py").write_text("import matplotlib\nmatplotlib.use('Agg')\n" + block)
    done = run([sys.executable, "-W", "error", "block.py"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    if "savefig" in block:
        assert (tmp_path / "fit.png").stat().st_size > 5000


def test_the_fit_of_the_readme_is_eight_lines_after_the_imports():
    (block,) = (block for block in blocks("python") if "loadtxt" in block)
    assert len([line for line in block.splitlines() if "import" not in line]) <= 8


@pytest.mark.parametrize("page", PAGES)
def test_every_abinitio_command_and_option_is_there(page, tmp_path):
    for words in commands((ROOT / page).read_text(encoding="utf-8")):
        if words[0] == "abinitio":
            done = run([ABINITIO, words[1], "--help"], tmp_path)
            assert done.returncode == 0, done.stderr
            for option in (word for word in words if word.startswith("--")):
                assert option in done.stdout, f"{' '.join(words)}: no option {option}"


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {target for line in re.findall(r"`make ([\w -]+)`", text) for target in line.split()}
    named |= {words[1] for words in commands(text) if words[0] == "make"}
    assert named <= set(re.findall(r"^([\w-]+):", makefile, re.M))


def test_the_first_minutes_of_a_student(tmp_path):
    assert run([ABINITIO, "start", "hw0"], tmp_path).returncode == 0
    assert (tmp_path / "hw0.ipynb").exists()
    check = run([ABINITIO, "check", "hw0.ipynb"], tmp_path)
    assert check.returncode == 1 and f"0/{all_homeworks()['hw0'].points}" in check.stdout
    hint = run([ABINITIO, "check", "hw0.ipynb", "--only", "empirical_cdf", "--hint", "1"], tmp_path)
    assert all_homeworks()["hw0"].load_exercises()["empirical_cdf"].hints[0][:40] in " ".join(hint.stdout.split())


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_project_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        assert "://" in target or (ROOT / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_files_that_the_pages_name_exist(page):
    named = re.findall(r"`((?:src|tests|benchmarks)/[\w./]+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_map_of_the_course_says_there_of_what_is_there():
    rows = [line.split("|") for line in README.splitlines() if line.startswith("| ") and "part" not in line]
    there = {f"hw{number.strip()}" for *_, number, state, _ in rows if state.strip() == "there"}
    assert there == {name for name, homework in all_homeworks().items() if not homework.is_experiment}
    assert {state.strip() for *_, state, _ in rows} == {"there", "not yet"}


def test_the_readme_is_one_screen_or_little_more():
    assert README.count("\n") < 90


def test_citation_is_valid():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)  # what version 1.2.0 of the format requires
    assert citation["cff-version"] == "1.2.0" and citation["license"] == "BSD-3-Clause"
    assert citation["authors"] == [{"name": "The abinitio developers"}]
    assert citation["version"] == abinitio.__version__ == importlib.metadata.version("abinitio")
