"""What a process has used, and what it ran on: memory, processor, versions, commit."""

import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKAGES = ("abinitio", "numpy", "scipy", "scikit-learn", "numba", "matplotlib")


def peak_memory_mb() -> float | None:
    """The most memory (MB, resident) that this process has had so far; None where the system does not say."""
    try:  # Linux: of this program alone, where getrusage would also count what its parent had when it started it
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError, ValueError):
        pass
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024  # macOS: bytes; others: kB


@lru_cache(maxsize=1)
def machine() -> str:
    """The processor and its number of cores, e.g. "AMD EPYC 9R14, 2 cores"."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        if sys.platform == "darwin":
            model = _output("sysctl", "-n", "machdep.cpu.brand_string") or model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{model}, {cores} core{'s' * (cores != 1)}"


def provenance() -> dict[str, str]:
    """What a reader needs to run it again: versions, commit, processor, BLAS, date."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "Python": platform.python_version(),
        **versions,
        "commit": commit(),
        "processor": machine(),
        "BLAS": blas(),
        "system": platform.platform(terse=True),
        "seeds": "fixed, written in the notebook; a spread is over seeds",
    }


def commit() -> str:
    """The git commit that abinitio runs from, with "+ changes" where files differ from it; "none" outside a clone."""
    if not git_output("ls-files", "--", __file__):
        return "none (not run from a git clone)"
    changed = git_output("status", "--porcelain", "--untracked-files=no")
    return git_output("rev-parse", "--short=12", "HEAD") + " + changes" * bool(changed)


def blas() -> str:
    """The BLAS that NumPy has loaded, its kernel and threads, e.g. "openblas 0.3.29, SkylakeX, 2 threads"."""
    import numpy  # noqa: F401  # loads its BLAS
    from threadpoolctl import threadpool_info

    kinds: list[dict[str, Any]] = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    if not kinds:
        return "unknown"
    words = [kinds[0]["internal_api"], kinds[0].get("version") or ""]
    parts = [" ".join(words).strip(), kinds[0].get("architecture") or "", f"{kinds[0]['num_threads']} threads"]
    return ", ".join(part for part in parts if part)


def git_output(*arguments: str) -> str:
    """What ``git ARGUMENTS`` prints in the folder of this file; "" where there is no git or no clone."""
    return _output("git", "-C", str(Path(__file__).parent), *arguments)


def _output(*command: str) -> str:
    """What a command prints; "" where it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() * (done.returncode == 0)
