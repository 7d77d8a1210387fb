"""A small homework in a folder of its own, for the tests of the engine and of the command line."""

import gc
import sys
import textwrap
import warnings

import pytest
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None)  # the default run: the same cases on every machine
settings.register_profile("search", print_blob=True, deadline=None)  # new cases each time: `make test-slow`
settings.load_profile("fixed")


def pytest_runtest_setup(item):
    """Take away hypothesis's callback that measures garbage collection: a time limit that strikes in it is lost."""
    gc.callbacks[:] = [call for call in gc.callbacks if not getattr(call, "__module__", "").startswith("hypothesis")]


FILES = {
    "__init__.py": """
        from abinitio.course.homework import Homework

        HOMEWORK = Homework(name="hw7", package="abinitio.homework.hw7_toy", title="A toy", part="0",
                            summary="Two functions and one figure.", exercises=2, points=5)
        """,
    "method.py": '''
        import numpy as np

        OFFSET = 2.0


        def mean_square(x):
            r"""Mean of $x^2$.  x : (n,) array.

            >>> float(mean_square(np.array([1.0, 3.0])))
            5.0
            """
            secret_total = np.sum(x * x)  # the sum of squares
            return secret_total / len(x)


        def shifted(x, offset=OFFSET):
            """x plus `offset`."""
            return x + offset
        ''',
    "caller.py": """
        from abinitio.homework.hw7_toy.method import mean_square


        class Model:
            def score(self, x):
                return mean_square(x)
        """,
    "exercises.py": """
        import numpy as np

        from abinitio.course.exercise import Exercise, Mistake
        from abinitio.homework.hw7_toy.method import mean_square, shifted


        def draw(rng, size):
            return {"x": rng.normal(size=size + 1).round(1)}


        HINTS = ("Average the squares.", "sum of x_i^2 / n", "np.mean")
        EXERCISES = (
            Exercise(
                function=mean_square, points=3, inputs=draw, hints=HINTS,
                mistakes=(Mistake("root", "This is the root mean square.", lambda x: np.sqrt(np.mean(x**2))),),
                second_solution=lambda x: float(x @ x) / x.size,
            ),
            Exercise(
                function=shifted, points=2, inputs=draw, hints=HINTS, graduate=True,
                mistakes=(Mistake("sign", "The offset is added, not subtracted.", lambda x, offset=2.0: x - offset),),
                second_solution=lambda x, offset=2.0: offset + x,
            ),
        )
        """,
    "notebook.py": r"""
        # %% [markdown]
        # # A toy
        # The mean of squares, $\frac{1}{n}\sum_i x_i^2$:
        #
        # $$\begin{aligned} a &= b \\ c &= \hat{d} \end{aligned}$$

        # %%
        import numpy as np
        import matplotlib.pyplot as plt

        from abinitio.course import open_homework

        hw = open_homework("hw7")
        check = hw.check

        # %% [markdown]
        # ## Squares

        # %% exercise
        from abinitio.homework.hw7_toy.method import mean_square

        # %%
        x = np.arange(4.0)
        hw.record("mean square", mean_square(x), 0.01, unit="m²", anchor="theory: 7/2", expected=3.5, within=1e-9)

        # %%
        from abinitio.homework.hw7_toy.caller import Model

        hw.record("score of the model", Model().score(x), at_least=3.0)

        # %% [markdown]
        # ## [graduate] Shift

        # %% exercise
        from abinitio.homework.hw7_toy.method import shifted

        # %%
        fig, ax = plt.subplots()
        ax.plot(x, shifted(x))
        hw.show(fig, "shift", "The line $x + 2$ & <its> points.")
        hw.record("largest", shifted(x).max())
        """,
}


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The homework hw7, found through ABINITIO_HOMEWORKS in this process and in those that it starts."""
    import abinitio.homework as home
    from abinitio.course.homework import find_homework

    package = tmp_path / "homeworks" / "hw7_toy"
    package.mkdir(parents=True)
    for name, text in FILES.items():
        (package / name).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    monkeypatch.setenv("ABINITIO_HOMEWORKS", str(package.parent))
    monkeypatch.setattr(home, "__path__", list(home.__path__))
    yield find_homework("hw7")
    for name in [name for name in sys.modules if name.startswith("abinitio.homework.hw7_toy")]:
        del sys.modules[name]
    vars(home).pop("hw7_toy", None)


@pytest.fixture
def cluster(tmp_path):
    """A real Dask cluster on this machine: two worker processes of one thread each, on the loopback."""
    distributed = pytest.importorskip("distributed")
    settings = {"processes": True, "dashboard_address": ":0", "local_directory": str(tmp_path / "dask")}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **settings) as local:
        yield local
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sockets of workers that were killed: not to be found in a later test
        gc.collect()


def pytest_collection_modifyitems(items):
    """Tests with a cluster run in one process, one after the other; what a killed worker leaves is no error of ours."""
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("cluster"))
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
