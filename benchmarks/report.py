"""The outcome in three shapes: a table in the terminal, bench.json, and a page that needs nothing but itself."""

import base64
import json
import math
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from benchmarks.growth import draw_growth

FAILED = ("missed", "unequal answers")
COLOURS = {"moonshot": "bold green", "met": "green", "missed": "bold red", "unequal answers": "bold red"}
HEAD = ("against", "threads", "speed-up", "must", "moonshot", "verdict", "ours", "theirs", "equal answer")
QUANTITY_HEAD = ("quantity", "value", "must", "moonshot", "verdict", "beside")


def show_seconds(seconds: float) -> str:
    """A time in the unit that suits it.

    >>> show_seconds(0.01234)
    '12.3 ms'
    """
    units = [("s", 1), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9)]
    unit, scale = next((unit for unit in units if seconds * unit[1] >= 1), units[-1])
    return f"{seconds * scale:.3g} {unit}"


def show_time(timing: dict[str, Any], share: float = 1.0) -> str:
    """A timing and what a reader must know of it: CPU clock, busy machine, part of the work."""
    notes = [] if timing["clock"] == "wall" else [timing["clock"]]
    notes += [] if share == 1 else [f"{share:.2g} of the work, scaled"]
    return show_seconds(timing["median"]) + (f" ({', '.join(notes)})" if notes else "")


def show_goal(goal: float | None) -> str:
    return "-" if goal is None else f"{goal:.3g}"


def row_cells(line: dict[str, Any]) -> tuple[str, ...]:
    """The cells of one peer's line, under HEAD."""
    return (
        line["peer"] + (" (at its best)" if line["at_its_best"] else ""),
        str(line["threads"]),
        f"{line['speed_up']:.2f} ± {line['spread']:.2f}",
        show_goal(line["must"]),
        show_goal(line["moonshot"]),
        line["verdict"],
        show_time(line["ours"]),
        show_time(line["theirs"], line["share"]),
        f"{line['error']:.1e} {'<=' if line['equal'] else '>'} {line['bound']:.0e}",
    )


def quantity_cells(line: dict[str, Any]) -> tuple[str, ...]:
    """The cells of one quantity, under QUANTITY_HEAD."""
    unit = f" {line['unit']}" if line["unit"] else ""
    return (
        line["quantity"],
        f"{line['value']:.2g} ± {line['spread']:.1g}{unit}",
        show_goal(line["must"]) if line["must"] is None else f"<= {line['must']:.2g}",
        show_goal(line["moonshot"]) if line["moonshot"] is None else f"<= {line['moonshot']:.2g}",
        line["verdict"],
        ", ".join(f"{name}: {value:.2g}" for name, value in line["beside"].items()),
    )


def group_rows(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of each row together: [{"name", "data", "check", "unfavourable", "lines", "warnings"}], in order."""
    groups: dict[str, dict[str, Any]] = {}
    for line in lines:
        head = {"name": line["row"], "data": line["data"], "check": line["check"], "unfavourable": line["unfavourable"]}
        group = groups.setdefault(line["row"], {**head, "lines": [], "warnings": []})
        group["lines"].append(line)
        group["warnings"] += [note for note in line["warnings"] if note not in group["warnings"]]
    return list(groups.values())


def print_group(console: Console, group: dict[str, Any]) -> None:
    """One row in the terminal: its name, data and check, then a line for each peer and number of threads."""
    unfavourable = " (unfavourable case)" if group["unfavourable"] else ""
    console.print(f"\n[bold]{escape(group['name'])}[/bold]{unfavourable}", highlight=False)
    console.print(f"  {escape(group['data'])}; equal answer: {group['check']}", style="dim", highlight=False)
    print_table(console, HEAD, [row_cells(line) for line in group["lines"]])
    for note in group["warnings"]:
        console.print(f"  warned: {escape(note)}", style="yellow", highlight=False)


def print_lines(console: Console, kind: str, lines: list[dict[str, Any]]) -> None:
    """What one task measured, in the terminal; `kind` is "rows", "quantities" or "growth"."""
    if kind == "rows":
        for group in group_rows(lines):
            print_group(console, group)
    if kind == "growth":
        for measured in lines:
            print_exponents(console, measured)
    if kind == "quantities":
        for line in lines:
            print_quantity(console, line)


def print_quantity(console: Console, line: dict[str, Any]) -> None:
    """One quantity in the terminal, in a line or two."""
    name, value, must, _, verdict, beside = quantity_cells(line)
    console.print(f"\n[bold]{escape(name)}[/bold]  ({escape(line['data'])})", highlight=False)
    colour = COLOURS.get(verdict, "default")
    console.print(f"  {value}  must {must}  [{colour}]{verdict}[/]  [dim]{escape(beside)}[/dim]", highlight=False)


def print_exponents(console: Console, measured: dict[str, Any]) -> None:
    """One growth curve in the terminal: the exponents and the largest n that each contender reached."""
    console.print(f"\n[bold]growth of {escape(measured['growth'])}[/bold], one thread", highlight=False)
    for name, curve in measured["curves"].items():
        fit = measured["exponents"][name]
        exponent = "no exponent" if fit is None else f"n^({fit[0]:.2f} ± {fit[1]:.2f})"
        reached = f"{show_seconds(curve['seconds'][-1])} at n = {curve['n'][-1]:,}"
        console.print(f"  {escape(name)}: {exponent}, {reached}", highlight=False)
    for where in measured["unequal"]:
        console.print(f"  unequal answers: {escape(where)}", style="bold red", highlight=False)


def print_table(console: Console, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """A table in the terminal, the verdicts coloured."""
    table = Table(*head, box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for cells in rows:
        table.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in cells))
    console.print(table)


def failures(outcome: dict[str, Any]) -> list[str]:
    """What a run has to answer for: what broke, rows and quantities that missed, curves whose answers differ."""
    missed = [line for line in outcome["rows"] if line["verdict"] in FAILED]
    rows = [f"{r['row']} against {r['peer']}, threads {r['threads']}: {r['verdict']}" for r in missed]
    quantities = [f"{q['quantity']}: {q['verdict']}" for q in outcome["quantities"] if q["verdict"] in FAILED]
    curves = [f"growth of {g['growth']}: unequal answers, {where}" for g in outcome["growth"] for where in g["unequal"]]
    return outcome["broken"] + rows + quantities + curves


def write_report(outcome: dict[str, Any], folder: Path) -> Path:
    """bench.json, one SVG a growth curve and index.html in `folder`, which is made; returns the page's path."""
    folder.mkdir(parents=True)
    (folder / "bench.json").write_text(json.dumps(finite(outcome), indent=1, ensure_ascii=False), encoding="utf-8")
    figures = []
    for number, measured in enumerate(outcome["growth"], 1):
        svg = draw_growth(measured)
        (folder / f"growth-{number}.svg").write_bytes(svg)
        figures.append({**measured, "uri": "data:image/svg+xml;base64," + base64.b64encode(svg).decode()})
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    page = templates.get_template("report.html").render(
        machine=outcome["machine"],
        groups=group_rows(outcome["rows"]),
        head=HEAD,
        row_cells=row_cells,
        quantities=[quantity_cells(line) for line in outcome["quantities"]],
        quantity_head=QUANTITY_HEAD,
        figures=figures,
        judged=COLOURS,
        failures=failures(outcome),
        smoke=outcome["smoke"],
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    return folder / "index.html"


def finite(data: Any) -> Any:
    """`data` with nan and infinities as None, which JSON can say."""
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
