"""Engage: Missing Safety Plans, check-ins and the people who answer them."""
