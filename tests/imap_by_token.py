"""An IMAP server that lets in whoever shows a token, and nobody by a password, as a program."""

import sys
from collections.abc import Sequence

import requests
from pymap.backend.dict import Config
from pymap.main import main
from pysasl import SASLAuth
from pysasl.creds.plain import PlainCredentials
from pysasl.creds.server import ServerCredentials
from pysasl.exception import InvalidResponse
from pysasl.mechanism import ChallengeResponse, ServerChallenge, ServerMechanism

from tests.bearer import HEARD, REFUSAL, shown


class ByToken(ServerMechanism):
    """Asks the token endpoint whether the token that is shown opens the mailbox."""

    def __init__(self, name: str, introspection: str, authority: str, password: str) -> None:
        super().__init__(name)
        self._introspection = introspection
        self._authority = authority
        self._password = password

    def server_attempt(
        self, responses: Sequence[ChallengeResponse]
    ) -> tuple[ServerCredentials, bytes | None]:
        mechanism = self.name.decode()
        if not responses:
            raise ServerChallenge(b"")
        mailbox, token = shown(mechanism, responses[0].response)
        if self._is_good(mailbox, token):
            return PlainCredentials(mailbox, self._password), None
        if len(responses) == 1:
            raise ServerChallenge(REFUSAL)
        if responses[1].response != HEARD[mechanism]:
            raise InvalidResponse
        return PlainCredentials(mailbox, "no password of anybody's"), None

    def _is_good(self, mailbox: str, token: str) -> bool:
        asked = {"mailbox": mailbox, "token": token}
        said = requests.post(self._introspection, asked, verify=self._authority, timeout=10)
        return bool(said.json()["active"])


if __name__ == "__main__":
    name, introspection, authority, password = sys.argv[1:5]
    del sys.argv[1:5]
    offered = SASLAuth([ByToken(name, introspection, authority, password)])
    Config.tls_auth = property(lambda _: offered)  # type: ignore[method-assign, assignment]
    main()
