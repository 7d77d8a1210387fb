import time

import numpy as np
import pytest

from abinitio.course.calls.call import LiveCaller
from abinitio.course.calls.process import AnswerProcess

SIGNATURE = [["X", True, ""]]


def payload(body, name="answer"):
    text = f"import numpy as np\n\n\ndef {name}(X):\n" + "\n".join(f"    {line}" for line in body.split("\n")) + "\n"
    return {"name": name, "texts": {"code cell 1": text}, "keep": [["code cell 1", [0, 1]]]}


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    (folder / "beside.py").write_text("VALUE = 7\n")
    with AnswerProcess(folder, ["abinitio.optimize.descent"]) as process:
        yield process


def ask(process, body, limit=30.0, take=None):
    assert process.load(payload(body), SIGNATURE).kind == "loaded"
    return process.call({"X": np.eye(2)}, take, limit)


def test_it_does_what_the_caller_in_the_notebook_does(process):
    outcome = ask(process, "print('hi')\nreturn X + 1, 'text'")
    space = {}
    exec("def answer(X):\n    print('hi')\n    return X + 1, 'text'", space)
    here = LiveCaller(space["answer"]).call({"X": np.eye(2)})
    assert outcome.kind == here.kind and outcome.printed == here.printed == "hi\n"
    assert np.array_equal(outcome.value[0], here.value[0]) and outcome.value[1] == "text"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("return X @ np.ones(3)", "raised", "code cell 1, line 5: `return X @ np.ones(3)`"),
        ("while True: pass", "time", "code cell 1, line 5"),
        ("import os\nos._exit(0)", "crash", "ends the whole Python process"),
        ("import ctypes\nctypes.string_at(0)", "crash", "ends the whole Python process"),
        ("import os\nos.kill(os.getpid(), 9)", "crash", "ends the whole Python process"),
        ("bytearray(10**11)", "raised", "more memory"),
        ("import os, sys\nos.write(1, b'x' * 100)\nreturn 1.0", "returned", ""),
        ("from abinitio.optimize.descent import gradient_descent\nreturn X", "library", "abinitio.optimize.descent"),
        ("import beside\nreturn beside.VALUE", "returned", ""),
    ],
    ids=["error", "loop", "exit", "segfault", "kill", "memory", "file descriptor 1", "library", "module beside"],
)
def test_whatever_an_answer_does_the_next_one_is_asked(process, body, kind, words):
    outcome = ask(process, body, limit=0.3 if kind == "time" else 30.0)
    assert outcome.kind == kind and words in outcome.sentence
    assert ask(process, "return X.sum()").value == 2.0


def test_an_answer_that_cannot_be_interrupted_is_killed(process):
    start = time.monotonic()
    outcome = ask(process, "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(60)", 0.2)
    assert outcome.kind == "time" and time.monotonic() - start < 10
    assert process.call({"X": np.eye(2)}, None, 0.2).kind == "time"  # the same answer again, in a new process


def test_after_several_endless_answers_patience_ends(tmp_path):
    with AnswerProcess(tmp_path, []) as process:
        process.load(payload("while True: pass"), SIGNATURE)
        for _ in range(2):
            process.call({"X": np.eye(2)}, None, 0.05)
        start = time.monotonic()
        assert "0.3 s" in process.call({"X": np.eye(2)}, None, 20.0).sentence
        assert time.monotonic() - start < 5


def test_loading_problems_are_told(process):
    assert "no default" in process.load(payload("return X"), [["X", False, 3]]).sentence
    broken = {"name": "answer", "texts": {"code cell 2": "import no_such_module\n"}, "keep": [["code cell 2", [0]]]}
    outcome = process.load(broken, SIGNATURE)
    assert outcome.kind == "raised" and "no_such_module" in outcome.sentence and "code cell 2" in outcome.sentence


def test_no_process_is_left(tmp_path):
    process = AnswerProcess(tmp_path, [])
    inner = process._process
    process.close()
    assert inner.poll() is not None
    process.close()
