"""The far side of an invitation, by a library that others wrote: icalendar, with Python's own mail and SMTP.

  itip.py invite HOST PORT FROM TO UID START END   sends an invitation as a calendar program would
  itip.py read                                     tells of the message on its standard input, as JSON
  itip.py reply HOST PORT FROM PARTSTAT            answers the invitation on its standard input
"""
import json
import smtplib
import sys
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

BERLIN = ZoneInfo("Europe/Berlin")


def calendar(method, event):
    whole = Calendar()
    whole.add("prodid", "-//Somebody Else//Their Calendar 1.0//EN")
    whole.add("version", "2.0")
    whole.add("method", method)
    whole.add_component(event)
    whole.add_missing_timezones()
    return whole.to_ical().decode()


def person(address, **params):
    found = vCalAddress(f"mailto:{address}")
    for name, value in params.items():
        found.params[name.replace("_", "-")] = vText(value)
    return found


def send(host, port, sender, to, subject, text, method, ical):
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=sender.split("@")[1])
    mail.set_content(text)
    mail.add_alternative(ical.encode(), maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"})
    with smtplib.SMTP(host, int(port), local_hostname="else.example") as server:
        server.send_message(mail, sender, [to])


def invite(host, port, sender, to, uid, start, end):
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime.now(timezone.utc))
    event.add("dtstart", datetime.fromisoformat(start).replace(tzinfo=BERLIN))
    event.add("dtend", datetime.fromisoformat(end).replace(tzinfo=BERLIN))
    event.add("summary", "Baubesprechung: Träger, Fassade; Größen")
    event.add("location", "Hafenstraße 12\nContainer 2")
    event.add("sequence", 0)
    event["organizer"] = person(sender, cn="Carla Oyelaran")
    event.add("attendee", person(to, partstat="NEEDS-ACTION", rsvp="TRUE", role="REQ-PARTICIPANT"), encode=0)
    send(host, port, sender, to, "Invitation", "You are invited.", "REQUEST", calendar("REQUEST", event))


def opened():
    mail = message_from_bytes(sys.stdin.buffer.read(), policy=policy.default)
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 1, [part.get_content_type() for part in mail.walk()]
    read = Calendar.from_ical(parts[0].get_content())
    events = [part for part in read.walk("VEVENT")]
    assert len(events) == 1 and not read.errors and not events[0].errors, (read.errors, events)
    return mail, parts[0], read, events[0]


def guests(event):
    found = event.get("attendee", [])
    found = found if isinstance(found, list) else [found]
    return {str(one).lower().removeprefix("mailto:"): str(one.params.get("PARTSTAT", "")) for one in found}


def read():
    mail, part, whole, event = opened()
    start = event.get("dtstart")
    told = {
        "from": parseaddr(mail["From"])[1],
        "to": mail["To"],
        "subject": mail["Subject"],
        "auto": mail["Auto-Submitted"],
        "types": [part.get_content_type() for part in mail.walk()],
        "part_method": part.get_param("method"),
        "method": str(whole["method"]),
        "uid": str(event["uid"]),
        "sequence": int(event.get("sequence", 0)),
        "summary": str(event.get("summary", "")),
        "location": str(event.get("location", "")),
        "organizer": str(event["organizer"]).lower().removeprefix("mailto:"),
        "guests": guests(event),
        "comment": str(event.get("comment", "")),
        "start": start.dt.astimezone(timezone.utc).isoformat() if start else "",
        "zones": [str(zone["tzid"]) for zone in whole.walk("VTIMEZONE")],
        "text": mail.get_body(("plain",)).get_content(),
    }
    print(json.dumps(told))


def reply(host, port, sender, partstat):
    _, _, _, asked = opened()
    event = Event()
    for name in ("uid", "dtstart", "dtend", "summary", "organizer", "sequence", "recurrence-id"):
        if name in asked:
            event[name] = asked[name]
    event.add("dtstamp", datetime.now(timezone.utc) + timedelta(seconds=1))
    event.add("attendee", person(sender, partstat=partstat), encode=0)
    to = str(asked["organizer"]).removeprefix("mailto:")
    send(host, port, sender, to, f"{partstat.title()}: {asked['summary']}", "My answer.", "REPLY", calendar("REPLY", event))


if __name__ == "__main__":
    {"invite": invite, "read": read, "reply": reply}[sys.argv[1]](*sys.argv[2:])
