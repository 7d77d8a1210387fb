"""A Dask cluster at an address: the way out of one machine."""

from contextlib import contextmanager

from abinitio._core.optional import require


@contextmanager
def connect(address, seconds=10):
    """A client of the Dask cluster whose scheduler is at `address`, such as tcp://10.0.0.1:8786.

    seconds : how long to wait for an answer. Within the context `joblib.parallel_config("dask")` uses the cluster.
    OSError, with what to do, where no scheduler answers, it has no workers, or they have another version of abinitio.
    """
    import abinitio

    distributed = require("distributed", "cluster")
    start = f"start one with  dask scheduler  and, on each machine,  dask worker {address}"
    try:
        client = distributed.Client(address, timeout=seconds, set_as_default=False)  # not before it is connected
    except (OSError, TimeoutError, ValueError) as error:
        raise OSError(f"no Dask scheduler answers at {address!r} ({_first_line(error)}); {start}") from None
    with client, client.as_current():
        versions = client.run(_version)
        if not versions:
            raise OSError(f"the Dask scheduler at {address} has no workers; {start}")
        for worker, version in versions.items():
            if version != abinitio.__version__:
                here = f"here it is {abinitio.__version__}"
                raise OSError(
                    f"the worker {worker} has abinitio {version or 'not installed'}, {here}; install the same"
                )
        yield client


def _version():
    try:
        import abinitio
    except ImportError:
        return ""
    return abinitio.__version__


def _first_line(error):
    return next(iter(str(error).splitlines()), type(error).__name__)
