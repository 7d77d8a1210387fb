"""What a student has reached, kept in the student's folder: `.abinitio/progress.json`.

{"hw1": {"ridge_path": {"points": 4, "of": 4, "passed": true, "checks": 3, "hints": [], "last": "2025-01-31"}}}
A file that cannot be read is put aside (progress.json.damaged) and begun anew; a folder that cannot be written to is
left alone.
"""

import contextlib
import datetime
import json
import os
import threading
from pathlib import Path
from typing import Any

from abinitio.course.checking.verdict import Verdict

PLACE = Path(".abinitio") / "progress.json"
_ONE_AT_A_TIME = threading.Lock()  # the file is read, changed and written as a whole


def read_progress(folder: Path) -> dict[str, Any]:
    """What is kept in `folder`; {} if there is nothing, or nothing readable."""
    try:
        content = json.loads((folder / PLACE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def note(folder: Path, homework: str, verdict: Verdict, hint: int | None = None) -> None:
    """Keep the best points of a verdict, the number of checks, and the hint asked for, under the homework's name.

    An exercise that is not started leaves no trace.
    """
    if verdict.state in ("blank", "absent") and hint is None:
        return
    with _ONE_AT_A_TIME:
        progress = read_progress(folder)
        exercises = progress.get(homework)
        exercises = exercises if isinstance(exercises, dict) else {}
        exercises[verdict.name] = _updated(exercises.get(verdict.name), verdict, hint)
        with contextlib.suppress(OSError):
            _write(folder / PLACE, progress | {homework: exercises})


def _updated(old: Any, verdict: Verdict, hint: int | None) -> dict[str, Any]:
    old = old if isinstance(old, dict) else {}
    hints = {h for h in old.get("hints", []) if h in (1, 2, 3)} | ({hint} if hint else set())
    return {
        "points": max(_number(old.get("points")), verdict.points),
        "of": verdict.max_points,
        "passed": bool(old.get("passed")) or verdict.passed,
        "checks": int(_number(old.get("checks"))) + 1,
        "hints": sorted(hints),
        "last": datetime.date.today().isoformat(),
    }


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0


def _write(path: Path, progress: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    if path.exists() and not read_progress(path.parents[1]):
        path.replace(path.with_name("progress.json.damaged"))
    draft = path.with_name(f"progress.json.{os.getpid()}")  # other processes write drafts of their own
    try:
        draft.write_text(json.dumps(progress, indent=1), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
