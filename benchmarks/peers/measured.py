"""One command's CPU seconds, peak memory in bytes and exit code: printed as one line.

    python -I -S measured.py SECONDS COMMAND ARGUMENT...

A process of its own that imports nothing: on Linux the peak of a child starts at that of whoever
started it. The command is ended after so many seconds. Needs a POSIX system.
"""

import os
import signal
import sys


def main() -> None:
    """Run the command, its words thrown away."""
    seconds, argv = int(sys.argv[1]), sys.argv[2:]
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    child = os.posix_spawn(argv[0], argv, os.environ, file_actions=nowhere)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(seconds)
    _, status, used = os.wait4(child, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    print(used.ru_utime + used.ru_stime, used.ru_maxrss * unit, os.waitstatus_to_exitcode(status))


main()
