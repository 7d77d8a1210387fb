"""The engine of the homeworks: exercise, blank, check, run, report. No physics and no method lives here."""

__all__ = ["open_homework"]


def open_homework(name):
    """What a homework's notebook works with: `check`, `record`, `show`, `full`, `slow` (see `course.session`)."""
    from abinitio.course.session import Session

    return Session(name)
