"""The record: it refuses columns that do not fit together, and labels itself."""

import numpy as np
import pytest

from abinitio.data import Dataset


def test_a_stand_in_says_so_in_its_label():
    data = Dataset("galaxies", np.zeros((5, 2)), stand_in_for="Galaxy Zoo")
    assert data.label == "galaxies (simulated, stand-in for Galaxy Zoo, 5 rows)"


@pytest.mark.parametrize("name", ["y", "sigma"])
def test_a_column_of_another_length_is_refused(name):
    with pytest.raises(ValueError, match=f"X has 3 rows and {name} 2"):
        Dataset("line", np.zeros((3, 1)), **{name: np.zeros(2)})


def test_the_features_are_named_all_or_none():
    with pytest.raises(ValueError, match="1 feature names for X of shape"):
        Dataset("plane", np.zeros((3, 2)), feature_names=("x",))


def test_x_is_the_only_feature():
    X = np.arange(3.0)[:, None]
    assert np.array_equal(Dataset("line", X).x, [0, 1, 2])
    with pytest.raises(ValueError, match="x is for one feature"):
        _ = Dataset("plane", np.zeros((3, 2))).x


def test_axis_names_the_unit_and_refuses_unknown_columns():
    data = Dataset("drop", np.zeros((3, 1)), feature_names=("t",), target_names=("h",), units={"t": "s"})
    assert (data.axis("t"), data.axis("h")) == ("t (s)", "h")
    with pytest.raises(ValueError, match="no column 'v'; it has: t, h"):
        data.axis("v")


def test_the_record_is_frozen():
    with pytest.raises(AttributeError):
        Dataset("line", np.zeros((3, 1))).name = "other"
