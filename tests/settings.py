"""Settings of a test's own; nothing listens where they point."""

import base64
import secrets

from config import PersonalKey, Settings

KEY, OLDER_KEY, PERSONAL_KEY = (
    base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(3)
)
PASSWORD = secrets.token_urlsafe(48)

PERSONAL_KEYS = (PersonalKey("test", b"thirty-two bytes of a test ring!"),)
"""What tests keep of customers is encrypted under."""

COMPLETE = {
    "DATABASE_URL": f"postgresql+psycopg2://redress:{PASSWORD}@db/redress",
    "TEMPORAL_ADDRESS": "temporal:7233",
    "REDRESS_SECRET_KEY": secrets.token_urlsafe(48),
    "REDRESS_JOURNAL_KEY": secrets.token_urlsafe(48),
    "REDRESS_PAYLOAD_KEYS": f"new:{KEY},old:{OLDER_KEY}",
    "REDRESS_PERSONAL_KEYS": f"first:{PERSONAL_KEY}",
}
"""Everything that must be set; nothing of it is there."""


def some_settings(**over: str) -> Settings:
    """Settings of a test's own; nothing listens where they point."""
    key = "dGhpcnR5LXR3byBieXRlcyBvZiBhIHRlc3Qga2V5ISE="
    return Settings.from_env(
        {
            "DATABASE_URL": "postgresql://nowhere/none",
            "TEMPORAL_ADDRESS": "127.0.0.1:1",
            "REDRESS_SECRET_KEY": "a key for the tests, as long as it must be",
            "REDRESS_PAYLOAD_KEYS": f"test:{key}",
            "REDRESS_PERSONAL_KEYS": f"test:{base64.b64encode(PERSONAL_KEYS[0].key).decode()}",
            "REDRESS_JOURNAL_KEY": "another key for tests, long enough as well",
            "REDRESS_SECOND_FACTOR": "offered",
            **over,
        }
    )
