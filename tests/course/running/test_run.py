"""A homework run with the reference and with the student's functions: numbers, figures, files, pages."""

import json
import re

import nbformat
import pytest

from abinitio.course.notebooks.notebook import student_notebook
from abinitio.course.reporting.report import write_index, write_report
from abinitio.course.running.kernel import Execution
from abinitio.course.running.quantity import Quantity
from abinitio.course.running.run import (
    Result,
    Settings,
    Side,
    _environment,
    new_run_folder,
    run_homeworks,
    write_cost,
)
from abinitio.course.running.ticker import Ticker

WRONG = "def mean_square(x):\n    y = x * x\n    return scale() * y.mean()"


@pytest.fixture
def submission(toy, tmp_path):
    """The student's notebook: one answer, wrong by a factor 2; the other not started; a helper; a broken cell."""
    notebook = student_notebook(toy, "abinitio")
    for cell in notebook.cells:
        if cell["id"] == "exercise-mean_square":
            cell["source"] = WRONG + "\n\n\ncheck(mean_square)"
    notebook.cells += [nbformat.v4.new_code_cell(text) for text in ("def scale():\n    return 2.0", "x = (")]
    path = tmp_path / "hw7.ipynb"
    nbformat.write(notebook, path)
    return path


def test_reference_and_student_side_by_side(toy, submission, tmp_path, capsys):
    folder = new_run_folder(tmp_path / "runs")
    (result,), stopped = run_homeworks([toy], folder, Settings(mine=submission), Ticker(terminal=False))
    assert not stopped and result.mine is not None
    assert [side.execution.errors for side in result.sides] == [[], []]
    values = [{row.quantity: row.value for row in side.rows} for side in result.sides]
    assert values[0] == {"mean square": 3.5, "score of the model": 3.5, "largest": 5.0}
    assert values[1] == {"mean square": 7.0, "score of the model": 7.0, "largest": 5.0}  # the library's callers too
    assert result.outcome == "missed"
    assert result.mine.metrics["answers"] == {"mean_square": "yours", "shifted": "the reference: not started"}

    write_report(result)
    write_index([result], folder)
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    wanted = {"hw7.ipynb", "report.html", "metrics.json", "figures/shift.png", "figures/shift.svg"}
    mine = {f"hw7/mine/{name}" for name in wanted - {"report.html"}}
    assert names == {"index.html"} | {f"hw7/{name}" for name in wanted} | mine

    metrics = json.loads((folder / "hw7" / "metrics.json").read_text(encoding="utf-8"))
    assert (metrics["status"], metrics["outcome"], metrics["mine"]["file"]) == ("done", "missed", "hw7.ipynb")
    assert metrics["rows"][0]["verdict"] == "met" and metrics["mine"]["rows"][0]["verdict"] == "missed"
    assert {"Python", "numpy", "commit", "processor", "BLAS"} <= set(metrics["provenance"])
    assert metrics["cpu_seconds"] > 0 and metrics["peak_mb"] > 10

    for page in (folder / "index.html", folder / "hw7" / "report.html"):
        text = page.read_text(encoding="utf-8")
        assert (
            "<span>3.500 ± 0.010</span> m²" in text and "<span>7.000 ± 0.010</span> m²" in text and "✗ missed" in text
        )
        assert not re.findall(r'(?:src|href)="(?!data:|#|\.\./index\.html|hw7/report\.html)', text)
        assert "<script" not in text and "@import" not in text and "viewport" in text
    assert text.count("data:image/svg+xml;base64,") == 2 and "&amp; &lt;its&gt; points." in text
    assert text.count("<math") > 2 and 'class="tex"' not in text
    assert "the reference: not started" in text

    capsys.readouterr()
    cost = json.loads(write_cost(result).read_text(encoding="utf-8"))
    assert cost["cpu_seconds"] > 0 and cost["peak_mb"] > 10
    assert toy.cost == cost


def made(tmp_path, toy, status, verdict):
    """A result without a run."""
    row = Quantity("q", 1.0, **{"met": {"at_most": 1.0}, "missed": {"at_most": 0.0}, "reported": {}}[verdict])
    execution = Execution(nbformat.v4.new_notebook(), status, ["code cell 1: <bad>"] if status == "error" else [])
    return Result(toy, Side(tmp_path, execution, {"rows": [row.as_dict()]}))


@pytest.mark.parametrize(
    ("status", "verdict", "outcome"),
    [
        ("done", "met", "met"),
        ("done", "reported", "met"),
        ("done", "missed", "missed"),
        ("error", "missed", "error"),
        ("stopped", "met", "stopped"),
    ],
)
def test_outcome_and_what_the_page_says_of_it(toy, tmp_path, status, verdict, outcome):
    result = made(tmp_path, toy, status, verdict)
    assert result.outcome == outcome
    text = write_report(result).read_text(encoding="utf-8")
    assert f'class="outcome {outcome}"' in text
    assert ("&lt;bad&gt;" in text) == (status == "error")


def test_a_number_that_only_one_side_reached_is_in_the_table(toy, tmp_path):
    result = made(tmp_path, toy, "done", "met")
    result.mine = made(tmp_path, toy, "error", "met").reference
    result.mine.metrics["rows"] = [Quantity("only yours", 2.0).as_dict()]
    text = write_index([result], tmp_path).read_text(encoding="utf-8")
    assert text.count("not reached") == 2 and "only yours" in text


def test_run_folders_do_not_collide(tmp_path):
    assert len({new_run_folder(tmp_path / "runs") for _ in range(3)}) == 3
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError, match="--out"):
        new_run_folder(tmp_path / "file")


@pytest.mark.parametrize(("asked", "given"), [(None, "1"), ("3", "3")])
def test_a_notebook_has_one_blas_thread_unless_the_user_says_more(asked, given, tmp_path, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if asked:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", asked)
    assert _environment(tmp_path, Settings(), mine=False)["OPENBLAS_NUM_THREADS"] == given
