"""California housing, in full: 20,640 block groups of the census of 1990 (Pace and Barry, 1997)."""

import tarfile
from pathlib import Path

import numpy as np

from abinitio.data.download import fetch_files
from abinitio.data.record import Dataset
from abinitio.data.registry import find_entry

_MEMBER = "CaliforniaHousing/cal_housing.data"
# columns of the file: longitude, latitude, age, rooms, bedrooms, population, households, income, house value
_UNITS = {
    "MedInc": "10,000 USD",
    "HouseAge": "years",
    "AveRooms": "rooms per household",
    "AveBedrms": "bedrooms per household",
    "Population": "people",
    "AveOccup": "people per household",
    "Latitude": "degrees",
    "Longitude": "degrees",
    "MedHouseVal": "100,000 USD",
}


def fetch_california_housing(*, progress: bool = True) -> Dataset:
    """Median house value and eight features of each block group (600 to 3,000 people); scikit-learn's arrays, names.

    X : (20640, 8) MedInc (10,000 USD), HouseAge (median, years), AveRooms, AveBedrms (per household), Population,
    AveOccup (people per household), Latitude, Longitude (degrees);  y : (20640,) median house value in 100,000 USD,
    recorded as 5.00001 where it is above 5.
    Downloaded once (0.4 MB), checked against its SHA-256 at every use;  progress : show a bar while downloading.
    Raises OSError, with what to do, where the file cannot be had.
    """
    entry = find_entry("california_housing")
    (path,), origin = fetch_files(entry, progress)
    X, y = read_cal_housing(path)
    return Dataset(
        "California housing",
        X,
        y,
        feature_names=tuple(_UNITS)[:8],
        target_names=("MedHouseVal",),
        units=_UNITS,
        origin=origin,
        source=entry.source,
        licence=entry.terms,
        sha256=entry.files[0].sha256,
        description=" ".join((fetch_california_housing.__doc__ or "").split()),
    )


def read_cal_housing(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """X : (n, 8) and y : (n,), in the units of `fetch_california_housing`, from the archive at `path`."""
    with tarfile.open(path, "r:gz") as archive:
        member = archive.extractfile(_MEMBER)
        if member is None:
            raise ValueError(f"{_MEMBER} in {path} is not a file")
        raw = np.loadtxt(member, delimiter=",", ndmin=2)
    longitude, latitude, age, rooms, bedrooms, population, households, income, value = raw.T
    X = np.stack(
        [
            income,
            age,
            rooms / households,
            bedrooms / households,
            population,
            population / households,
            latitude,
            longitude,
        ],
        axis=1,
    )
    return X, value / 100_000
