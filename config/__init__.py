"""Every setting of an installation, and what `redress up` keeps of them between two starts."""

from config.engines import DATABASE_TLS, TEMPORAL_TLS
from config.env_files import ENGINES_FILE, SECRETS_FILE, read_env_file, write_env_file
from config.keys import SHORTEST_SECRET, PayloadKey, PersonalKey
from config.mail_oauth import ClientCredentials, OAuthClient, ServiceAccount
from config.mailbox import Encryption, MailboxAddress
from config.reading import IpNetwork, SettingsRefused, whole_number
from config.settings import CASES_IN_MEMORY, Settings, environment, load_settings

__all__ = [
    "CASES_IN_MEMORY",
    "DATABASE_TLS",
    "ENGINES_FILE",
    "SECRETS_FILE",
    "SHORTEST_SECRET",
    "TEMPORAL_TLS",
    "ClientCredentials",
    "Encryption",
    "IpNetwork",
    "MailboxAddress",
    "OAuthClient",
    "PayloadKey",
    "PersonalKey",
    "ServiceAccount",
    "Settings",
    "SettingsRefused",
    "environment",
    "load_settings",
    "read_env_file",
    "whole_number",
    "write_env_file",
]
