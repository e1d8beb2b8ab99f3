"""Runs LocalStack on loopback and ends it when the program that started it is gone.

Standard input is a pipe whose other end the starter holds and never writes to. The system
closes it however the starter ends, SIGKILL included, so nothing is left running behind it.
"""

import os
import runpy
import signal
import sys
import threading

# LocalStack needs about 3 s to end in order.
GRACE_SECONDS = 10


def end_with_the_starter() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)


threading.Thread(target=end_with_the_starter, daemon=True).start()
# The folder of this file stands first in the path; LocalStack is to see its own packages only.
sys.path.pop(0)

# LocalStack takes any signature, so it must not be open to the network. It is told to listen
# on loopback but asks Twisted for all addresses; this makes loopback what Twisted takes.
from twisted.internet.endpoints import TCP4ServerEndpoint  # noqa: E402

BACKLOG = 50
TCP4ServerEndpoint.__init__.__defaults__ = (BACKLOG, "127.0.0.1")

runpy.run_module("localstack.runtime.main", run_name="__main__", alter_sys=True)
