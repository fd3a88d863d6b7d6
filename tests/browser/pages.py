"""Where every page is, by who looks at it."""

PLAN = "/plans/{plan}"
RELATIVE = f"{PLAN}/people/{{relationship}}"
PAGES = {
    "nobody": [
        "/", "/sign-in", "/sign-in/forgotten", "/phone-sign-in", "/phone-sign-in/code", "/c",
        "/c/NOTACODE", "/now/places", "/page", "/nowhere", "/demo/phones",
        "/a/{alert_code}", "/t/{trusted_code}", "/sign-in/link/{link_code}",
    ],
    # Whoever holds Maya's card.
    "a card": ["/now", "/now?sent=yes", "/now/places"],
    "Maya": [
        "/", PLAN, f"{PLAN}/safe", f"{PLAN}/try_first", f"{PLAN}/ready", f"{PLAN}/coming_back",
        f"{PLAN}/people", f"{PLAN}/people/new", RELATIVE, f"{RELATIVE}/ask",
        f"{PLAN}/check-in-person", f"{PLAN}/sharing", f"{PLAN}/words", f"{PLAN}/agree",
        f"{PLAN}/answers/{{answer}}", f"{PLAN}/changes", f"{PLAN}/opened", f"{PLAN}/print",
        f"{PLAN}/versions", f"{PLAN}/versions/1", "/young-people/{maya}/card", "/now",
        "/alerts",
    ],
    "Kit": ["/", "/plans/mine", "/young-people/{kit}/card"],
    "Jo": ["/", "/worried/{maya}", PLAN, f"{PLAN}/try_first", f"{PLAN}/agree", f"{PLAN}/print"],
    "Sam": [
        "/", "/young-people", "/young-people/{maya}", "/young-people/{kit}",
        "/young-people/{kit}/check-ins", "/young-people/{maya}/card", "/check-ins",
        "/check-ins/unmatched", "/alerts", "/alerts/{alert}", "/plans/to-review",
        "/plans/for/{kit}", PLAN, f"{PLAN}/safe", f"{PLAN}/people", f"{PLAN}/review",
        f"{PLAN}/refusal", f"{PLAN}/changes", f"{PLAN}/versions", "/worried/{maya}",
        "/sign-in/again", "/sign-in/passkeys", "/young-people/{plan}",
    ],
    "Sue": ["/", "/young-people", "/young-people/{maya}", "/alerts", "/plans/to-review"],
    "Olu": ["/", "/young-people", "/young-people/{kit}", "/alerts/{alert}", "/check-ins/unmatched"],
    "Ines": ["/", "/young-people", "/plans/to-review"],
    "Adil": ["/", "/young-people"],
    "Uncle Bo": ["/trusted"],
}  # fmt: skip
# Routes that show no page here, and why.
WITHOUT_A_PAGE = {
    "operators.live", "operators.ready", "operators.numbers", "web.robots", "static",  # no HTML
    "web.leave", "checkin_cards.picture",  # leads on; a picture
    # The second factor is off in a demonstration; what asks for a code of it is looked at below.
    "security.two_factor_token_validation", "security.tf_select", "security.two_factor_rescue",
    "security.two_factor_setup", "security.mf_recovery", "security.mf_recovery_codes",
    # Steps between two forms, and links that a mail brings.
    "phone.who", "people.new_password", "security.reset_password",
    "security.wan_signin", "security.wan_verify", "security.wan_delete",
}  # fmt: skip
