"""Statistics: the empirical distribution and what it tells about the true one."""

from abinitio.statistics.empirical import (
    autoregressive_effective_size,
    autoregressive_sample,
    band_coverage,
    dkw_band,
    empirical_cdf,
    kolmogorov_distance,
    mean_with_error,
)

__all__ = [
    "autoregressive_effective_size",
    "autoregressive_sample",
    "band_coverage",
    "dkw_band",
    "empirical_cdf",
    "kolmogorov_distance",
    "mean_with_error",
]
