"""What is particular to Parquet: row groups, folders, nulls, damage in the middle."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from abinitio.data.streams import open_rows


@pytest.fixture
def groups(tmp_path):
    """A file of 1000 rows in groups of 90, and its rows."""
    X = np.random.default_rng(1).standard_normal((1000, 3))
    pq.write_table(pa.table({name: X[:, j] for j, name in enumerate("abc")}), tmp_path / "g.parquet", row_group_size=90)
    return tmp_path / "g.parquet", X


def test_ranges_end_where_row_groups_end(groups):
    path, X = groups
    rows = open_rows(path)
    assert rows.ranges(3 * 24 * 200 * 2) == [(a, min(a + 180, 1000)) for a in range(0, 1000, 180)]
    small = rows.ranges(3 * 24 * 50 * 2)
    assert small[:4] == [(0, 45), (45, 90), (90, 135), (135, 180)]  # a group beyond the bound, in equal parts
    np.testing.assert_array_equal(np.concatenate([b.X for b in rows.blocks(3 * 24 * 50 * 2)]), X)


def test_a_group_larger_than_a_batch_is_decoded_in_parts(tmp_path):
    X = np.random.default_rng(2).standard_normal((200_000, 2))
    pq.write_table(pa.table({"a": X[:, 0], "b": X[:, 1]}), tmp_path / "g.parquet", row_group_size=200_000)
    rows = open_rows(tmp_path / "g.parquet")
    np.testing.assert_array_equal(rows.read(140_000, 199_999), X[140_000:199_999])
    blocks = list(rows.blocks(memory=2e6))
    assert len(blocks) > 4
    np.testing.assert_array_equal(np.concatenate([b.X for b in blocks]), X)
    mixed = np.concatenate([b.X for b in rows.blocks(memory=2e6, seed=0)])
    np.testing.assert_array_equal(mixed[mixed[:, 0].argsort()], X[X[:, 0].argsort()])


def test_types_of_parquet(tmp_path):
    table = pa.table(
        {
            "half": pa.array(np.array([1, 2, 3], np.float16)),
            "flag": pa.array([True, None, False]),
            "count": pa.array([1, None, 3], pa.int32()),
            "id": pa.array([None, 2**60, 1], pa.int64()),
            "word": ["a", "b", "c"],
            "list": [[1.0], [], [2.0]],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    rows = open_rows(tmp_path / "t.parquet", ["half", "flag", "count"], missing="keep")
    np.testing.assert_array_equal(rows.read(0, 3), [[1, 1, 1], [2, np.nan, np.nan], [3, 0, 3]])
    with pytest.raises(ValueError, match="row group 0, row 1: column 'flag' is NaN"):
        open_rows(tmp_path / "t.parquet", ["half", "flag"]).read(0, 3)
    with pytest.raises(ValueError, match=r"row group 0, row 0 or after: column 'id' holds integers beyond 2\^53"):
        rows.select(["id"]).read(0, 3)
    with pytest.raises(ValueError, match=r"column 'word' is string, not numbers; .*: half, flag, count, id"):
        open_rows(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match="column 'list' is list<"):
        rows.select(["list"])


def change(X, how):
    names, dtype, unit = {
        "lacks 'c'": ("ab", float, ""),
        "has 'd' besides": ("abcd", float, ""),
        r"has 'a' as float32 \(no unit\), not float64 \(no unit\)": ("abc", np.float32, ""),
        r"has 'a' as float64 \(GeV\), not float64 \(no unit\)": ("abc", float, "GeV"),
    }[how]
    fields = [pa.field(name, pa.from_numpy_dtype(dtype), metadata={"unit": unit} if unit else None) for name in names]
    return pa.table([X[:, j % 3].astype(dtype) for j in range(len(names))], schema=pa.schema(fields))


@pytest.mark.parametrize(
    "how",
    [
        "lacks 'c'",
        "has 'd' besides",
        r"has 'a' as float32 \(no unit\), not float64 \(no unit\)",
        r"has 'a' as float64 \(GeV\), not float64 \(no unit\)",
    ],
)
def test_a_file_of_the_folder_with_other_columns(groups, how):
    path, X = groups
    pq.write_table(change(X, how), path.with_name("h.parquet"))
    with pytest.raises(ValueError, match=rf"h.parquet has not the columns of .*g.parquet: it {how}"):
        open_rows(path.parent)


def test_a_folder_reads_as_one_table_whatever_the_order_of_columns(groups):
    path, X = groups
    pq.write_table(pa.table({name: X[:, j] for name, j in zip("cab", (2, 0, 1))}), path.with_name("h.parquet"))
    (path.parent / "_metadata.parquet").write_bytes(b"of another tool")
    (path.parent / ".h.parquet.1234.part").write_bytes(b"a draft")
    rows = open_rows(path.parent)
    np.testing.assert_array_equal(rows.read(950, 1050), np.concatenate([X, X])[950:1050])
    with pytest.raises(FileNotFoundError, match=r"holds no file \*.parquet"):
        (path.parent / "empty").mkdir()
        open_rows(path.parent / "empty")


def test_damage_in_the_middle_is_an_error_with_its_row_group(groups):
    path, _ = groups
    data = bytearray(path.read_bytes())
    begin = pq.read_metadata(path).row_group(4).column(1).data_page_offset
    data[begin : begin + 20] = b"\xff" * 20  # the header of a page
    path.write_bytes(data)
    rows = open_rows(path)
    rows.read(0, 4 * 90)
    with pytest.raises(ValueError, match=r"g.parquet, row group 4, row 360: cannot be read, damaged or truncated"):
        rows.read(360, 450)
