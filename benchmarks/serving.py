"""Serving an application as `portal run` does, and asking it for a page as fast as it answers."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from gunicorn.app.base import BaseApplication

from tests.servers import free_port

PROCESSES, THREADS = 2, 8  # as in portal/running/web.py


class _Served(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Flask, port: int) -> None:
        self._app, self._port = app, port
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"127.0.0.1:{self._port}",
            "workers": PROCESSES,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "error",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve the application with the processes and threads of `portal run`; give the port."""
    port = free_port()
    child = os.fork()
    if child == 0:
        try:
            _Served(app, port).run()
        finally:
            os._exit(0)
    try:
        _wait_for(port)
        yield port
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


def requests_a_second(port: int, path: str, cookie: str, count: int) -> float:
    """Ask for the page ``count`` times over two connections at once; return the rate."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nCookie: {cookie}\r\n"
        "Connection: close\r\n\r\n"
    ).encode()
    threads = [
        threading.Thread(target=_ask, args=(port, request, count // PROCESSES))
        for _ in range(PROCESSES)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - start)


def _ask(port: int, request: bytes, count: int) -> None:
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(request)
            answer = connection.recv(65536)
            while connection.recv(65536):
                pass
        assert answer.startswith(b"HTTP/1.1 200"), answer[:80]


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "the server did not start"
    raise RuntimeError(message)
