"""The pages that a run leaves: the index, one page a homework, all self-contained."""
