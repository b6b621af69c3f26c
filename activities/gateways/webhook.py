"""Webhooks and the few other services that apprise speaks to and whose answer it reads."""

import copy

import apprise

from activities.gateways.message import KEY_HEADER, Message, NotTaken
from domain.notices import Obstacle


class Webhook:
    """A service whose whole answer is the status of HTTP."""

    def __init__(self, name: str, plugin: apprise.NotifyBase, patience: float) -> None:
        self.name = name
        plugin.socket_connect_timeout = plugin.socket_read_timeout = patience
        # Following a redirect would let a gateway send us anywhere inside the bank.
        plugin.redirects = False
        self._plugin = plugin

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken`."""
        text = f"{message.text}\n[{message.key}]"
        if not self._bearing(message.key).notify(title=message.subject, body=text):
            # apprise says no more than that.
            raise NotTaken(Obstacle.BUSY, str(self._plugin.service_name))

    def _bearing(self, key: str) -> apprise.NotifyBase:
        """The plugin with this key among its headers, if it has any. A copy for each send: others
        send through the same plugin at this moment, and a notice that bore another's key would be
        dropped by its receiver as a repeat."""
        headers = getattr(self._plugin, "headers", None)
        if not isinstance(headers, dict):
            return self._plugin
        bearing = copy.copy(self._plugin)
        vars(bearing)["headers"] = {**headers, KEY_HEADER: key}
        return bearing
