"""Asked again and again while somebody is away: do you think they are in danger now?"""
