"""The experiment asks for nothing: it is run, read and changed."""

EXERCISES = ()
