"""Where every page is, by who looks at it."""

PLAN = "/plans/{plan}"
RELATIVE = f"{PLAN}/people/{{relationship}}"
# One question of every kind, answered, half answered or not at all.
QUESTIONS = [
    f"{PLAN}/{question}?edit=1"
    for question in ("safe", "likes", "triggers", "instead", "bag", "numbers", "pressure", "safer",
                     "location", "talk_to", "ready", "facts")
]  # fmt: skip
# Who must hear that Kit is missing: told, half told, not told.
TELLING = "/episodes/{episode}/told"
HEARD = [
    "/missing/gaps", TELLING, f"{TELLING}/{{parents}}",
    *(f"{TELLING}/{{police}}{end}"
      for end in ("", "/contact", "/numbers", "/sent", "/follow_up", "/files")),
]  # fmt: skip
# A short meeting about Kit.
MEETING = "/meetings/{meeting}"
MEETINGS = [
    "/staffings", "/facilitators", "/episodes/{episode}/staffing",
    "/episodes/{episode}/staffing/prepare", "/episodes/{episode}/meetings/team",
    MEETING, f"{MEETING}/move", f"{MEETING}/notes", f"{MEETING}/export",
]  # fmt: skip
# What the police let us know about Maya, and what a worker decides about it.
REFERRALS = [
    "/referrals", "/referrals/new", "/young-people/{maya}/referrals",
    *(f"/referrals/{{referral}}{end}"
      for end in ("", "/who", "/correct", "/give", "/same", "/end", "/away")),
    "/referrals/{closed_referral}/reopen",
]  # fmt: skip
# What a supervisor is told without a yes, and may keep back.
TOLD = ["/told/{maya}", "/told/{maya}/{told}/later"]
PAGES = {
    "nobody": [
        "/", "/sign-in", "/sign-in/forgotten", "/phone-sign-in", "/phone-sign-in/code", "/c",
        "/c/NOTACODE", "/now/places", "/page", "/nowhere", "/demo/phones",
        "/a/{alert_code}", "/b/{step_code}", "/o/{ask_code}", "/s/{look_code}", "/t/{trusted_code}",
        "/sign-in/link/{link_code}", "/f/{poster_code}", "/r/NOTACODE",
        "/f/{poster_code}?sent=yes",
        "/m/{guest_code}", "/m/{young_code}", "/m/{guest_code}?said=yes",
    ],
    # Whoever holds Maya's card.
    "a card": [
        "/now", "/now?sent=yes", "/now/back", "/now/back?sent=yes", "/now/places",
        "/now/mine", "/this-phone", "/this-phone/now", "/this-phone/open", "/this-phone/waiting",
        "/this-phone/sent",
    ],
    "Maya": [
        "/my-talk", "/you-said", "/offered",
        "/welcome-standards", "/my-talk/said", "/my-talk/said/{talk}/stay",
        f"{PLAN}/sharing/with/carer", f"{PLAN}/sharing/with/police",
        f"{PLAN}/sharing/parts", f"{PLAN}/people/back_up",
        "/important-people/{maya}", "/important-people/{maya}/new",
        "/important-people/{maya}/{important}", "/told/{maya}",
        "/", PLAN, f"{PLAN}/safe", f"{PLAN}/try_first", f"{PLAN}/ready", f"{PLAN}/coming_back",
        f"{PLAN}/people", f"{PLAN}/people/new", RELATIVE, f"{RELATIVE}/ask",
        f"{PLAN}/check-in-person", f"{PLAN}/sharing", f"{PLAN}/words", f"{PLAN}/agree",
        f"{PLAN}/answers/{{answer}}", f"{PLAN}/changes", f"{PLAN}/opened", f"{PLAN}/print",
        f"{PLAN}/photo", f"{PLAN}/paper", f"{PLAN}/paper?with=ar&all=1", f"{PLAN}/text",
        "/this-phone",
        f"{PLAN}/versions", f"{PLAN}/versions/1", "/young-people/{maya}/card", "/now",
        "/alerts", *QUESTIONS,
        "/young-people/{maya}/texts-agreed", "/young-people/{maya}/check-in-times", "/places",
        "/young-people/{maya}/care-record",
        "/young-people/{maya}/ready",
    ],
    "Kit": [
        "/", "/plans/mine", "/now/back", "/young-people/{kit}/ready", "/young-people/{kit}/card",
    ],
    "Jo": ["/", "/worried/{maya}", "/noticed/{sign}", PLAN, f"{PLAN}/try_first", f"{PLAN}/agree",
           f"{PLAN}/print", "/this-phone", "/this-phone/worried"],
    # Kit is late, and Carys goes through the questions.
    "Carys": [
        "/my-steps",
        "/episodes/{episode}/danger", "/episodes/{episode}/welcome",
        "/episodes/{episode}/return",
        *(f"/worries/{{worry}}{end}"
        for end in ("", "/call", "/summary", "/summary?for=police", "/people", "/ask/danger",
                    "/ask/expected", "/ask/usual", "/ask/today", "/ask/plan", "/ask/texted",
                    "/ask/people", "/ask/needs")),
    ],
    "Sam": [
        *REFERRALS, *MEETINGS, "/episodes/{episode}/meetings/staffing",
        "/young-people/{maya}/care-record", "/key-figures", "/key-figures/2026-Q3/trios",
        "/next-steps", "/young-people/{maya}/next-steps", "/young-people/{maya}/next-steps/new",
        "/support-needed", "/support-offers/{offer}", "/welfare-meetings", "/welfare-meetings/new",
        "/welfare-meetings/new?pattern=home", "/welfare-meetings/{welfare}",
        "/welfare-actions/{agreed}",
        *(f"/young-people/{{maya}}/support{end}" for end in ("", "/note", "/offer", "/not-now")),
        "/next-steps/{step}", "/harm", "/harm/{harm}", "/harm/{harm}/told/police",
        "/young-people/{kit}/harm", "/young-people/{maya}/screenings",
        "/talks", "/young-people/{kit}/talk", "/talk-records/{talk}",
        "/young-people/{kit}/talk-records", "/young-people/{kit}/talk-apart/carer_view",
        *(f"/young-people/{{kit}}/talk/{what}"
          for what in ("choice", "attempt", "declined", "booking", "done")),
        "/young-people/{maya}/prompts", "/young-people/{maya}/prompts/new",
        "/young-people/{kit}/texts-agreed", "/young-people/{kit}/check-in-times",
        "/young-people/{kit}/check-in-times/new", "/young-people/{maya}/ready",
        "/young-people/{maya}/ready/step", "/places", "/places/new", "/places/{place}",
        "/places/{place}/edit",
        "/episodes/{episode}/pack", "/episodes/{episode}/pack/ask/phone", "/packs/{pack}",
        "/packs/{pack}/call", "/episodes/{episode}/efforts", "/episodes/{episode}/searchers",
        "/searchers/{searcher}", "/searchers/{searcher}/link",
        "/episodes/{episode}/needs", "/episodes/{episode}/needs/bed",
        "/episodes/{episode}/court", *HEARD, "/episodes/{episode}/told/{parents}/contact",
        "/episodes/{episode}/told/{parents}/not",
        "/missing", "/missing/check", "/episodes/{episode}", "/episodes/{episode}/timeline",
        "/timeline/{kit}", "/timeline/{kit}?kind=duties&print=1", "/episodes/{episode}/outreach",
        "/young-people/{kit}/ready",
        f"{PLAN}/sharing", f"{PLAN}/sharing/with/carer", f"{PLAN}/sharing/hand-over",
        "/young-people/{maya}/now", "/told/{maya}", "/told/{maya}/new",
        "/important-people/{maya}",
        "/", "/young-people", "/young-people/{maya}", "/young-people/{kit}",
        "/young-people/{kit}/check-ins", "/young-people/{maya}/card", "/check-ins",
        "/check-ins/unmatched", "/check-ins/waiting", "/alerts", "/alerts/{alert}",
        "/plans/to-review", "/plans/for/{kit}", PLAN, f"{PLAN}/safe", f"{PLAN}/people",
        f"{PLAN}/review",
        f"{PLAN}/refusal", f"{PLAN}/facts?edit=1", f"{PLAN}/changes", f"{PLAN}/versions",
        "/worried/{maya}",
        "/sign-in/again", "/sign-in/passkeys", "/young-people/{plan}", "/emergencies",
        "/emergencies/found", "/emergencies/nobody", "/emergencies/young-people/{kit}",
        "/record", "/about",
    ],
    "Sue": [
        "/facilitators", "/missing/gaps/by-worker",
        "/episodes/{episode}/pack/more",
        "/exports", "/exports/{export}", "/key-figures?quarter=2026-Q3",
        "/young-people/{kit}/case-file",
        "/episodes/{episode}/reflection", "/reflections/{thought}",
        "/patterns", "/patterns/places", "/patterns/home?year=2025", "/patterns/fair/gender",
        "/welfare-meetings/{welfare}",
        *TOLD, "/feedback", "/feedback/urgent/{feedback}", "/feedback/urgent/{feedback}/harm",
        "/welcome-standards/new",
        "/talk-records", "/talk-records/{talk}", "/talk-questions", "/talk-questions/stay",
        "/talk-questions/stay/words/cy",
        "/prompts", "/prompts/usual", "/prompts/usual/words/cy", "/prompts/new",
        "/prompts/usual/session",
        "/", "/young-people", "/young-people/{maya}", "/alerts", "/plans/to-review",
        "/questions", "/questions/safe", "/questions/safe/words/cy", "/questions/new",
        "/questions/triggers/preview", "/questions/versions/1/tested", "/strategies",
        "/strategies/new", "/strategies/begin",
        "/emergencies", "/emergencies/{use}", "/record/young-people/{kit}", "/staff",
        "/staff/new", "/staff/{member}", "/text-suggestions",
    ],
    # Closed parts are open to him, so the note of it stands on each of his pages.
    "Olu": [
        "/", "/young-people", "/young-people/{kit}", "/alerts/{alert}", "/check-ins/unmatched",
        "/emergencies", "/emergencies/{use}", "/emergencies/{use}/parts/safe",
        "/emergencies/young-people/{maya}",
    ],
    "Ines": [
        "/", "/young-people", "/plans/to-review", "/talk-records",
        "/young-people/{maya}/talk-records", "/young-people/{maya}/talk-apart/safe_and_well",
        "/this-phone", "/this-phone/talk", "/talk-records/{talk}/paper?audience=police",
        *(f"/talk-records/{{talk}}{end}"
          for end in ("", "/law", "/ask/hurt", "/ask/before", "/read-back", "/read-back/before",
                      "/sharing", "/sharing/before", "/paper")),
    ],
    "Adil": [
        "/", "/young-people", "/staff", "/staff/{member}", "/staff/teams", "/staff/teams/{team}",
        "/record/check", "/feedback/posters", "/feedback/posters/{poster}",
    ],
    "Uncle Bo": ["/trusted"],
}  # fmt: skip
# Routes that show no page here, and why.
WITHOUT_A_PAGE = {
    "intake.fetch",  # a file
    "same_place.ask",  # only where five young people were at one place
    "worries.go_on", "young_prompts.one",  # leads on; the form of …/new, filled in
    "important.mine", "times.mine", "ready.mine",  # lead on
    "operators.live", "operators.ready", "operators.numbers", "web.robots", "static",  # no HTML
    "web.leave", "checkin_cards.picture", "plan_photo.picture",  # leads on; pictures
    "meeting_notes.pdf", "meeting_notes.text", "meeting_guest.calendar",  # for elsewhere
    "checkin_cards.pdf", "plan_paper.pdf", "feedback.pdf",  # for paper
    "interviews.calendar",  # for a calendar
    "this_phone.worker",  # a script
    "asides.show",  # the list that the board unfolds, after 200 texts of one hour
    "evidence_files.fetch",  # a paper, to keep
    "missing_pack.pdf", "missing_pack.photo",  # for paper; a picture
    "talk_reviews.pdf",  # for paper
    "key_figures.pdf", "key_figures.sheet",  # for paper; for a spreadsheet
    # The second factor is off in a demonstration: test_second_step.py.
    "security.two_factor_token_validation", "security.tf_select", "security.two_factor_rescue",
    "security.two_factor_setup", "security.mf_recovery", "security.mf_recovery_codes",
    # Steps between two forms, and links that a mail brings.
    "phone.who", "people.new_password", "security.reset_password",
    "security.wan_signin", "security.wan_verify", "security.wan_delete",
}  # fmt: skip
