"""Rows that do not fit in memory: one reader over .npy, Parquet and HDF5; a writer; FITS and ROOT converted once."""

from abinitio.data.streams.array import ArrayRows
from abinitio.data.streams.blocks import Block
from abinitio.data.streams.convert import convert_fits, convert_root
from abinitio.data.streams.open import open_rows
from abinitio.data.streams.rows import Rows
from abinitio.data.streams.write import write_rows

__all__ = ["ArrayRows", "Block", "Rows", "convert_fits", "convert_root", "open_rows", "write_rows"]
