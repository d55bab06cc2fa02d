"""Serves ministack on a free port of the loopback until stdin closes, so that it never outlives the tests that started it.

Prints the port, alone on a line; connections are taken a moment later.
"""

import os
import socket
import sys
import threading


def exit_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


threading.Thread(target=exit_with_parent, daemon=True).start()
port = free_port()
# without these it listens on every interface, and opens two more ports
os.environ.update(
    BIND_HOST="127.0.0.1",
    GATEWAY_PORT=str(port),
    SFTP_ENABLED="0",
    IOT_MTLS_ENABLED="0",
    LOG_LEVEL="WARNING",
)
print(port, flush=True)

from ministack.app import main  # noqa: E402

sys.argv = ["ministack"]
main()
