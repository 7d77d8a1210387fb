"""A student's file: its cells, the definitions in it, and the answer to each exercise, found by name."""
