"""Young people, carers and workers; who is linked to whom; how they sign in."""
