"""How stored words and places are shown to people. A table holds English: ``say(URGENCY[urgency])``."""

from handlers.ladder import HelperNews
from handlers.languages import Say, mark
from storage.checkins import ServiceTotal
from storage.words import About, Category, Concern, FoundBy, Urgency

CATEGORY = {
    Category.SELF_HARM: mark("Self-harm or suicide"),
    Category.HARM_TO_OTHERS: mark("Harm to others"),
    Category.PSYCHOSIS: mark("Signs of psychosis"),
    Category.ABUSE: mark("Abuse"),
    Category.UNSURE: mark("Not said yet"),
}
URGENCY = {
    Urgency.IMMEDIATE: mark("Immediate"),
    Urgency.SOON: mark("Soon"),
    Urgency.POSSIBLE: mark("Possible"),
    Urgency.NONE: mark("None"),
}
ABOUT = {
    About.WRITER: mark("the helper who wrote it"),
    About.SOMEBODY_ELSE: mark("somebody the helper is with or knows"),
    About.UNKNOWN: mark("not clear yet"),
}
FOUND_BY = {FoundBy.HELPER: mark("said by the helper"), FoundBy.SCREENING: mark("found by screening")}
CONCERN = {
    Concern.NONE: mark("Not worried"),
    Concern.A_LITTLE: mark("A little unsure"),
    Concern.SOON: mark("Worried: an adult should know today"),
    Concern.IMMEDIATE: mark("Danger now: page an adult at once"),
}
HOW = {"now": mark("going now"), "in_10": mark("there in 10 minutes"), "by_phone": mark("calling by phone")}
OUTCOME = {
    "talked": mark("Talked with the student, safe for now"),
    "support_plan": mark("Support plan agreed"),
    "referred": mark("Referred to outside help"),
    "emergency": mark("Emergency services involved"),
    "not_a_concern": mark("Checked: not a concern"),
}
REPORT = {
    "made": mark("Report made"),
    "not_required": mark("Not required (why, in the note)"),
    "deciding": mark("Still deciding with the team"),
}
PARENTS = {
    "told": mark("Told"),
    "deliberately_not": mark("Deliberately not told (why, in the note)"),
    "later": mark("Not yet"),
}
HELPER_NEWS_TITLE = {
    HelperNews.NO_ANSWER_YET: mark("No answer yet: call or go"),
    HelperNews.GET_ANY_ADULT: mark("Get any adult near you, now"),
    HelperNews.SOMEBODY_HAS_IT: mark("An adult has it"),
    HelperNews.PAGING_AGAIN: mark("Still on it: the adults are being paged again"),
}
SERVICES = {
    "listening": mark("Listening"),
    "tutoring": mark("Tutoring"),
    "mentoring": mark("Mentoring"),
    "advising": mark("Information and options"),
    "buddy": mark("Buddy"),
    "hospitality": mark("Hospitality"),
    "support": mark("Counselling and support"),
    "mediation": mark("Mediation and circles"),
    "peer_education": mark("Peer education"),
    "violence_prevention": mark("Violence prevention"),
    "orientation": mark("Orientation"),
    "el_discussion": mark("EL discussion group"),
    "outreach": mark("Outreach"),
    "support_group": mark("Support group"),
    "brief_intervention": mark("Brief intervention"),
}


def service(say: Say, key: str) -> str:
    """A service's name for people."""
    return say(SERVICES.get(key, key))


def service_line(say: Say, item: ServiceTotal) -> str:
    """A service in figures: check-ins and time, and of sessions with groups how many were reached."""
    line = say.counted(
        item.check_ins,
        mark("{service}: {count} check-in, {length}"),
        mark("{service}: {count} check-ins, {length}"),
        service=service(say, item.service),
        length=say.length(item.minutes),
    )
    return ", ".join([line, *group_parts(say, item)])


def group_parts(say: Say, item: ServiceTotal) -> list[str]:
    """Groups and the people in them; how circles ended, as far as that was told."""
    parts = []
    if item.groups:
        parts.append(say("groups: {count}", count=item.groups))
    if item.people:
        parts.append(say("people in them: {count}", count=item.people))
    if item.agreed or item.not_agreed:
        parts.append(
            say("agreements: {agreed} of {count}", agreed=item.agreed, count=item.agreed + item.not_agreed)
        )
    return parts


def short(say: Say, name: str) -> str:
    """A person's name, short enough for every title it may stand in."""
    name = name.strip() or say("somebody on the team")
    return name if len(name) <= 60 else f"{name[:59]}…"
