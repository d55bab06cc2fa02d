"""Serves moto on a free port of the loopback until stdin closes, so that it never outlives the tests that started it.

Prints the port, alone on a line, once connections are taken.
"""

import os
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


def exit_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def one_at_a_time(app):
    """Conditional writes, one after the other: moto looks and then writes, and may be asked by another in between. S3 does both at once."""
    lock = threading.Lock()

    def serve(environ, start_response):
        if "HTTP_IF_NONE_MATCH" not in environ and "HTTP_IF_MATCH" not in environ:
            return app(environ, start_response)
        with lock:
            return list(app(environ, start_response))

    return serve


def main() -> None:
    threading.Thread(target=exit_with_parent, daemon=True).start()
    app = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
    os.environ["MOTO_PORT"] = str(server.server_port)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
