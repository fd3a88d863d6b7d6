"""While somebody is away: who is asked again, who looks, what is made ready, and warrants."""
