"""A person at a terminal of their own, who types answers."""

import os
import pty
import select
import time

PATIENCE = 30


def type_answer(command, environment, question, answer):
    """Runs a command in a terminal, types `answer` when `question` is shown; its exit code and what it said."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(command[0], command, environment)
    said, typed, until = b"", False, time.monotonic() + PATIENCE
    try:
        while time.monotonic() < until:
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break  # The other end is closed.
            if not part:
                break
            said += part
            if not typed and question.encode() in said:
                os.write(terminal, answer.encode())
                typed = True
        else:
            raise AssertionError(f"no end after {PATIENCE} s: {said!r}")
    finally:
        os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), said.decode(errors="replace")
