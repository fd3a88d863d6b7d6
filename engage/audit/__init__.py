"""Who did what to whose record, when: appended, chained, never changed."""
