"""Check-ins agreed for certain times: who hears when one does not come."""
