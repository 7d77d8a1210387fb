"""An executed notebook as blocks of HTML: prose, code, results; with the student's results beside the reference's."""

import ast
import base64
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from abinitio.course.reporting.markup import code_to_html, markdown_to_html, math_to_html, phrase_to_html, without_ansi
from abinitio.course.running.run import Result, Side
from abinitio.course.session import DOTS_PER_INCH

PACKAGE = Path(__file__).parents[2]  # abinitio
FOLDED_FROM = 9  # lines: longer code is folded
SVG_UP_TO = 250_000  # bytes: a larger drawing (many points) is embedded as PNG
ON_SCREEN = 125  # pixels for an inch of a figure
TEXT_UP_TO = 20_000  # characters of one output


def blocks(result: Result) -> Iterator[str]:
    """The cells of the notebook of `result` in order, each as pieces of HTML."""
    reference = result.reference
    theirs = result.mine.execution.notebook.cells if result.mine else [None] * len(reference.execution.notebook.cells)
    for cell, other in zip(reference.execution.notebook.cells, theirs, strict=True):
        if cell["cell_type"] == "markdown":
            yield f'<section class="prose">{markdown_to_html(cell["source"])}</section>'
        elif cell["cell_type"] == "code":
            yield code_block(cell["source"])
            if "exercise" in cell["metadata"].get("abinitio", {}) and result.mine is None:
                yield folded_answer(cell["source"])
            yield from results(cell, reference, other, result.mine)


def numbered(body: str) -> tuple[str, list[tuple[str, str, str]]]:
    """The page `body` with an anchor at each chapter and section, and the list of them: (anchor, h1 or h2, title)."""
    contents: list[tuple[str, str, str]] = []

    def anchor(match: re.Match[str]) -> str:
        level, title = match.groups()
        contents.append((f"section-{len(contents) + 1}", level, title))
        return f'<{level} id="{contents[-1][0]}">{title}</{level}>'

    return re.sub(r"<(h1|h2)>(.*?)</\1>", anchor, body, flags=re.DOTALL), contents[1:]  # the first is the page's title


def code_block(source: str) -> str:
    """Highlighted code of `source`; folded where long."""
    lines = source.count("\n") + 1
    code = code_to_html(source)
    if lines < FOLDED_FROM:
        return code
    return f"<details><summary>code, {lines} lines</summary>{code}</details>"


def folded_answer(source: str) -> str:
    """The library's code of the function that an exercise cell's `source` imports, folded; "" if it is elsewhere."""
    (node,) = ast.parse(source).body
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return ""
    path = PACKAGE.parent.joinpath(*node.module.split(".")).with_suffix(".py")  # read, not imported: that takes seconds
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for function in ast.parse(text).body:
        if isinstance(function, ast.FunctionDef) and function.name == node.names[0].name:
            code = code_to_html(str(ast.get_source_segment(text, function)))
            return f"<details><summary>{function.name} as the library has it</summary>{code}</details>"
    return ""


def results(cell: Any, reference: Side, other: Any, mine: Side | None) -> Iterator[str]:
    """What `cell` put out in the run `reference`; where `other`, the same cell in the run `mine`, differs, both."""
    ours = [output_block(output, reference) for output in merged(cell.get("outputs", []))]
    if other is None or mine is None:
        yield from ours
        return
    yours = [output_block(output, mine) for output in merged(other.get("outputs", []))]
    if ours == yours:
        yield from ours
    else:
        columns = [("reference", ours), ("yours", yours)]
        shown = "".join(
            f"<div><h4>{title}</h4>{''.join(blocks) or '<p>nothing</p>'}</div>" for title, blocks in columns
        )
        yield f'<div class="pair">{shown}</div>'


def merged(outputs: list[Any]) -> list[Any]:
    """The `outputs` of a cell up to an error, without captions (their figures have them), pieces of a stream joined."""
    joined: list[Any] = []
    for output in outputs:
        if "caption" in output.get("metadata", {}).get("abinitio", {}):
            continue
        if joined and joined[-1]["output_type"] == "error":
            break  # Jupyter still draws the figures that were begun
        if output["output_type"] == "stream" and joined and joined[-1].get("name") == output["name"]:
            joined[-1] = {**joined[-1], "text": joined[-1]["text"] + output["text"]}
        else:
            joined.append(output)
    return joined


def output_block(output: Any, side: Side) -> str:
    """One `output` of a cell in the run `side`."""
    kind = output["output_type"]
    if kind == "stream":
        return text_block(output["text"], "stderr" if output["name"] == "stderr" else "stdout")
    if kind == "error":
        trace = text_block("\n".join(output["traceback"]), "error")
        title = html.escape(f"{output['ename']}: {output['evalue']}".removesuffix(": "))
        return f'<details class="error"><summary>{title}</summary>{trace}</details>'
    data = output.get("data", {})
    name = output.get("metadata", {}).get("abinitio", {}).get("figure")
    if name:
        return figure_block(side, name)
    if "image/png" in data:
        return f'<figure><img alt="figure" src="data:image/png;base64,{data["image/png"].strip()}"></figure>'
    if "text/html" in data:
        return f'<div class="scroll">{data["text/html"]}</div>'
    if "text/latex" in data:
        return f'<div class="scroll">{math_to_html(data["text/latex"].strip().strip("$"), True)}</div>'
    if "text/markdown" in data:
        return markdown_to_html(data["text/markdown"])
    return text_block(data.get("text/plain", ""), "stdout")


def text_block(text: str, kind: str) -> str:
    """Printed `text` of this `kind` (stdout, stderr, error); of a very long one the middle is left out."""
    text = without_ansi(text).rstrip("\n")
    if len(text) > TEXT_UP_TO:
        half = TEXT_UP_TO // 2
        text = f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"
    return f'<pre class="{kind}">{html.escape(text)}</pre>' if text else ""


def figure_block(side: Side, name: str) -> str:
    """The figure `name` of the run `side` with its caption, embedded; all at the same scale on the screen."""
    caption = side.captions.get(name, "")
    png = (side.folder / "figures" / f"{name}.png").read_bytes()
    svg = (side.folder / "figures" / f"{name}.svg").read_bytes()
    kind, content = ("svg+xml", svg) if len(svg) <= SVG_UP_TO else ("png", png)
    width = int.from_bytes(png[16:20], "big") * ON_SCREEN // DOTS_PER_INCH  # a PNG has its width in bytes 16-20
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return (
        f'<figure><img alt="{html.escape(caption, quote=True)}" width="{width}" src="{source}">'
        f"<figcaption>{phrase_to_html(caption)}</figcaption></figure>"
    )
