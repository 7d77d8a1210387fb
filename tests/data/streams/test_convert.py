"""FITS and ROOT files made here, converted: the same numbers, units and missing values."""

import sys

import numpy as np
import pytest

from abinitio.data.streams import convert, convert_fits, convert_root, open_rows


@pytest.fixture
def fits_file(tmp_path):
    fits = pytest.importorskip("astropy.io.fits")
    n = 1000
    rng = np.random.default_rng(0)
    ra, g, count = rng.uniform(0, 360, n), rng.normal(15, 2, n).astype(np.float32), rng.integers(0, 100, n)
    count[[3, 700]] = -1
    scaled = rng.integers(0, 100, n).astype(np.int16)
    scaled[5] = -7
    columns = [
        fits.Column("ra", "D", "deg", array=ra),
        fits.Column("g", "E", "mag", array=g),
        fits.Column("count", "J", null=-1, array=count),
        fits.Column("scaled", "I", null=-7, array=scaled),
        fits.Column("source_id", "K", array=np.arange(n) + 2**60),
        fits.Column("name", "5A", array=["star"] * n),
    ]
    path = tmp_path / "stars.fits"
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns, name="STARS")]).writeto(path)
    fits.setval(path, "TSCAL4", value=0.5, ext=1)
    fits.setval(path, "TZERO4", value=10.0, ext=1)
    return path, ra, g, np.where(count < 0, np.nan, count), np.where(scaled < 0, np.nan, 10 + 0.5 * scaled)


@pytest.mark.parametrize("suffix", [".parquet", ".npy", ".h5"])
def test_fits(fits_file, suffix, monkeypatch):
    monkeypatch.setattr(convert, "_BYTES", 10_000)  # many blocks
    path, *columns = fits_file
    rows = convert_fits(path, path.with_suffix(suffix), ["ra", "g", "count", "scaled"], hdu="STARS")
    assert rows.columns == ("ra", "g", "count", "scaled") and rows.units == {"ra": "deg", "g": "mag"}
    whole = open_rows(path.with_suffix(suffix), missing="keep")
    np.testing.assert_array_equal(whole.read(0, 1000), np.column_stack(columns))


def test_every_number_of_fits_is_what_astropy_reads(tmp_path):
    fits = pytest.importorskip("astropy.io.fits")
    limits = {"B": "u1", "I": "i2", "J": "i4", "E": "f4", "D": "f8"}
    unsigned = {"I": "u2", "J": "u4", "K": "u8"}
    kinds = [*limits.items(), *unsigned.items()]
    columns = [
        fits.Column(f"{letter}{kind}", letter, bzero=2 ** (8 * int(kind[1]) - 1), array=np.array([0, 1, 200], kind))
        if (letter, kind) in unsigned.items()
        else fits.Column(f"{letter}{kind}", letter, array=np.array([0, 1, 100], kind))
        for letter, kind in kinds
    ]
    columns.append(fits.Column("flag", "L", array=np.array([True, False, True])))
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "a.fits")
    rows = convert_fits(tmp_path / "a.fits", tmp_path / "a.npy")
    with fits.open(tmp_path / "a.fits", uint=True) as file:
        theirs = np.column_stack([np.array(file[1].data[name], float) for name in rows.columns])
    np.testing.assert_array_equal(rows.read(0, 3), theirs)
    assert theirs[2].tolist() == [100] * 5 + [200] * 3 + [1]


def test_errors_of_fits(fits_file, tmp_path):
    path, *_ = fits_file
    with pytest.raises(ValueError, match=r"column 'name' is of FITS format 5A.*ra, g, count, scaled, source_id"):
        convert_fits(path, tmp_path / "t.npy")
    with pytest.raises(ValueError, match=r"column 'source_id' holds integers beyond 2\^53"):
        convert_fits(path, tmp_path / "t.npy", ["source_id"])
    with pytest.raises(ValueError, match="no table at hdu=7; its HDUs are: 0 PRIMARY, 1 STARS"):
        convert_fits(path, tmp_path / "t.npy", ["ra"], hdu=7)
    with pytest.raises(ValueError, match=r"no column 'RA'; did you mean 'ra'"):
        convert_fits(path, tmp_path / "t.npy", ["RA"])
    (tmp_path / "broken.fits").write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match=r"broken.fits is no FITS file, or a compressed one"):
        convert_fits(tmp_path / "broken.fits", tmp_path / "t.npy")
    path.write_bytes(path.read_bytes()[:-9000])
    with pytest.raises(ValueError, match=r"stars.fits is truncated: its table ends at byte"):
        convert_fits(path, tmp_path / "t.npy", ["ra"])
    assert not (tmp_path / "t.npy").exists()


@pytest.fixture
def root_file(tmp_path):
    uproot = pytest.importorskip("uproot")
    rng = np.random.default_rng(0)
    pt, n = rng.exponential(30, 1000).astype(np.float32), rng.integers(0, 9, 1000).astype(np.int16)
    with uproot.recreate(tmp_path / "events.root") as file:
        tree = file.mktree("events", {"pt": np.float32, "n": np.int16, "xyz": (np.float64, (3,))}, title="t")
        tree.extend({"pt": pt[:400], "n": n[:400], "xyz": np.zeros((400, 3))})
        tree.extend({"pt": pt[400:], "n": n[400:], "xyz": np.zeros((600, 3))})
    return tmp_path / "events.root", pt, n


@pytest.mark.parametrize("suffix", [".parquet", ".npy", ".h5"])
def test_root(root_file, suffix, monkeypatch):
    monkeypatch.setattr(convert, "_BYTES", 2000)  # many blocks
    path, pt, n = root_file
    rows = convert_root(path, path.with_suffix(suffix), "events", ["n", "pt"])
    assert rows.columns == ("n", "pt") and rows.dtype == np.float32
    np.testing.assert_array_equal(rows.read(0, 1000), np.column_stack([n, pt]))


def test_errors_of_root(root_file, tmp_path):
    path, *_ = root_file
    with pytest.raises(ValueError, match="has no tree 'event'; it has: events"):
        convert_root(path, tmp_path / "t.npy", "event")
    with pytest.raises(ValueError, match=r"events.root, tree events: column 'xyz' is of type double\[3\]"):
        convert_root(path, tmp_path / "t.npy", "events")
    (tmp_path / "broken.root").write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match=r"broken.root is truncated, or no ROOT file"):
        convert_root(tmp_path / "broken.root", tmp_path / "t.npy", "events")
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(ValueError, match=r"events.root.* truncated"):
        convert_root(path, tmp_path / "t.npy", "events", ["pt"])
    assert not (tmp_path / "t.npy").exists()


def test_the_unit_in_a_branch_title():
    class Interpretation:
        numpy_dtype = np.dtype(">f4")

        def __str__(self):
            return "AsDtype('>f4')"

    class Branch:
        name, title, typename, interpretation = "pt", "transverse momentum [GeV]", "float", Interpretation()

    assert convert._root_column(Branch()) == ("pt", "<f4", "GeV")


@pytest.mark.parametrize("module, converter", [("astropy.io.fits", convert_fits), ("uproot", convert_root)])
def test_a_missing_extra_is_named(tmp_path, monkeypatch, module, converter):
    (tmp_path / "a").touch()
    monkeypatch.setitem(sys.modules, module.split(".")[0], None)
    monkeypatch.setitem(sys.modules, module, None)
    rest = () if converter is convert_fits else ("events",)
    with pytest.raises(ModuleNotFoundError, match=r"'convert'.*pip install '.\[convert\]'"):
        converter(tmp_path / "a", tmp_path / "b.npy", *rest)


def test_a_file_that_is_not_there(tmp_path):
    for converter, rest in ((convert_fits, ()), (convert_root, ("events",))):
        with pytest.raises(FileNotFoundError, match="there is no file"):
            converter(tmp_path / "a", tmp_path / "b.npy", *rest)
