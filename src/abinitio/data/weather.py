"""Real weather: four years of Seattle's days that ship, and eight years of Jena, every ten minutes, to fetch."""

import csv
import gzip
import io
import zipfile
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from abinitio.data.cache import sha256_of
from abinitio.data.download import fetch_files
from abinitio.data.record import Dataset
from abinitio.data.registry import find_entry

_SEATTLE = {  # our name -> column of the file, unit
    "precipitation": ("precipitation", "mm"),
    "daily maximum": ("temp_max", "°C"),
    "daily minimum": ("temp_min", "°C"),
    "wind": ("wind", "m/s"),
}
_JENA = {  # our name -> beginning of the file's column, unit; the letters are the file's
    "pressure": ("p (mbar)", "mbar"),
    "temperature": ("T (degC)", "°C"),
    "potential temperature": ("Tpot (K)", "K"),
    "dew point": ("Tdew (degC)", "°C"),
    "relative humidity": ("rh (%)", "%"),
    "saturation vapour pressure": ("VPmax (mbar)", "mbar"),
    "vapour pressure": ("VPact (mbar)", "mbar"),
    "vapour pressure deficit": ("VPdef (mbar)", "mbar"),
    "specific humidity": ("sh (g/kg)", "g/kg"),
    "water vapour concentration": ("H2OC (mmol/mol)", "mmol/mol"),
    "air density": ("rho (g/m**3)", "g/m^3"),
    "wind": ("wv (m/s)", "m/s"),
    "largest gust": ("max. wv (m/s)", "m/s"),
    "wind direction": ("wd (deg)", "degrees"),
}


def load_seattle_weather() -> Dataset:
    """Seattle's weather on each of the 1,461 days from 1 January 2012 to 31 December 2015, in the order of time.

    X : (1461, 4) precipitation (mm), the day's highest and lowest temperature (degrees Celsius), mean wind (m/s), as
    recorded, no day missing;  y : (1461,) index into target_names of the observer's word for the day (drizzle, fog,
    rain, snow, sun).  truth["date"] : (1461,) numpy datetime64 of the day.

    >>> data = load_seattle_weather()
    >>> data.X[0], data.target_names[data.y[0]], str(data.truth["date"][0])
    (array([ 0. , 12.8,  5. ,  4.7]), 'drizzle', '2012-01-01')
    """
    with as_file(files("abinitio.data") / "files" / "seattle_weather.csv.gz") as path:
        with gzip.open(path, "rt", encoding="ascii", newline="") as file:
            rows = list(csv.DictReader(file))
        sha256 = sha256_of(path)
    entry, words = find_entry("seattle_weather"), sorted({row["weather"] for row in rows})
    return Dataset(
        "Seattle weather", np.array([[row[column] for column, _ in _SEATTLE.values()] for row in rows], dtype=float),
        np.array([words.index(row["weather"]) for row in rows]),
        truth={"date": np.array([row["date"].replace("/", "-") for row in rows], dtype="datetime64[D]")},
        feature_names=tuple(_SEATTLE), target_names=tuple(words),
        units={name: unit for name, (_, unit) in _SEATTLE.items()},
        origin="bundled", source=entry.source, licence=entry.terms, sha256=sha256, description=entry.summary,
    )  # fmt: skip


def fetch_jena(*, progress: bool = True) -> Dataset:
    """Eight years of weather at Jena, Germany, every ten minutes from 2009 to 2016: 14 quantities, in order of time.

    X : (420551, 14) pressure, temperature, humidities, wind..., see feature_names and units;  y : None.
    truth["time"] : (420551,) numpy datetime64, the time stamps as recorded. A wind speed of -9999 means "not measured":
    it is NaN here.
    Downloaded once (14 MB). Its publisher states no checksum: that of the first download is shown and kept beside the
    file, and every later use is held against it;  progress : show a bar while downloading.
    Raises OSError, with what to do, where the file cannot be had.
    """
    entry = find_entry("jena")
    (path,), origin = fetch_files(entry, progress)
    time, X = read_jena(path)
    return Dataset(
        "Jena weather", X, truth={"time": time}, feature_names=tuple(_JENA),
        units={name: unit for name, (_, unit) in _JENA.items()},
        origin=origin, source=entry.source, licence=entry.terms, sha256=sha256_of(path), description=entry.summary,
    )  # fmt: skip


def read_jena(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Time (n,) datetime64[m] and the 14 columns (n, 14), in the units of `fetch_jena`, from the zip file at `path`."""
    with zipfile.ZipFile(path) as archive:
        tables = [name for name in archive.namelist() if name.endswith(".csv") and not name.startswith("__MACOSX")]
        if len(tables) != 1:
            raise ValueError(f"{path} holds {len(tables)} csv files, not one; delete it to have it fetched anew")
        with archive.open(tables[0]) as raw:
            text = io.TextIOWrapper(raw, encoding="utf-8", newline="")
            header = next(csv.reader(text))
            expected = ["Date Time", *(column for column, _ in _JENA.values())]
            if header != expected:
                raise ValueError(
                    f"the columns of {path} are {header}, not {expected}; delete it to have it fetched anew"
                )
            lines = text.readlines()
    X = np.loadtxt(lines, delimiter=",", usecols=range(1, len(header)), ndmin=2)
    X[X == -9999] = np.nan
    stamps = [f"{line[6:10]}-{line[3:5]}-{line[:2]}T{line[11:16]}" for line in lines]  # of "31.12.2016 23:50:00"
    return np.array(stamps, dtype="datetime64[m]"), X
