"""A member of staff adds a passkey and signs in with it, in a real browser."""

import pytest
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.browser
# A busy machine may need longer than the five seconds that come with it.
expect.set_options(timeout=60_000)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def page_with_authenticator(context: BrowserContext):
    """A page whose phone has a fingerprint reader that always says yes."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def test_a_passkey_is_added_used_and_removed(new_browser) -> None:
    page = page_with_authenticator(new_browser("Ines"))
    page.goto("/sign-in/passkeys")
    page.get_by_label("A name for it").fill("My work phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is ready to use.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove My work phone")).to_be_visible()

    page.goto("/leave")
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/")
    page.goto("/sign-in/passkeys")
    page.get_by_role("button", name="Remove My work phone").click()
    expect(page.get_by_role("button", name="Remove My work phone")).to_have_count(0)


def test_a_browser_without_passkeys_is_told_so(new_browser) -> None:
    page = new_browser().new_page()
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/sign-in/passkey")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("That did not work on this phone or computer.")).to_be_visible()
