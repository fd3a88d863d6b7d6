"""The Missing Safety Plan: answers, versions, agreement, trusted people, sharing."""
