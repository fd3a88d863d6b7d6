"""What the terminal says when a demonstration starts: who can sign in, and how."""

from typing import Any


def words(cast: dict[str, Any], address: str) -> str:
    """Return the lines to print. English: they are for whoever starts the program."""
    lines = [
        "",
        f"Engage is ready: {address}",
        "Made-up people, made-up numbers. Nothing leaves this machine.",
        "",
        f"  Everybody's phones   {address}/demo/phones",
        "",
        f"  Staff sign in at     {address}/sign-in",
    ]
    for one in cast["staff"]:
        role = one["role"].replace("_", " ")
        lines.append(f"    {one['name']:<6} {role:<14} {one['email']:<20} {one['password']}")
    lines += ["", "  Carers open"]
    lines += [f"    {one['name']:<6} {one['sign_in_url']}" for one in cast["carers"]]
    lines += ["", "  Young people open their card (or text from /demo/phones)"]
    for one in cast["young_people"]:
        words_known = f"word {one['code_word']}, other word {one['not_ok_word']}"
        lines.append(f"    {one['name']:<6} {one['check_in_url']}")
        lines.append(f"           {one['phone']}, typed code {one['check_in_code']}, {words_known}")
    lines += ["", "Stop with Ctrl+C. Delete the data folder to start afresh.", ""]
    return "\n".join(lines)
