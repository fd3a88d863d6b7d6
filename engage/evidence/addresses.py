"""Where the pages about telling people are, and for whom."""

from engage.people.models import PersonKind, Role

LIST = "/episodes/<uuid:episode_id>/told"
ONE = f"{LIST}/<uuid:notice_id>"
# Whoever may say that they told somebody; a supervisor looks at what they said.
TELLERS = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.OUT_OF_HOURS)
WHO = (*TELLERS, Role.SUPERVISOR)
