"""What a run shows: a line for each section in a pipe, bars in a terminal."""

from abinitio.course.running.ticker import Ticker, minutes


def follow(ticker):
    with ticker:
        ticker.begin("hw7", 3)
        for position, section in enumerate(["Squares", "Squares", "Shift"]):
            ticker.cell("hw7", position, section, 90.0)
        ticker.end("hw7", "done")


def test_plain_lines_say_each_section_once(capsys):
    follow(Ticker(terminal=False))
    lines = [line.split(maxsplit=3) for line in capsys.readouterr().out.splitlines()]
    assert [(line[0], line[2], line[3]) for line in lines] == [
        ("hw7", "s", "Squares"),
        ("hw7", "s", "Shift"),
        ("hw7", "s", "done"),
    ]


def test_bars_end_full(capsys):
    follow(Ticker(terminal=True))
    assert "hw7  done" in capsys.readouterr().out


def test_minutes():
    assert [minutes(seconds) for seconds in (0, 59.4, 60, 599, 6000)] == [
        "0 s",
        "59 s",
        "1.0 min",
        "10.0 min",
        "100 min",
    ]
