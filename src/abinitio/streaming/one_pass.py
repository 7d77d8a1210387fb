"""What estimators that need their data once have in common: parts, merging, and a pass over rows in files."""

from functools import partial

from sklearn.base import BaseEstimator

from abinitio.streaming.reduce import MEMORY, reduce_rows


class OnePass(BaseEstimator):
    """Base of estimators that are a function of a summary of the data, which can be joined from parts.

    A subclass has `_checked(X, y, reset)`, which returns the first arguments of `_summary(...)`, a static method; a
    static `_merge(a, b)`; and `_finish(summary)`, which sets the fitted attributes.
    """

    def fit(self, X, y=None):
        """Fit to the samples X (n, d), with targets y (n,) where the model has any. Returns self."""
        data = self._checked(X, y, reset=True)
        return self._add(self._summary(*data, *self._settings()), reset=True)

    def partial_fit(self, X, y=None):
        """Fit to these samples and to all that were given before. Returns self."""
        return self._add(
            self._summary(*self._checked(X, y, reset=not self._has_seen()), *self._settings()), reset=False
        )

    def merge(self, other):
        """Fit to the samples of `other` too, an estimator of the same kind and settings. Returns self."""
        if type(other) is not type(self) or other.get_params() != self.get_params():
            raise ValueError(f"{other!r} cannot be merged into {self!r}: kind and settings must be the same")
        if other._has_seen():
            if self._has_seen() and other.n_features_in_ != self.n_features_in_:
                raise ValueError(f"{other.n_features_in_} features cannot be merged with {self.n_features_in_}")
            self.n_features_in_ = other.n_features_in_
            self._add(other._seen, reset=False)
        return self

    def fit_rows(self, rows, target=None, *, memory=MEMORY, jobs=None, progress=False, checkpoint=None):
        """Fit to rows that need not fit in memory, in one pass.

        rows : what `abinitio.data.open_rows` returns, or anything with its `columns`, `select`, `ranges` and `read`;
        target : name of the column that is predicted from the others; None where there is none;
        memory, jobs, progress, checkpoint : as in `reduce_rows`.  Returns self.
        """
        rows = target_last(rows, target)
        self._prepare(rows)
        summarise = partial(type(self)._summary_of_block, target is not None, *self._settings())
        kept = {"memory": memory, "jobs": jobs, "progress": progress, "checkpoint": checkpoint}
        self.n_features_in_ = len(rows.columns) - (target is not None)
        return self._add(reduce_rows(rows, summarise, self._merge, **kept), reset=True)

    @classmethod
    def _summary_of_block(cls, with_target, *settings_and_block):
        *settings, block = settings_and_block
        return cls._summary(*((block[:, :-1], block[:, -1]) if with_target else (block,)), *settings)

    def _prepare(self, rows):
        """What has to be known of the rows before the pass."""

    def _settings(self):
        """Further arguments of `_summary`."""
        return ()

    def _has_seen(self):
        return hasattr(self, "_seen")

    def _add(self, summary, reset):
        self._seen = summary if reset or not self._has_seen() else self._merge(self._seen, summary)
        self._finish(self._seen)
        return self


def target_last(rows, target):
    """The same rows with the column `target` last; unchanged for None. ValueError where there is no such column."""
    if target is None:
        return rows
    if target not in rows.columns:
        raise ValueError(f"there is no column {target!r} to predict; there are: {', '.join(rows.columns)}")
    return rows.select([name for name in rows.columns if name != target] + [target])
