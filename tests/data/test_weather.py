"""Weather: Seattle's days against what the archive prints for them, Jena's reader on a small file of the same form."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest

from abinitio.data import fetch_jena, load_seattle_weather, registry
from abinitio.data.registry import RemoteFile
from abinitio.data.weather import read_jena

HEADER = (
    '"Date Time","p (mbar)","T (degC)","Tpot (K)","Tdew (degC)","rh (%)","VPmax (mbar)","VPact (mbar)","VPdef (mbar)",'
    '"sh (g/kg)","H2OC (mmol/mol)","rho (g/m**3)","wv (m/s)","max. wv (m/s)","wd (deg)"'
)
FIRST = "01.01.2009 00:10:00,996.52,-8.02,265.40,-8.90,93.30,3.33,3.11,0.22,1.94,3.12,1307.75,1.03,1.75,152.30"
SECOND = "31.12.2016 23:50:00,1000.1,-4.2,269.0,-8.1,73.0,4.4,3.2,1.2,2.0,3.2,1292.4,-9999.00,1.5,240.0"


def test_seattle_has_every_day_once_and_in_order():
    data = load_seattle_weather()
    days = data.truth["date"]
    assert days[0] == np.datetime64("2012-01-01") and days[-1] == np.datetime64("2015-12-31")
    assert np.all(np.diff(days) == np.timedelta64(1, "D"))
    assert len(days) == 366 + 3 * 365


def test_seattle_is_physical_and_has_its_seasons():
    data = load_seattle_weather()
    rain, high, low, wind = data.X.T
    assert np.all(high >= low) and np.all(rain >= 0) and np.all(wind > 0)
    assert -10 < low.min() and high.max() < 40
    month = data.truth["date"].astype("datetime64[M]").astype(int) % 12
    means = np.array([high[month == m].mean() for m in range(12)])
    assert means.argmax() in (6, 7) and means.argmin() in (0, 11)  # July or August; January or December
    assert np.mean(rain[month == 10] > 0) > 2 * np.mean(rain[month == 6] > 0)  # a wet November, a dry July
    snow = np.array(data.target_names)[data.y] == "snow"
    assert low[snow].max() < 7 and high[snow].mean() < high.mean() - 5


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "jena.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("jena_climate_2009_2016.csv", "\n".join([HEADER, FIRST, SECOND, ""]))
        made.writestr("__MACOSX/._jena_climate_2009_2016.csv", "")
    return path


def test_jena_is_read_with_its_times_and_gaps(archive):
    time, X = read_jena(archive)
    assert time.tolist() == np.array(["2009-01-01T00:10", "2016-12-31T23:50"], dtype="datetime64[m]").tolist()
    assert X.shape == (2, 14) and X[0, 1] == -8.02 and X[0, -1] == 152.3
    assert np.isnan(X[1, 11]) and np.isfinite(X[1, :11]).all()


def test_a_file_of_another_form_is_refused(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("other.csv", "a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"the columns of .*other.zip are \['a', 'b'\]"):
        read_jena(path)
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("second.csv", "a,b\n1,2\n")
    with pytest.raises(ValueError, match="holds 2 csv files, not one"):
        read_jena(path)


@pytest.fixture
def jena(archive, server, folder, monkeypatch):
    """Jena's entry with the small archive on the server in its place, whose checksum nobody states."""
    body = archive.read_bytes()
    server.answers["/jena"] = lambda handler: handler.reply(body)
    file = RemoteFile("jena.zip", "", len(body), (f"{server.url}/jena",))
    monkeypatch.setitem(registry.ENTRIES, "jena", replace(registry.ENTRIES["jena"], files=(file,)))
    return file


def test_without_a_published_checksum_the_first_one_is_shown_and_kept(jena, folder, server, capsys):
    first = fetch_jena(progress=True)
    assert first.origin == "downloaded" and f"SHA-256 {first.sha256} is kept" in capsys.readouterr().err
    assert (folder / "jena.zip.sha256").read_text().strip() == first.sha256
    second = fetch_jena(progress=False)
    assert second.origin == "cached" and second.sha256 == first.sha256 and server.asked == ["/jena"]
    assert first.X.shape == (2, 14) and first.axis("temperature") == "temperature (°C)"


def test_a_file_that_changed_since_is_not_used(jena, folder, server):
    fetch_jena(progress=False)
    damaged = bytearray((folder / "jena.zip").read_bytes())
    damaged[40] ^= 1
    (folder / "jena.zip").write_bytes(damaged)
    with pytest.warns(UserWarning, match=r"wrong SHA-256.*jena\.zip\.damaged"):
        assert fetch_jena(progress=False).origin == "downloaded"
    server.answers["/jena"] = lambda handler: handler.reply(bytes(damaged))
    (folder / "jena.zip").unlink()
    with pytest.raises(OSError, match="the right size with the wrong SHA-256"):
        fetch_jena(progress=False)


def test_a_file_put_there_by_hand_is_used(jena, archive, folder, server):
    folder.mkdir()
    (folder / "jena.zip").write_bytes(archive.read_bytes())
    assert fetch_jena(progress=False).origin == "cached" and server.asked == []
    assert (folder / "jena.zip.sha256").exists()


def test_the_wrong_size_is_not_pinned(jena, folder, server):
    server.answers["/jena"] = lambda handler: handler.reply(b"<!doctype html><html>moved</html>")
    with pytest.raises(OSError, match="sent a web page"):
        fetch_jena(progress=False)
    assert not (folder / "jena.zip.sha256").exists()
