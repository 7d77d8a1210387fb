"""Scores, each with its error."""

from abinitio.metrics.regression import mean_squared_error, mean_squared_error_with_error, r2_score

__all__ = ["mean_squared_error", "mean_squared_error_with_error", "r2_score"]
