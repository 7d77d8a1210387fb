"""The engine of the homeworks: exercise, blank, check, run, report. No physics and no method lives here."""

__all__ = ["open_homework"]


def open_homework(name):
    """What the notebook of the homework `name` works with: `check`, `record`, `show`... (see `course.session`)."""
    from abinitio.course.session import Session

    return Session(name)
