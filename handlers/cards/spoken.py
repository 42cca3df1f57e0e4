"""Languages that are spoken in schools, each by its own name: nothing has to be typed or translated."""

from handlers.chat import Option
from handlers.languages import Say

SPOKEN = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
    "ht": "Kreyòl ayisyen",
    "ar": "العربية",
    "am": "አማርኛ",
    "bn": "বাংলা",
    "de": "Deutsch",
    "fa": "فارسی",
    "hi": "हिन्दी",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "ne": "नेपाली",
    "pl": "Polski",
    "ru": "Русский",
    "so": "Soomaali",
    "sw": "Kiswahili",
    "tl": "Tagalog",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
OTHER = "other"


def options(say: Say) -> tuple[Option, ...]:
    """Every language, and "another one" at the end."""
    found = [Option(code, name) for code, name in SPOKEN.items()]
    return (*found, Option(OTHER, say("Another language")))


def name(say: Say, code: str) -> str:
    """What a language is called."""
    return SPOKEN.get(code) or say("Another language")
