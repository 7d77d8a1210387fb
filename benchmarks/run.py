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

TOPICS = ("start_up", "linear_model", "lasso", "local_regression")


def choose(pattern: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Rows, quantities and curves of all topics whose name matches `pattern`; a curve's name is "growth of ..."."""
    topics = [importlib.import_module(f"benchmarks.{name}") for name in TOPICS]
    wanted = lambda name: re.search(pattern, name, re.IGNORECASE)
    rows = [row for topic in topics for row in topic.ROWS if wanted(row.name)]
    quantities = [quantity for topic in topics for quantity in topic.QUANTITIES if wanted(quantity.name)]
    curves = [curve for topic in topics for curve in topic.GROWTH if wanted(f"growth of {curve.name}")]
    return rows, quantities, curves


def run(console: Console, only: str, smoke: bool, growth: bool, threads: tuple[int, ...]) -> dict[str, Any]:
    """The outcome as plain data: {"smoke", "machine", "rows", "quantities", "growth"}; printed on `console` meanwhile.

    only : pattern of names;  smoke : small data;  growth : curves too;  threads : numbers of threads, ours and theirs.
    """
    rows, quantities, curves = choose(only)
    if not growth:
        curves = []
    if not rows + quantities + curves:
        raise ValueError(f"no row, quantity or curve has a name that matches {only!r}; without --only all are run")
    outcome: dict[str, Any] = {
        "smoke": smoke,
        "machine": describe_machine(),
        "rows": [],
        "quantities": [],
        "growth": [],
    }
    print_machine(console, outcome["machine"])
    with console.status("") as status:
        for quantity in quantities:
            status.update(escape(quantity.name))
            outcome["quantities"].append(measure_quantity(quantity, smoke))
        report.print_quantities(console, outcome["quantities"])
        for row in rows:
            status.update(escape(row.name))
            lines = measure_row(row, threads, smoke, **{"repeats": 3, "shortest": 0.03} if smoke else {})
            outcome["rows"] += lines
            report.print_group(console, report.group_rows(lines)[0])
        for curve in curves:
            status.update(f"growth of {escape(curve.name)}")
            outcome["growth"].append(measure_growth(curve, SMOKE_SIZES if smoke else SIZES))
            report.print_exponents(console, outcome["growth"][-1])
    return outcome


def print_machine(console: Console, machine: dict[str, Any]) -> None:
    """What the figures were made on, in three lines."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; Python {machine['python']}", style="dim"
    )
    console.print(versions, style="dim", highlight=False)
    console.print("; ".join(machine["blas"]), style="dim", highlight=False)
