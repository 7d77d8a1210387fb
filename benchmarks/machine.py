"""The machine and the versions a table was made on, without which its figures mean nothing."""

import os
import platform
import subprocess
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

PEERS = ("scikit-learn", "skglm", "POT", "emcee", "zstandard")
PACKAGES = ("abinitio", "numpy", "scipy", "numba", "threadpoolctl", *PEERS)
ROOT = Path(__file__).parents[1]


def describe_machine() -> dict[str, Any]:
    """Processor, cores, load, Python, versions, the BLAS libraries with the kernel each chose, commit and date."""
    return {
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "commit": git_commit(),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: installed_version(name) for name in PACKAGES},
        "blas": sorted({describe_library(library) for library in threadpool_info() if library["user_api"] == "blas"}),
    }


def cpu_model() -> str:
    """The processor's name, as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def installed_version(package: str) -> str:
    """The version of an installed `package`, or "not installed"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def describe_library(library: dict[str, Any]) -> str:
    """One line for a BLAS `library` of threadpoolctl: its name, version, kernel and whose it is."""
    owner = Path(library["filepath"]).parent.name.removesuffix(".libs")
    return f"{library['internal_api']} {library['version']}, kernel {library.get('architecture', '?')} ({owner})"


def git_commit() -> str:
    """The commit of this checkout, with "+" where files have changed since; "" outside one."""
    try:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
        changed = subprocess.run(["git", "status", "--porcelain", "-uno"], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")
