"""Runs a program to its end, and prints a line of JSON: what it took of time and memory.

usage: timed.py PROGRAM [ARGUMENT]...

Time is that of the clock and of all cores, the system's calls included; memory is the most that was
resident at once. What the program prints comes before the line.
"""

import json
import os
import sys
import time

command = sys.argv[1:]
begun = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.monotonic() - begun
# Linux counts in KiB, macOS in bytes.
unit = 1 if sys.platform == "darwin" else 1024
line = {
    "seconds": seconds,
    "cpu_s": usage.ru_utime + usage.ru_stime,
    "peak_bytes": usage.ru_maxrss * unit,
}
print(json.dumps(line), flush=True)
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)
