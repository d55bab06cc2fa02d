"""Serves LocalEmu on a socket file until stdin closes, so that it never outlives the tests that started it.

Runs in a network namespace of its own. Prints LocalEmu's port in there, alone on a line; it answers a few seconds later.
"""

import asyncio
import fcntl
import os
import runpy
import socket
import struct
import sys
import threading

PORT = 4566
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1


def exit_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def loopback_up() -> None:
    """A new namespace has a loopback, which is down."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def forward(outer_in: asyncio.StreamReader, outer_out: asyncio.StreamWriter) -> None:
    try:
        inner_in, inner_out = await asyncio.open_connection("127.0.0.1", PORT)
    except OSError:
        outer_out.close()
        return
    await asyncio.gather(pump(outer_in, inner_out), pump(inner_in, outer_out))


async def serve(path: str) -> None:
    server = await asyncio.start_unix_server(forward, path)
    print(PORT, flush=True)
    await server.serve_forever()


def main() -> None:
    threading.Thread(target=exit_with_parent, daemon=True).start()
    loopback_up()
    threading.Thread(target=lambda: asyncio.run(serve(sys.argv[1])), daemon=True).start()
    os.environ.update(
        GATEWAY_SERVER="hypercorn",
        GATEWAY_LISTEN=f"127.0.0.1:{PORT}",
        LOCALEMU_HOST=f"127.0.0.1:{PORT}",
        DISABLE_EVENTS="1",
        SKIP_SSL_CERT_DOWNLOAD="1",
        DNS_ADDRESS="0",
        EAGER_SERVICE_LOADING="0",
    )
    sys.argv = ["localemu"]
    runpy.run_module("localemu.runtime.main", run_name="__main__")


main()
