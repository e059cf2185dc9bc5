"""Keeps the test process on this machine: a connection to anywhere else fails, and is remembered."""

import ipaddress
import socket

#: Hosts outside that something tried to reach.
strangers: list[str] = []


def is_loopback(host: object) -> bool:
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    strangers.append(str(host))
    raise OSError(f"the tests may only talk to this machine, not to {host}")


def stay_on_loopback() -> None:
    look_up = socket.getaddrinfo
    connect = socket.socket.connect

    def guarded_look_up(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        return look_up(host, *args, **kwargs) if is_loopback(name) else _refuse(name)

    def guarded_connect(self, address):
        is_internet = self.family in (socket.AF_INET, socket.AF_INET6)
        if is_internet and not is_loopback(address[0]):
            _refuse(address[0])
        return connect(self, address)

    socket.getaddrinfo = guarded_look_up
    socket.socket.connect = guarded_connect
