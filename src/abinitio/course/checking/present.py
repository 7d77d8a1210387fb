"""A verdict in words: for the terminal and for Jupyter, the same content in the same order."""

import html
from collections.abc import Iterator
from typing import Any

import numpy as np

from abinitio.course.checking.verdict import Failure, Verdict
from abinitio.course.exercise import Inputs, Named

DIGITS, MANY, WIDE = 6, 200, 88
MARKS = {True: "passed", False: "FAILED", None: "not reached"}
COLOURS = {"passed": "#009E73", "blank": "#888888", "absent": "#888888"}  # others: vermilion
NAMES = ("The idea", "The equation", "Where to look")


def summary(verdict: Verdict) -> str:
    """One line: name, points, and what to know first."""
    return f"{verdict.name}: {points(verdict)} points. {verdict.headline}"


def points(verdict: Verdict) -> str:
    """Points of points: 1.2/4."""
    return f"{verdict.points:.3g}/{verdict.max_points}"


def as_text(verdict: Verdict) -> str:
    """The whole verdict for a terminal."""
    lines = [summary(verdict)]
    if verdict.state == "failed":
        lines += [f"  {MARKS[s.passed]:>11}  {s.name:<8} {s.sentence}" for s in verdict.stages]
    for title, content, is_code in details(verdict):
        if is_code:
            lines += [f"  {title}:", *(f"      {line}" for line in content.split("\n"))]
        else:
            lines.append(f"  {title}: {content}" if title else f"  {content}")
    return "\n".join(lines)


def as_html(verdict: Verdict) -> str:
    """The whole verdict for Jupyter; colours that stand on light and dark pages alike, and everything escaped."""
    colour = COLOURS.get(verdict.state, "#D55E00")
    parts = [
        f"<b>{html.escape(verdict.name)}</b>: {points(verdict)} points. {html.escape(verdict.headline)}",
        *([_stage_table(verdict)] if verdict.state == "failed" and verdict.stages else []),
    ]
    for title, content, is_code in details(verdict):
        head = f"<b>{html.escape(title)}</b>" if title else ""
        if is_code:
            style = "margin:.2em 0 0;padding:.4em .6em;background:rgba(127,127,127,.13);overflow-x:auto;color:inherit"
            parts.append(f'{head}<pre style="{style}">{html.escape(content)}</pre>')
        else:
            parts.append(f"{head}{': ' if head else ''}{html.escape(content)}")
    body = "".join(f'<div style="margin:.35em 0">{part}</div>' for part in parts)
    return f'<div style="border-left:5px solid {colour};padding:.1em .9em;line-height:1.45">{body}</div>'


def _stage_table(verdict: Verdict) -> str:
    signs = {True: "&#10003;", False: "&#10007;", None: "&ndash;"}
    shades = {True: "#009E73", False: "#D55E00", None: "inherit"}
    cells = "".join(
        f'<span title="{html.escape(s.sentence)} ({s.points:.2g} points)" style="margin-right:1.2em">'
        f'<span style="color:{shades[s.passed]}">{signs[s.passed]}</span> {s.name}</span>'
        for s in verdict.stages
    )
    return cells


def details(verdict: Verdict) -> Iterator[tuple[str, str, bool]]:
    """What follows the summary: (title, content, is it code or numbers?)."""
    if verdict.failure is not None:
        yield from _failure(verdict, verdict.failure)
    yield from (("", text, False) for text in verdict.notes)
    yield from ((name, text, False) for name, text in zip(NAMES, verdict.hints))
    if verdict.ask and not verdict.passed and not verdict.hints:
        yield "", f"A hint, if you want one: {verdict.ask}", False


def _failure(verdict: Verdict, failure: Failure) -> Iterator[tuple[str, str, bool]]:
    if failure.mistake:
        yield "", failure.mistake_sentence, False
    if not verdict.headline.endswith(failure.sentence):
        yield "", failure.sentence, False
    if failure.rule:
        yield "What must hold", failure.rule, False
    if failure.inputs is not None:
        title = "Input" if failure.kind.startswith("draws:") else "Smallest input found"
        yield title + f" ({failure.label})" * bool(failure.label), call_code(verdict.name, failure.inputs), True
    if failure.kind in ("mutated", "repeats object"):
        return  # the values are right
    if failure.returned:
        yield "came back", show(failure.got), True
    if failure.expects_error:
        yield "expected", f"a {failure.expects_error}", True
    elif failure.expected is not None and failure.inputs is not None:
        yield "expected", show(failure.expected), True
    if failure.printed.strip():
        lines = failure.printed.strip().split("\n")
        shown = [line[:WIDE] for line in lines[:8]] + ["..."] * (len(lines) > 8)
        yield "it printed", "\n".join(shown), True


def call_code(name: str, inputs: Inputs) -> str:
    """The call of the function `name` with these inputs, as Python that can be pasted into a cell."""
    arguments = [f"{key}={_code(key, value)}" for key, value in inputs.items()]
    line = f"{name}({', '.join(arguments)})"
    return line if len(line) <= WIDE else f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"


def _code(key: str, value: Any) -> str:
    if key == "rng" and isinstance(value, int):
        return f"np.random.default_rng({value})"
    if isinstance(value, Named):
        return f"{value.name}({', '.join(f'{k}={_code(k, v)}' for k, v in value.arguments.items())})"
    if isinstance(value, np.ndarray):
        return _array_code(value)
    if isinstance(value, list):
        return f"[{', '.join(_code('', v) for v in value)}]"
    return _short(value)


def _array_code(value: np.ndarray) -> str:
    if value.size > MANY:
        return f"<array of shape {value.shape}>"
    if value.size == 0 and value.ndim > 1:
        return f"np.empty({value.shape})"
    dtype = "" if value.dtype.kind in "?fc" or value.dtype == int else f", dtype=np.{value.dtype}"
    return f"np.array({_short(value.tolist())}{dtype})"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value))}]"
    text = repr(value)
    return text.replace("nan", "np.nan").replace("inf", "np.inf") if isinstance(value, float) else text


def show(value: Any) -> str:
    """A value with few digits; long ones are cut in the middle."""
    if isinstance(value, np.ndarray):
        with np.printoptions(precision=DIGITS, threshold=60, edgeitems=4, linewidth=WIDE, suppress=False):
            return repr(value)
    if isinstance(value, list | tuple):
        items = [show(item) for item in value[:8]] + ["..."] * (len(value) > 8)
        left, right = "[]" if isinstance(value, list) else "()"
        joint = ",\n " if any("\n" in item or len(item) > 30 for item in items) else ", "
        return left + joint.join(items) + ("," if right == ")" and len(items) == 1 else "") + right
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(item)}" for key, item in list(value.items())[:20]) + "}"
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    text = repr(value)
    return text if len(text) <= 400 else text[:400] + "..."
