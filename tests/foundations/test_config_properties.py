"""Settings: whatever the environment holds, the answer is settings or a list of plain lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage import config
from engage.config import ConfigurationErrors, Settings
from tests.database import ENVIRON, KEY

NAMES = [str(field.alias) for field in Settings.model_fields.values()]
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["0", "-1", "true", "https://example.org", f"a:{KEY}", KEY, "sqlite:///x", "é"]
    ),
)
PRODUCTION = {
    **ENVIRON,
    "ENGAGE_ENVIRONMENT": "production",
    "ENGAGE_PUBLIC_URL": "https://check.example",
    "ENGAGE_SMS_PROVIDER": "none",
}


def problems(environ):
    with pytest.raises(ConfigurationErrors) as raised:
        config.load(environ)
    return raised.value.problems


def tried(environ):
    """Return the settings, or None, and what is wrong with them."""
    try:
        return config.load(environ), []
    except ConfigurationErrors as errors:
        return None, errors.problems


@settings(max_examples=300)
@given(environ=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
def test_any_environment_gives_settings_or_lines_that_name_a_setting(environ):
    found, wrong = tried({**ENVIRON, **environ})
    assert (found is None) is bool(wrong)
    assert found is None or found.public_host
    assert [line for line in wrong if line.partition(":")[0] not in NAMES] == []
    assert [line for line in wrong if "\n" in line] == []


@given(name=st.sampled_from(NAMES), blank=st.sampled_from(["", " ", "\t", "  \n"]))
def test_a_blank_setting_is_as_good_as_none(name, blank):
    without = {key: value for key, value in ENVIRON.items() if key != name}
    assert tried({**without, name: blank}) == tried(without)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENGAGE_SOURCE_URL", "http://code.example"),
        ("ENGAGE_SOURCE_URL", "javascript:alert(1)"),
        ("ENGAGE_SOURCE_URL", "https:///x"),
        ("ENGAGE_SOURCE_URL", "/source"),
        ("ENGAGE_EXIT_URL", "//evil.example"),
        ("ENGAGE_EXIT_URL", "/\\evil.example"),
        ("ENGAGE_EXIT_URL", "http://weather.example"),
        ("ENGAGE_PUBLIC_URL", "https://check.example/path"),
        ("ENGAGE_PUBLIC_URL", "https://check.example?x=1"),
        ("ENGAGE_PUBLIC_URL", "http://check.example"),
        ("ENGAGE_PUBLIC_URL", "ftp://check.example"),
        ("ENGAGE_FAULTS", "after_claim"),
        ("ENGAGE_SMS_PROVIDER", "console"),
        ("ENGAGE_SMS_PROVIDER", "carrier pigeon"),
        ("ENGAGE_TRUSTED_PROXIES", "6"),
        ("ENGAGE_TRUSTED_PROXIES", "-1"),
        ("PORT", "70000"),
        ("WEB_CONCURRENCY", "0"),
        ("DATABASE_URL", "mysql://x"),
        ("ENGAGE_QUEUE", "postgres"),
        ("ENGAGE_INDEX_KEY", "short"),
    ],
)
def test_what_is_unsafe_in_production_is_refused_by_name(name, value):
    config.load(PRODUCTION)
    found = problems({**PRODUCTION, name: value})
    assert [line for line in found if line.startswith(f"{name}:")], found


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:9000"])
def test_only_this_machine_may_do_without_https(host):
    assert config.load({**PRODUCTION, "ENGAGE_PUBLIC_URL": f"http://{host}"}).public_host == host


def test_no_problem_repeats_a_secret():
    secret = "not-base64-but-secret-all-the-same"
    found = problems(
        {
            **PRODUCTION,
            "ENGAGE_ENCRYPTION_KEYS": f"k1:{secret}",
            "ENGAGE_INDEX_KEY": secret,
            "ENGAGE_SECRET_KEY": secret[:10],
        }
    )
    assert len(found) == 3
    assert secret not in "\n".join(found) and secret[:10] not in "\n".join(found)
