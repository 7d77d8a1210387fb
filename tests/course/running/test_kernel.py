"""A notebook executed: what its cells put out, and how each way of ending early is told."""

import os
import threading
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from abinitio.course.running.kernel import Kernels, execute, heading


def notebook(*sources):
    cells = [new_markdown_cell("# Title\nText\n\n## A section", id="prose")]
    cells += [new_code_cell(source, id=f"code-{i}") for i, source in enumerate(sources, start=1)]
    return new_notebook(cells=cells)


def run(folder, *sources, **options):
    seen = []
    environment = {"ABINITIO_TEST_WORD": "heard"}
    kernels = options.pop("kernels", Kernels())
    return execute(notebook(*sources), folder, environment, kernels, seen.append, **options), seen


def test_cells_run_in_the_folder_with_this_python_and_are_watched(tmp_path):
    execution, seen = run(
        tmp_path,
        "import os, sys\nopen('here', 'w').close()\nprint(os.environ['ABINITIO_TEST_WORD'])",
        "sys.executable",
    )
    assert (execution.status, execution.errors, seen) == ("done", [], [0, 1, 2])
    assert (tmp_path / "here").exists()
    first, second = execution.notebook.cells[1:]
    assert first.outputs[0].text == "heard\n"
    assert os.path.realpath(eval(second.outputs[0].data["text/plain"])) == os.path.realpath(os.sys.executable)
    assert set(execution.cells) == {"code-1", "code-2"} and execution.seconds > max(execution.cells.values()) > 0


def test_an_error_names_the_section_the_cell_and_the_line(tmp_path):
    execution, _ = run(tmp_path, "x = 1", "y = 2\nprint(x / (y - 2))", "open('after', 'w').close()")
    assert execution.status == "error" and not (tmp_path / "after").exists()
    (told,) = execution.errors
    assert told.startswith("code cell 2 (section 'A section'): ZeroDivisionError: division by zero")
    assert "print(x / (y - 2))" in told and "\x1b" not in told


def test_a_syntax_error_is_told_too(tmp_path):
    execution, _ = run(tmp_path, "def f(:\n    pass")
    assert execution.status == "error" and "SyntaxError" in execution.errors[0] and "def f(:" in execution.errors[0]


def test_it_can_go_on_after_an_error_and_after_a_cell_that_takes_too_long(tmp_path):
    execution, _ = run(
        tmp_path,
        "1 / 0",
        "while True:\n    pass",
        "open('after', 'w').close()",
        keep_going=True,
        limit=lambda cell: 1 if cell == "code-2" else None,
    )
    assert (tmp_path / "after").exists() and execution.status == "error"
    assert [told.partition(" (")[0] for told in execution.errors] == ["code cell 1", "code cell 2"]
    assert "took longer than 1 s and was interrupted, at\n    " in execution.errors[1]


def test_a_process_that_dies_is_told(tmp_path):
    execution, _ = run(tmp_path, "import os\nos._exit(3)")
    assert (
        execution.status == "error"
        and "code cell 1 (section 'A section'): the Python process died" in execution.errors[0]
    )


def test_stopping_ends_the_kernel_and_lets_no_other_start(tmp_path):
    kernels = Kernels()
    source = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(100)"

    def stop_soon():
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text()):
            time.sleep(0.05)
        kernels.stop()

    thread = threading.Thread(target=stop_soon)
    thread.start()
    execution, _ = run(tmp_path, source, kernels=kernels)
    thread.join()
    assert (execution.status, execution.errors) == ("stopped", [])
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    again, seen = run(tmp_path, "1", kernels=kernels)
    assert again.status == "stopped" and seen == []


def test_heading():
    assert heading(notebook("1"), 1) == "A section"
    assert heading(new_notebook(cells=[new_code_cell("1")]), 0) == ""
