"""Who works here: teams, roles, invitations, and what needs a second person."""
