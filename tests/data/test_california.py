"""California housing: scikit-learn's own reader, served the same small archive, gives the same arrays."""

import numpy as np
import pytest
from sklearn import datasets
from sklearn.datasets import _california_housing as theirs

from abinitio.data import fetch_california_housing
from abinitio.data.registry import find_entry


def test_the_arrays_and_names_are_scikit_learns(folder, california, file, tmp_path, monkeypatch):
    archive = theirs.RemoteFileMetadata(filename=file.name, url=file.urls[0], checksum=file.sha256)
    monkeypatch.setattr(theirs, "ARCHIVE", archive)
    expected = datasets.fetch_california_housing(data_home=tmp_path / "sklearn")
    found = fetch_california_housing(progress=False)
    assert np.allclose(found.X, expected.data, rtol=1e-15) and np.allclose(found.y, expected.target, rtol=1e-15)
    assert found.feature_names == tuple(expected.feature_names) and found.target_names == tuple(expected.target_names)


def test_the_derived_features_are_per_household(folder, california, raw_rows):
    found = fetch_california_housing(progress=False)
    column = dict(zip(found.feature_names, found.X.T))
    longitude, latitude, age, rooms, bedrooms, people, homes, income, value = raw_rows.T
    assert np.allclose(column["AveRooms"] * homes, rooms) and np.allclose(column["AveBedrms"] * homes, bedrooms)
    assert np.allclose(column["AveOccup"] * homes, people) and np.array_equal(column["Population"], people)
    assert np.array_equal(column["Longitude"], longitude) and np.array_equal(column["Latitude"], latitude)
    assert np.array_equal(column["HouseAge"], age) and np.array_equal(column["MedInc"], income)
    assert np.allclose(found.y * 1e5, value)


def test_the_record_says_where_it_came_from(folder, california, file):
    first, second = fetch_california_housing(progress=False), fetch_california_housing(progress=False)
    assert (first.origin, second.origin) == ("downloaded", "cached")
    assert first.sha256 == file.sha256 and first.licence == "CC BY 4.0" and "Pace" in first.source
    assert second.label == "California housing (cached, 50 rows)"
    assert first.axis("MedHouseVal") == "MedHouseVal (100,000 USD)"


def test_the_registered_checksum_is_scikit_learns():
    (file,) = find_entry("california_housing").files
    assert (file.name, file.sha256, file.urls[0]) == (
        theirs.ARCHIVE.filename,
        theirs.ARCHIVE.checksum,
        theirs.ARCHIVE.url,
    )


def test_without_a_network_the_error_names_what_ships(folder, california, server):
    server.answers = {}
    with pytest.raises(OSError, match=r"Or work without the network: load_housing\(\) ships"):
        fetch_california_housing(progress=False)
