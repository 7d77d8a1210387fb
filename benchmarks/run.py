"""One run: choose what is asked for, measure it, print each part as it is done."""

import importlib
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from benchmarks import report
from benchmarks.growth import SIZES, SMOKE_SIZES, measure_growth
from benchmarks.machine import describe_machine
from benchmarks.row import measure_quantity, measure_row

TOPICS = (
    "start_up",
    "linear_model",
    "lasso",
    "local_regression",
    "metrics",
    "perceptron",
    "logistic",
    "neighbors",
    "kernels",
    "features",
    "decomposition",
    "gaussian_process",
    "svm",
    "linear_svm",
    "information",
    "transport",
    "text",
    "statistics",
    "sampling",
    "cluster",
    "density",
    "streaming",
    "passes",
    "ising",
)


def choose(pattern: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Rows, quantities and curves of all topics whose name matches `pattern`; a curve's name is "growth of ..."."""
    topics = [importlib.import_module(f"benchmarks.{name}") for name in TOPICS]
    wanted = lambda name: re.search(pattern, name, re.IGNORECASE)
    rows = [row for topic in topics for row in topic.ROWS if wanted(row.name)]
    quantities = [quantity for topic in topics for quantity in topic.QUANTITIES if wanted(quantity.name)]
    curves = [curve for topic in topics for curve in topic.GROWTH if wanted(f"growth of {curve.name}")]
    return rows, quantities, curves


def run(
    console: Console, only: str, smoke: bool, growth: bool, threads: tuple[int, ...], client: Any = None
) -> dict[str, Any]:
    """The outcome as plain data: {"smoke", "machine", "rows", "quantities", "growth", "broken"}; printed meanwhile.

    A row that breaks is listed under "broken" and the others go on; Ctrl-C ends the run with what there is.
    console : where it is printed;  only : a pattern of names;  smoke : small data;  growth : curves too;
    threads : numbers of threads, ours and theirs alike;  client : of a Dask cluster on whose workers it is measured,
    a row at a time on each; ours and theirs always on the same worker.
    """
    rows, quantities, curves = choose(only)
    if not growth:
        curves = []
    if not rows + quantities + curves:
        raise ValueError(f"no row, quantity or curve has a name that matches {only!r}; without --only all are run")
    machine = describe_machine() if client is None else machine_of(client)
    outcome: dict[str, Any] = {"smoke": smoke, "machine": machine}
    outcome |= {"rows": [], "quantities": [], "growth": [], "broken": []}
    tasks = [(q.name, "quantities") for q in quantities] + [(row.name, "rows") for row in rows]
    tasks += [(f"growth of {c.name}", "growth") for c in curves]
    print_machine(console, machine)
    measures = [partial(measure, kind, name, threads, smoke) for name, kind in tasks]
    calls = measures if client is None else away(client, measures)
    with console.status("") as status:
        for number, ((name, kind), call) in enumerate(zip(tasks, calls), 1):
            status.update(f"{number}/{len(tasks)} {escape(name)}")
            try:
                lines = call()
            except KeyboardInterrupt:
                outcome["broken"].append(f"stopped at {name}")
                break
            except Exception as error:  # the other rows are still worth their time
                lines = []
                outcome["broken"].append(f"{name}: {type(error).__name__}: {error}")
            outcome[kind] += lines
            report.print_lines(console, kind, lines)
    return outcome


def measure(kind: str, name: str, threads: tuple[int, ...], smoke: bool) -> list[dict[str, Any]]:
    """The lines of the row, quantity or curve of this exact `name`;  kind : "rows", "quantities" or "growth";
    threads, smoke : as in `run`.
    """
    of_kind = dict(zip(("rows", "quantities", "growth"), choose(f"^(growth of )?{re.escape(name)}$")))[kind]
    found = next(one for one in of_kind if name in (one.name, f"growth of {one.name}"))
    if kind == "growth":
        return [measure_growth(found, SMOKE_SIZES if smoke else SIZES)]
    if kind == "quantities":
        return [measure_quantity(found, smoke)]
    return measure_row(found, threads, smoke, **({"repeats": 3, "shortest": 0.03} if smoke else {}))


def away(client: Any, measures: list[partial]) -> list[Callable[[], Any]]:
    """For each of `measures` a call that waits for the same from a worker of the `client`'s cluster.

    ValueError where a worker has several threads: two rows in one process would be timed at once. The workers need this
    checkout at this path.
    """
    for address, worker in client.scheduler_info(n_workers=-1)["workers"].items():
        if worker["nthreads"] != 1:
            raise ValueError(f"the worker {address} has {worker['nthreads']} threads; start it with --nthreads 1")
    root = str(Path(__file__).parents[1])

    def there(name, *arguments):  # nested, and so sent as it is: the worker does not know this package yet
        import sys

        sys.path.insert(0, root)
        import benchmarks.run

        return getattr(benchmarks.run, name)(*arguments)

    return [client.submit(there, m.func.__name__, *m.args, pure=False, retries=1).result for m in measures]


def machine_of(client: Any) -> dict[str, Any]:
    """`describe_machine` of one of the workers of the `client`'s cluster; they should be alike."""
    (machine,) = (call() for call in away(client, [partial(describe_machine)]))
    return machine


def print_machine(console: Console, machine: dict[str, Any]) -> None:
    """What the figures were made on, in three lines."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; Python {machine['python']}", style="dim"
    )
    console.print(versions, style="dim", highlight=False)
    console.print("; ".join(machine["blas"]), style="dim", highlight=False)
