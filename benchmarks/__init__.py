"""Our methods against the library a user would pick instead, in one run:  python -m benchmarks  (or `make bench`).

harness.py   how two calls are timed fairly            row.py     what a row of the table is, and how it is judged
growth.py    time against n, with the fitted exponent  machine.py the machine and the versions it ran on
report.py    terminal table, bench.json, index.html    then one file a topic, with its ROWS, QUANTITIES and GROWTH
"""
