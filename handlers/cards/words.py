"""How stored words, times and places are shown to people."""

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.escalation import HelperNews
from storage.programmes import Programme
from storage.words import About, Category, Concern, FoundBy, Urgency

CATEGORY = {
    Category.SELF_HARM: "Self-harm",
    Category.HARM_TO_OTHERS: "Harm to others",
    Category.PSYCHOSIS: "Signs of psychosis",
    Category.ABUSE: "Abuse",
    Category.UNSURE: "Not said yet",
}
URGENCY = {
    Urgency.IMMEDIATE: "Immediate",
    Urgency.SOON: "Soon",
    Urgency.POSSIBLE: "Possible",
    Urgency.NONE: "None",
}
ABOUT = {
    About.WRITER: "the helper who wrote it",
    About.SOMEBODY_ELSE: "somebody the helper is with or knows",
    About.UNKNOWN: "not clear yet",
}
FOUND_BY = {FoundBy.HELPER: "said by the helper", FoundBy.SCREENING: "found by screening"}
CONCERN = {
    Concern.NONE: "Not worried",
    Concern.A_LITTLE: "A little unsure",
    Concern.SOON: "Worried: an adult should know today",
    Concern.IMMEDIATE: "Danger now: page an adult at once",
}
HOW = {"now": "going now", "in_10": "there in 10 minutes", "by_phone": "calling by phone"}
OUTCOME = {
    "talked": "Talked with the student, safe for now",
    "support_plan": "Support plan agreed",
    "referred": "Referred to outside help",
    "emergency": "Emergency services involved",
    "not_a_concern": "Checked: not a concern",
}
REPORT = {
    "made": "Report made",
    "not_required": "Not required (why, in the note)",
    "deciding": "Still deciding with the team",
}
PARENTS = {
    "told": "Told",
    "deliberately_not": "Deliberately not told (why, in the note)",
    "later": "Not yet",
}
HELPER_NEWS_TITLE = {
    HelperNews.NO_ANSWER_YET: "No answer yet: call or go",
    HelperNews.GET_ANY_ADULT: "Get any adult near you, now",
    HelperNews.SOMEBODY_HAS_IT: "An adult has it",
    HelperNews.PAGING_AGAIN: "Still on it: the adults are being paged again",
}
SERVICES = {
    "listening": "Listening",
    "tutoring": "Tutoring",
    "mentoring": "Mentoring",
    "advising": "Information and options",
    "buddy": "Buddy",
    "hospitality": "Hospitality",
    "support": "Counselling and support",
    "mediation": "Mediation and circles",
    "peer_education": "Peer education",
    "violence_prevention": "Violence prevention",
    "orientation": "Orientation",
    "el_discussion": "EL discussion group",
    "outreach": "Outreach",
    "support_group": "Support group",
    "brief_intervention": "Brief intervention",
}


def service(key: str) -> str:
    """A service's name for people."""
    return SERVICES.get(key, key)


def clock_time(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A time in the programme's zone; with the weekday and date unless it is today."""
    local = moment.astimezone(zone)
    today = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if today else f"{local:%a %d %b, %H:%M}"


def short(name: str) -> str:
    """A person's name, short enough for every title it may stand in."""
    name = name.strip() or "somebody on the team"
    return name if len(name) <= 60 else f"{name[:59]}…"


def length(minutes: int) -> str:
    """A length of time in words."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def whom_to_call(programme: Programme) -> tuple[tuple[str, str], ...]:
    """Phone, room and lines, as a card's fields; what a programme has not set is left out."""
    pairs = (
        ("Danger now", f"Call {programme.emergency_number}" if programme.emergency_number else ""),
        ("Call your coordinator", programme.phone),
        ("Or go to", programme.room),
        ("Crisis line, any hour", programme.crisis_line),
    )
    return tuple((label, value) for label, value in pairs if value)
