"""One run: choose what is asked for, measure it, print each part as it is done."""

import importlib
import re
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


def run(console: Console, only: str, smoke: bool, growth: bool, threads: tuple[int, ...]) -> dict[str, Any]:
    """The outcome as plain data: {"smoke", "machine", "rows", "quantities", "growth", "broken"}; printed meanwhile.

    A row that breaks is listed under "broken" and the others go on; Ctrl-C ends the run with what there is.
    console : where it is printed;  only : a pattern of names;  smoke : small data;  growth : curves too;
    threads : numbers of threads, ours and theirs alike.
    """
    rows, quantities, curves = choose(only)
    if not growth:
        curves = []
    if not rows + quantities + curves:
        raise ValueError(f"no row, quantity or curve has a name that matches {only!r}; without --only all are run")
    outcome: dict[str, Any] = {"smoke": smoke, "machine": describe_machine()}
    outcome |= {"rows": [], "quantities": [], "growth": [], "broken": []}
    options = {"repeats": 3, "shortest": 0.03} if smoke else {}
    tasks = [(q.name, "quantities", lambda q=q: [measure_quantity(q, smoke)]) for q in quantities]
    tasks += [(row.name, "rows", lambda row=row: measure_row(row, threads, smoke, **options)) for row in rows]
    sizes = SMOKE_SIZES if smoke else SIZES
    tasks += [(f"growth of {c.name}", "growth", lambda c=c: [measure_growth(c, sizes)]) for c in curves]
    print_machine(console, outcome["machine"])
    with console.status("") as status:
        for number, (name, kind, measure) in enumerate(tasks, 1):
            status.update(f"{number}/{len(tasks)} {escape(name)}")
            try:
                lines = measure()
            except KeyboardInterrupt:
                outcome["broken"].append(f"stopped at {name}")
                break
            except Exception as error:  # the other rows are still worth their time
                lines = []
                outcome["broken"].append(f"{name}: {type(error).__name__}: {error}")
            outcome[kind] += lines
            report.print_lines(console, kind, lines)
    return outcome


def print_machine(console: Console, machine: dict[str, Any]) -> None:
    """What the figures were made on, in three lines."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; Python {machine['python']}", style="dim"
    )
    console.print(versions, style="dim", highlight=False)
    console.print("; ".join(machine["blas"]), style="dim", highlight=False)
