"""Temporal as the tests speak to it."""

from temporalio.client import Client

from config import PayloadKey

TEST_NAMESPACE = "redress-test"
"""Where time can be skipped."""

KEYS = (PayloadKey(id="test", key=bytes(range(32))),)


async def a_client(
    address: str, namespace: str = TEST_NAMESPACE, identity: str | None = None
) -> Client:
    """A client of a real server, encrypting as in production."""
    from engine.payloads import encrypted_converter

    converter = encrypted_converter(KEYS)
    return await Client.connect(
        address, namespace=namespace, identity=identity, data_converter=converter
    )
