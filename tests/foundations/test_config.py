"""Settings: every problem in one line, and nothing unsafe in production."""

import pytest

from engage import crypto
from engage.config import ConfigurationErrors, Environment, Settings, example, is_key, load

GOOD = {
    "ENGAGE_SECRET_KEY": "s" * 40,
    "ENGAGE_ENCRYPTION_KEYS": f"k1:{crypto.new_key()}",
    "ENGAGE_INDEX_KEY": crypto.new_key(),
    "ENGAGE_PUBLIC_URL": "https://example.org",
}
TWILIO = {
    "ENGAGE_SMS_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t" * 32,
    "TWILIO_NUMBER": "+447700900000",
}


def problems_of(**changes: str) -> list[str]:
    with pytest.raises(ConfigurationErrors) as caught:
        load(GOOD | changes)
    return caught.value.problems


def test_good_settings_load_with_their_defaults() -> None:
    settings = load(GOOD)
    assert settings.environment is Environment.PRODUCTION
    assert settings.is_sqlite
    assert settings.queue_kind == "sqlite"
    assert settings.public_host == "example.org"
    assert settings.is_https
    assert str(settings.sqlite_path) == "instance/engage.db"


def test_an_empty_environment_names_everything_at_once() -> None:
    with pytest.raises(ConfigurationErrors) as caught:
        load({})
    named = {line.split(":")[0] for line in caught.value.problems}
    assert named == {
        "ENGAGE_SECRET_KEY",
        "ENGAGE_ENCRYPTION_KEYS",
        "ENGAGE_INDEX_KEY",
        "ENGAGE_PUBLIC_URL",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENGAGE_SECRET_KEY", "short"),
        ("ENGAGE_ENCRYPTION_KEYS", "k1:not-a-key"),
        ("ENGAGE_ENCRYPTION_KEYS", "A" * 43 + "="),
        ("ENGAGE_INDEX_KEY", "AAAA"),
        ("ENGAGE_PUBLIC_URL", "http://example.org"),
        ("ENGAGE_PUBLIC_URL", "example.org"),
        ("ENGAGE_PUBLIC_URL", "https://example.org/path"),
        ("ENGAGE_EXIT_URL", "//evil.example"),
        ("ENGAGE_EXIT_URL", "javascript:alert(1)"),
        ("ENGAGE_SMS_PROVIDER", "console"),
        ("ENGAGE_SMS_PROVIDER", "pigeon"),
        ("ENGAGE_FAULTS", "delivery"),
        ("DATABASE_URL", "mysql://x"),
        ("ENGAGE_QUEUE", "postgres"),
        ("PORT", "99999"),
        ("PORT", "eighty"),
        ("ENGAGE_TRUSTED_PROXIES", "-1"),
    ],
)
def test_a_bad_setting_is_refused_by_name(name: str, value: str) -> None:
    lines = problems_of(**{name: value})
    assert any(line.startswith(f"{name}:") for line in lines), lines


def test_redis_needs_its_address() -> None:
    assert any("REDIS_URL" in line for line in problems_of(ENGAGE_QUEUE="redis"))


def test_two_keys_with_one_name_are_refused() -> None:
    key = crypto.new_key()
    lines = problems_of(ENGAGE_ENCRYPTION_KEYS=f"k1:{key},k1:{key}")
    assert any("same id" in line for line in lines)


def test_a_key_never_appears_in_a_problem() -> None:
    key = "c2VjcmV0" * 4
    assert not any(key in line for line in problems_of(ENGAGE_ENCRYPTION_KEYS=f"k1:{key}"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_AUTH_TOKEN", "short"),
        ("TWILIO_AUTH_TOKEN", "t" * 32 + ","),
        ("TWILIO_NUMBER", "07700 900000"),
        ("TWILIO_MESSAGING_SERVICE_SID", "MG1"),
    ],
)
def test_twilio_settings_are_checked(name: str, value: str) -> None:
    lines = problems_of(**(TWILIO | {name: value}))
    assert [line for line in lines if line.startswith(name)], lines


def test_twilio_needs_a_number_or_a_service() -> None:
    lines = problems_of(**{k: v for k, v in TWILIO.items() if k != "TWILIO_NUMBER"})
    assert any("TWILIO_NUMBER" in line for line in lines)


def test_a_demonstration_may_use_http_and_the_console() -> None:
    settings = load(
        GOOD
        | {
            "ENGAGE_ENVIRONMENT": "demo",
            "ENGAGE_PUBLIC_URL": "http://127.0.0.1:8000",
            "ENGAGE_SMS_PROVIDER": "console",
        }
    )
    assert not settings.is_production
    assert not settings.is_https


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:5000", "[::1]:8000"])
def test_this_machine_may_be_tried_without_https(host: str) -> None:
    assert not load(GOOD | {"ENGAGE_PUBLIC_URL": f"http://{host}"}).is_https


def test_postgres_brings_its_own_queue() -> None:
    settings = load(GOOD | {"DATABASE_URL": "postgresql+psycopg:///engage"})
    assert settings.queue_kind == "postgres"
    assert settings.sqlite_path is None


def test_blank_values_count_as_not_set() -> None:
    assert load(GOOD | {"PORT": "  "}).port == 8000


def test_either_base64_alphabet_is_a_key() -> None:
    assert is_key(crypto.new_key())
    assert is_key("-_-_" * 10 + "AAA=")
    assert not is_key("?" * 44)


def test_the_example_names_every_setting() -> None:
    text = example()
    for field in Settings.model_fields.values():
        assert f"\n{field.alias}=" in text
        assert field.description
        assert field.description in text
