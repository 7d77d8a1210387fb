"""The pages of a run: one per homework, and an index with one table over all; each page stands by itself."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from abinitio.course.reporting.markup import highlight_css, phrase_to_html
from abinitio.course.running.quantity import Quantity, value_and_spread
from abinitio.course.running.run import Result
from abinitio.course.running.ticker import minutes

TEMPLATES = Path(__file__).parent / "templates"
SIGNS = {"met": "✓ met", "missed": "✗ missed", "reported": "reported", "": ""}
OUTCOMES = {
    "met": "all targets met",
    "missed": "a target was missed",
    "error": "a cell failed; the rest was not run",
    "stopped": "stopped before its end",
}


def write_report(result: Result) -> Path:
    """report.html of `result` in the homework's folder of the run."""
    from abinitio.course.reporting.page import blocks, numbered

    answers: dict[str, list[str]] = {}  # "yours", "the reference: not started", ... -> functions
    for name, taken in (result.mine.metrics.get("answers", {}) if result.mine else {}).items():
        answers.setdefault(taken, []).append(name)
    rows = table_rows(result)
    body, contents = numbered("\n".join(blocks(result)))
    page = _template("report.html").render(
        title=f"{result.homework.name}: {result.homework.title}",
        result=result,
        outcome=outcome_text(result),
        rows=rows,
        missed=[row for row in rows if "missed" in (row["verdict"], row["mine_verdict"])],
        count=count_text([result]),
        answers=answers,
        body=body,
        contents=contents,
        provenance=used([result]) | result.provenance,
        code_css=highlight_css(),
    )
    path = result.reference.folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def write_index(results: list[Result], folder: Path) -> Path:
    """index.html in `folder`: one table over all `results` of a run."""
    page = _template("index.html").render(
        title=f"abinitio run, {folder.name}",
        results=[(result, outcome_text(result), table_rows(result)) for result in results],
        count=count_text(results),
        provenance=used(results) | (results[0].provenance if results else {}),
        with_mine=any(result.mine for result in results),
    )
    path = folder / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def outcome_text(result: Result) -> str:
    """How the homework of `result` ended, in words."""
    if result.outcome == "error" and result.reference.execution.status == "done":
        return "a cell failed with your functions"
    return OUTCOMES[result.outcome]


def count_text(results: list[Result]) -> str:
    """How many targets the `results` met, e.g. "21 of 22 targets met, 3 numbers reported without one"."""
    text = _count([row for result in results for row in result.reference.rows])
    if not any(result.mine for result in results):
        return text
    yours = [row for result in results if result.mine for row in result.mine.rows]
    return f"reference: {text}; with your functions: {_count(yours)}"


def _count(rows: list[Quantity]) -> str:
    verdicts = [row.verdict for row in rows]
    met, reported = verdicts.count("met"), verdicts.count("reported")
    more = f", {reported} number{'s' * (reported != 1)} reported without one" if reported else ""
    return f"{met} of {len(verdicts) - reported} targets met{more}"


def used(results: list[Result]) -> dict[str, str]:
    """What the notebooks of `results` took: time by the clock, CPU time, the largest memory of one of them."""
    metrics = [side.metrics for result in results for side in result.sides]
    peak = max((m.get("peak_mb") or 0.0 for m in metrics), default=0.0)
    return {
        "time": minutes(sum(result.seconds for result in results)),
        "CPU time": minutes(sum(m.get("cpu_seconds", 0.0) for m in metrics)),
        "peak memory": f"{peak:.0f} MB",
    }


def table_rows(result: Result) -> list[dict[str, Any]]:
    """The quantities of `result` as cells of text; the student's value beside the reference's of the same name."""
    yours = {row.quantity: row for row in result.mine.rows} if result.mine else {}
    names = dict.fromkeys([*(row.quantity for row in result.reference.rows), *yours])
    ours = {row.quantity: row for row in result.reference.rows}
    return [_cells(name, ours.get(name), yours.get(name)) for name in names]


def _cells(name: str, row: Quantity | None, yours: Quantity | None) -> dict[str, Any]:
    known = row or yours
    assert known is not None
    return {
        "quantity": phrase_to_html(name),
        "anchor": known.anchor,
        "target": known.target_text,
        "value": value_and_spread(row.value, row.spread) if row else "not reached",
        "unit": row.unit if row else "",
        "verdict": row.verdict if row else "",
        "sign": SIGNS[row.verdict] if row else "",
        "mine_value": value_and_spread(yours.value, yours.spread) if yours else "not reached",
        "mine_unit": yours.unit if yours else "",
        "mine_verdict": yours.verdict if yours else "",
        "mine_sign": SIGNS[yours.verdict] if yours else "",
        "seconds": "" if known.seconds is None else f"{known.seconds:.2f}",
        "peak_mb": "" if known.peak_mb is None else f"{known.peak_mb:.0f}",
    }


@lru_cache(maxsize=1)
def _environment() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["minutes"] = minutes
    environment.globals["css"] = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment


def _template(name: str) -> Any:
    return _environment().get_template(name)
