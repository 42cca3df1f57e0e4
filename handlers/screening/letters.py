"""Tables of characters: what a letter, a look-alike or an emoji is read as.

Nothing here knows about rules or languages; :mod:`handlers.screening.normalise` puts it to use.
"""

import unicodedata
from functools import lru_cache
from typing import Final

# Letters of other scripts that people use because they look like Latin ones. NFKD covers accents,
# full-width, circled and mathematical letters; these are the ones that it leaves alone.
_LOOK_ALIKES: Final = {
    **dict(zip("абвгеёзикмнорстухьіїјѕԁһԛԝӏ", "abbreezukmhopctyxbiijsdhqwl", strict=True)),
    **dict(zip("αβγεζηικνορτυχω", "abyeznikvoptuxw", strict=True)),
    **dict(zip("ıłøđħŧɑɡɩʟɪɴʀʏᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱǃ", "ilodhtagilinryacdejkmoptuvwzs!", strict=True)),
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
}
_PLAIN: Final = {
    **dict.fromkeys("’‘ʼ`´ʹ＇", "'"),
    **dict.fromkeys("“”«»„‟〝〞", '"'),
    **dict.fromkeys("–—−‐‑‒", "-"),
    **dict.fromkeys("।。．", "."),
    "…": "...",
    "¡": " ",
    "¿": " ",
    "，": ",",
}
# Emoji that carry meaning here, under the names that rules use.
_EMOJI: Final = {
    **dict.fromkeys("🔪🗡⚔🪓", ":knife:"),
    **dict.fromkeys("🔫", ":gun:"),
    **dict.fromkeys("💊", ":pills:"),
    **dict.fromkeys("✂🪒", ":blade:"),
    **dict.fromkeys("💣🧨", ":bomb:"),
    **dict.fromkeys("💀☠⚰🪦👻", ":skull:"),
    **dict.fromkeys("😂🤣😆😹😄😁", ":laugh:"),
    **dict.fromkeys("🩸", ":blood:"),
}
#: Names that Slack and Discord write for the same emoji, between colons.
EMOJI_NAMES: Final = {
    "hocho": ":knife:",
    "knife": ":knife:",
    "dagger": ":knife:",
    "dagger_knife": ":knife:",
    "crossed_swords": ":knife:",
    "axe": ":knife:",
    "gun": ":gun:",
    "pill": ":pills:",
    "scissors": ":blade:",
    "razor": ":blade:",
    "bomb": ":bomb:",
    "firecracker": ":bomb:",
    "skull": ":skull:",
    "skull_and_crossbones": ":skull:",
    "coffin": ":skull:",
    "headstone": ":skull:",
    "joy": ":laugh:",
    "rofl": ":laugh:",
    "rolling_on_the_floor_laughing": ":laugh:",
    "laughing": ":laugh:",
    "drop_of_blood": ":blood:",
}
#: Digits and signs that stand for letters inside a word.
LEET: Final = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "+": "t"}
)
#: Words that people mask or spread out ("k*ll", "k i l l", "5uicide"), longest first.
MASKED: Final = tuple(
    sorted(
        [
            *["kill", "killing", "die", "dying", "dead", "death", "suicide", "suicidal", "myself", "himself"],
            *["herself", "cut", "cutting", "rape", "raped", "molested", "abused", "gun", "shoot", "hang"],
            *[
                "murder",
                "stab",
                "knife",
                "blade",
                "bomb",
                "overdose",
                "hit",
                "hurt",
                "want",
                "gonna",
                "matar",
            ],
            *["matarme", "matarse", "morir", "morirme", "suicidio", "suicidarme", "suicidarse", "violar"],
            *[
                "violaron",
                "pistola",
                "quiero",
                "tuer",
                "mourir",
                "suicider",
                "mort",
                "viol",
                "couteau",
                "veux",
            ],
        ],
        key=lambda word: (-len(word), word),
    )
)


@lru_cache(maxsize=8192)
def fold(character: str) -> str:
    """What one character is read as.

    Args:
        character: One character of the text.

    Returns:
        Lower-case letters without accents, an emoji's name between spaces, a space for other
        pictures, or nothing at all for what nobody sees (zero-width, bidirectional and combining).
    """
    if character.isascii():
        return character.lower() if character.isprintable() or character == "\n" else " "
    if character in _PLAIN:
        return _PLAIN[character]
    if character in _EMOJI:
        return f" {_EMOJI[character]} "
    kind = unicodedata.category(character)
    if kind in ("Cf", "Mn", "Me", "Cs", "Cn", "Co") or character in "\u115f\u1160\u3164\uffa0\u2800":
        return ""
    if kind in ("Zs", "Cc"):
        return " "
    if kind in ("Zl", "Zp"):
        return "\n"
    out = []
    for part in unicodedata.normalize("NFKD", character).lower():
        if unicodedata.category(part) not in ("Mn", "Me", "Cf"):
            out.append(_LOOK_ALIKES.get(part, _PLAIN.get(part, part)))
    if kind == "So" and not any(part.isalnum() for part in out):
        return " "
    return "".join(out)
