"""Clients that never come to an end with what they send."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from embedded.ports import LOOPBACK


@contextmanager
def dribbling(port: int, connections: int) -> Iterator[None]:
    """That many clients, each sending a form of a thousand bytes at one a second."""
    head = (
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    clients = [socket.create_connection((LOOPBACK, port)) for _ in range(connections)]
    for client in clients:
        client.sendall(head)
    over = threading.Event()

    def dribble() -> None:
        while not over.wait(1.0):
            for client in clients:
                client.sendall(b"a")

    drop = threading.Thread(target=dribble)
    drop.start()
    try:
        yield
    finally:
        over.set()
        drop.join()
        for client in clients:
            client.close()
