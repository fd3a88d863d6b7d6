"""Settings from the environment: typed, and refused with one line per problem."""

import base64
import binascii
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MINIMUM_SECRET = 32
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Environment(StrEnum):
    """Where this process believes it runs."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class ConfigurationErrors(Exception):
    """Everything that is wrong with the settings, one plain line per problem."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseModel):
    """Every setting Engage reads. `.env.example` is generated from these descriptions."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    environment: Environment = Field(
        Environment.PRODUCTION,
        alias="ENGAGE_ENVIRONMENT",
        description="production, demo or test. `engage demo` sets it by itself.",
    )
    database_url: str = Field(
        "sqlite:///instance/engage.db",
        alias="DATABASE_URL",
        description="Where the data lives: sqlite:///… or postgresql+psycopg://…",
    )
    queue: Literal["", "sqlite", "postgres", "redis"] = Field(
        "",
        alias="ENGAGE_QUEUE",
        description="What wakes the worker: sqlite, postgres or redis. Follows the database.",
    )
    redis_url: str = Field("", alias="REDIS_URL", description="Address of Redis, if used.")
    secret_key: str = Field(
        "", alias="ENGAGE_SECRET_KEY", description="Signs forms. 32 characters or more."
    )
    secret_key_fallbacks: str = Field(
        "",
        alias="ENGAGE_SECRET_KEY_FALLBACKS",
        description="Former secret keys, comma-separated, while rotating.",
    )
    encryption_keys: str = Field(
        "",
        alias="ENGAGE_ENCRYPTION_KEYS",
        description="id:base64 of 32 bytes, comma-separated; the first one writes.",
    )
    index_key: str = Field(
        "",
        alias="ENGAGE_INDEX_KEY",
        description="Base64 of 32 bytes: phone look-up, link digests and the audit chain.",
    )
    public_url: str = Field(
        "",
        alias="ENGAGE_PUBLIC_URL",
        description="The address people and the text provider use, with https.",
    )
    sms_provider: Literal["twilio", "console", "none"] = Field(
        "none",
        alias="ENGAGE_SMS_PROVIDER",
        description="twilio, console (demo only) or none.",
    )
    twilio_account_sid: str = Field(
        "",
        alias="TWILIO_ACCOUNT_SID",
        description="Account: AC and 32 hexadecimal digits.",
    )
    twilio_auth_token: str = Field(
        "",
        alias="TWILIO_AUTH_TOKEN",
        description="Token; two, comma-separated, while rotating.",
    )
    twilio_number: str = Field(
        "", alias="TWILIO_NUMBER", description="The number texts come from, as +44…"
    )
    twilio_messaging_service_sid: str = Field(
        "",
        alias="TWILIO_MESSAGING_SERVICE_SID",
        description="Instead of a number: MG and 32 hexadecimal digits.",
    )
    twilio_api_url: str = Field(
        "https://api.twilio.com",
        alias="TWILIO_API_URL",
        description="Base address of a stand-in for the provider, in tests.",
    )
    senders: int = Field(
        16, ge=1, le=64, alias="ENGAGE_SENDERS", description="Texts on the line at once."
    )
    sms_rate: float = Field(
        0,
        ge=0,
        alias="ENGAGE_SMS_RATE",
        description="Segments a second our number may send; 0 leaves it to the provider.",
    )
    sms_daily_budget: int = Field(
        5000,
        ge=0,
        alias="ENGAGE_SMS_DAILY_BUDGET",
        description="Segments a day; texts to staff go beyond it. 0 sets no limit.",
    )
    sms_countries: str = Field(
        "",
        alias="ENGAGE_SMS_COUNTRIES",
        description="Where unknown phones are answered: GB,IE. Empty: our number's own country.",
    )
    ballast_mb: int = Field(
        64,
        ge=0,
        le=4096,
        alias="ENGAGE_BALLAST_MB",
        description="Room kept beside SQLite, given up when the disk is full. 0 keeps none.",
    )
    alarm_to: str = Field(
        "",
        alias="ENGAGE_ALARM_TO",
        description="Whom alarms of the installation are mailed to; comma-separated.",
    )
    policy: str = Field(
        "england",
        alias="ENGAGE_POLICY",
        description="Policy pack for new organisations.",
    )
    policy_dir: str = Field("", alias="ENGAGE_POLICY_DIR", description="Directory of local packs.")
    exit_url: str = Field(
        "/page",
        alias="ENGAGE_EXIT_URL",
        description="Where Leave goes: a neutral page.",
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        alias="ENGAGE_TRUSTED_PROXIES",
        description="Proxy hops to believe.",
    )
    port: int = Field(8000, ge=1, le=65535, alias="PORT", description="Port to listen on.")
    web_concurrency: int = Field(
        2,
        ge=1,
        le=64,
        alias="WEB_CONCURRENCY",
        description="Web processes of `engage web`.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="ENGAGE_LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR."
    )
    metrics_token: str = Field(
        "",
        alias="ENGAGE_METRICS_TOKEN",
        description="Bearer token for /metrics; closed if empty.",
    )
    mail_url: str = Field(
        "",
        alias="ENGAGE_MAIL_URL",
        description="smtp://user:password@host:port for staff mail; empty sends none.",
    )
    mail_from: str = Field(
        "", alias="ENGAGE_MAIL_FROM", description="Sender address of staff mail."
    )
    gaps_mail_at: str = Field(
        "07:30",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        alias="ENGAGE_GAPS_MAIL_AT",
        description="When supervisors get the daily mail of what is open, by their own clock.",
    )
    source_url: str = Field(
        "",
        alias="ENGAGE_SOURCE_URL",
        description="Where staff and carers find the source of what runs here (AGPL).",
    )
    audit_checkpoint: str = Field(
        "",
        alias="ENGAGE_AUDIT_CHECKPOINT",
        description="File, best on another disk, that keeps the audit's head each hour.",
    )
    faults: str = Field(
        "",
        alias="ENGAGE_FAULTS",
        description="Named fault points for tests. Refused in production.",
    )

    @property
    def is_sqlite(self) -> bool:
        """Say whether the database is SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def queue_kind(self) -> str:
        """Name the queue in use: the chosen one, else the one beside the database."""
        return self.queue or ("sqlite" if self.is_sqlite else "postgres")

    @property
    def sqlite_path(self) -> Path | None:
        """Return the SQLite file, or None with another database."""
        if not self.is_sqlite:
            return None
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def public_host(self) -> str:
        """Return host[:port] of the public address."""
        return urlsplit(self.public_url).netloc

    @property
    def is_https(self) -> bool:
        """Say whether people reach us over https."""
        return self.public_url.startswith("https://")

    @property
    def is_production(self) -> bool:
        """Say whether every production safeguard applies."""
        return self.environment is Environment.PRODUCTION


def is_key(text: str) -> bool:
    """Say whether the text is base64 (either alphabet) of exactly 32 bytes."""
    try:
        return len(base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `environ`, or raise ConfigurationErrors naming every problem."""
    try:
        settings = Settings.model_validate(
            {name: value.strip() for name, value in environ.items() if value.strip()}
        )
    except ValidationError as error:
        lines = [f"{e['loc'][0]}: {e['msg']}" for e in error.errors()]
        raise ConfigurationErrors(lines) from None
    found = problems(settings)
    if found:
        raise ConfigurationErrors(found)
    return settings


def problems(settings: Settings) -> list[str]:
    """List what makes these settings unusable, or unsafe in production, in plain words."""
    found = _key_problems(settings) + _address_problems(settings)
    if settings.queue_kind == "redis" and not settings.redis_url:
        found.append("REDIS_URL: needed because ENGAGE_QUEUE is redis.")
    if settings.queue_kind == "postgres" and settings.is_sqlite:
        found.append("ENGAGE_QUEUE: postgres needs a PostgreSQL DATABASE_URL.")
    if not re.match(r"(sqlite:///|postgresql\+psycopg://)", settings.database_url):
        found.append("DATABASE_URL: start with sqlite:/// or postgresql+psycopg://.")
    if settings.sms_provider == "twilio":
        found += _twilio_problems(settings)
    for country in filter(None, settings.sms_countries.split(",")):
        if not re.fullmatch(r"[A-Z]{2}", country.strip()):
            found.append("ENGAGE_SMS_COUNTRIES: write each country as two capital letters (GB,IE).")
    if settings.is_production:
        if settings.sms_provider == "console":
            found.append("ENGAGE_SMS_PROVIDER: console is for demonstration only.")
        if settings.faults:
            found.append("ENGAGE_FAULTS: fault points are for tests only.")
    return found


def _key_problems(settings: Settings) -> list[str]:
    found = []
    if len(settings.secret_key) < MINIMUM_SECRET:
        found.append("ENGAGE_SECRET_KEY: set 32 characters or more (`engage keys new` makes one).")
    pairs = [pair for pair in settings.encryption_keys.split(",") if pair]
    if not pairs:
        found.append("ENGAGE_ENCRYPTION_KEYS: set at least one key (`engage keys new` makes one).")
    names = [pair.partition(":")[0] for pair in pairs]
    if len(set(names)) != len(names):
        found.append("ENGAGE_ENCRYPTION_KEYS: two keys have the same id.")
    for pair in pairs:
        name, _, key = pair.partition(":")
        if not re.fullmatch(r"[a-z0-9]{1,12}", name) or not is_key(key):
            found.append(
                "ENGAGE_ENCRYPTION_KEYS: write each key as id:base64 of 32 bytes"
                f" (look at the one that starts with {name[:12]!r})."
            )
    if not is_key(settings.index_key):
        found.append("ENGAGE_INDEX_KEY: set base64 of 32 bytes (`engage keys new` makes one).")
    return found


def _address_problems(settings: Settings) -> list[str]:
    url = urlsplit(settings.public_url)
    if not url.netloc or url.scheme not in ("http", "https"):
        return ["ENGAGE_PUBLIC_URL: set the address people use, like https://example.org."]
    found = []
    if url.path.strip("/") or url.query or url.fragment:
        found.append("ENGAGE_PUBLIC_URL: give scheme and host only, without a path.")
    # Nobody but this machine can reach a loopback address: it is somebody trying things out.
    if settings.is_production and url.scheme != "https" and url.hostname not in LOOPBACK:
        found.append("ENGAGE_PUBLIC_URL: must start with https:// in production.")
    if not re.match(r"(https://|/(?![/\\]))", settings.exit_url):
        found.append("ENGAGE_EXIT_URL: give an https address or a path of our own.")
    if settings.source_url and not re.match(r"https://[^\s/]+", settings.source_url):
        found.append("ENGAGE_SOURCE_URL: give an https address.")
    return found


def _twilio_problems(settings: Settings) -> list[str]:
    found = []
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", settings.twilio_account_sid):
        found.append("TWILIO_ACCOUNT_SID: expected AC and 32 hexadecimal digits.")
    if not all(settings.twilio_auth_token.split(",")) or len(settings.twilio_auth_token) < 16:
        found.append("TWILIO_AUTH_TOKEN: set the account's token.")
    number, service = settings.twilio_number, settings.twilio_messaging_service_sid
    if not number and not service:
        found.append("TWILIO_NUMBER: set it, or TWILIO_MESSAGING_SERVICE_SID.")
    if number and not re.fullmatch(r"\+[1-9]\d{6,14}", number):
        found.append("TWILIO_NUMBER: write it as + and digits only.")
    if service and not re.fullmatch(r"MG[0-9a-fA-F]{32}", service):
        found.append("TWILIO_MESSAGING_SERVICE_SID: expected MG and 32 hexadecimal digits.")
    return found


def example() -> str:
    """Return the text of `.env.example`, generated from the settings' descriptions."""
    lines = ["# Made by `engage doctor --env-example`. Copy to .env and fill in."]
    for field in Settings.model_fields.values():
        lines += [
            "",
            f"# {field.description}",
            f"{field.alias}={_shown(field.default)}",
        ]
    return "\n".join(lines) + "\n"


def _shown(default: object) -> str:
    return str(default)
