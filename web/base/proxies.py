"""What stands between the pages and whoever asks: the bank's proxies, which end TLS."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from config import IpNetwork

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BehindProxies:
    """Tells the pages who asks and by which scheme, whatever a stranger writes into a request.

    The scheme is that of the base address. The address of who asks is the one that the proxies of
    the bank name; of anybody else no word about it is taken.
    """

    def __init__(
        self, application: "WSGIApplication", *, trusted: Sequence[IpNetwork], over_tls: bool
    ) -> None:
        self._application = application
        self._trusted = trusted
        self._scheme = "https" if over_tls else "http"

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        told = environ.get("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = asker(environ.get("REMOTE_ADDR", ""), told, self._trusted)
        environ["wsgi.url_scheme"] = self._scheme
        return self._application(environ, start_response)


def asker(peer: str, told: str, trusted: Sequence[IpNetwork]) -> str:
    """Who asks, when `peer` is who speaks to us and `told` is what `X-Forwarded-For` says: each
    proxy writes behind the others who asked it, so the chain is read from its end, and ends at the
    first who is no proxy of ours.
    """
    asks = peer
    for named in reversed([each.strip() for each in told.split(",")]):
        address = _address(named)
        if address is None or not _is_among(asks, trusted):
            break
        asks = str(address)
    return asks


def _is_among(named: str, trusted: Sequence[IpNetwork]) -> bool:
    address: Any = _address(named)
    return address is not None and any(address in network for network in trusted)


def _address(named: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(named)
    except ValueError:
        return None
    # What reaches a socket for both comes in the longer form.
    return getattr(address, "ipv4_mapped", None) or address
