"""Progress is a line now and then, or a bar on a terminal."""

import io

from pigmeter.report.progress import show_progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def clock(times):
    left = iter(times)
    return lambda: next(left)


def test_lines_come_seldom_and_tell_rate_and_time_left():
    stream = io.StringIO()
    with show_progress(stream, seconds=5, clock=clock([0, 0, 2, 6, 7, 20])) as show:
        for done in range(5):
            show(done, 4)
    assert stream.getvalue() == "2 of 4 photos, 0.33 photos/s, 6 s left\n"


def test_a_terminal_gets_a_bar():
    stream = Terminal()
    with show_progress(stream, clock=clock([0, 1, 2])) as show:
        show(0, 2)
        show(1, 2)
    assert "1/2" in stream.getvalue()
    assert "0.5 photos/s" in stream.getvalue()
