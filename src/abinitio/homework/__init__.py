"""The homeworks: one package each, with `notebook.py` (the narrative, runnable) and `exercises.py` (what is asked)."""
