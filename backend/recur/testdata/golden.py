"""Writes golden.txt: when rules happen, as libraries say that Clarion does not use.

    apt-get install python3-dateutil python3-croniter
    /usr/bin/python3 golden.py > golden.txt

The times on the wall come from dateutil.rrule and croniter, which never see a time
zone. What a zone makes of them comes from dateutil.tz: a time that does not exist
becomes the first minute that does, of one that comes twice the first counts, and
rules that name every hour happen in each hour that passes.
"""

import datetime as dt
import json

from croniter import croniter
from dateutil import rrule, tz

FROM = dt.datetime(2027, 2, 1)
UNTIL = dt.datetime(2029, 2, 1)
DAYS = {"mon": rrule.MO, "tue": rrule.TU, "wed": rrule.WE, "thu": rrule.TH, "fri": rrule.FR, "sat": rrule.SA, "sun": rrule.SU}

RULES = [
    ("an hour that is skipped in Berlin", "Europe/Berlin", {"kind": "daily", "times": ["02:30"]}),
    ("an hour that comes twice in New York", "America/New_York", {"kind": "weekly", "times": ["01:30"], "weekdays": ["sun", "wed"]}),
    ("an hour that is skipped in New York", "America/New_York", {"kind": "weekly", "times": ["02:00", "02:59", "03:00"], "weekdays": ["sun"]}),
    ("no clock is set in Shanghai", "Asia/Shanghai", {"kind": "weekly", "times": ["09:00"], "weekdays": ["mon", "tue", "wed", "thu", "fri"]}),
    ("three quarters of an hour in Kathmandu", "Asia/Kathmandu", {"kind": "weekly", "times": ["00:00", "23:59"], "weekdays": ["sat"]}),
    ("half an hour that is skipped and comes twice on Lord Howe", "Australia/Lord_Howe", {"kind": "weekly", "times": ["01:45", "02:10"], "weekdays": ["sun"]}),
    ("midnight that is skipped in Santiago", "America/Santiago", {"kind": "weekly", "times": ["00:00", "23:30"], "weekdays": ["sat", "sun"]}),
    ("midnight that is skipped in Beirut", "Asia/Beirut", {"kind": "weekly", "times": ["00:15"], "weekdays": ["sun"]}),
    ("the other way round in Sydney", "Australia/Sydney", {"kind": "weekly", "times": ["02:30"], "weekdays": ["sun", "mon"]}),
    ("a quarter of an hour off on the Chatham Islands", "Pacific/Chatham", {"kind": "weekly", "times": ["03:00", "02:46"], "weekdays": ["sun"]}),
    ("winter time by law in Dublin", "Europe/Dublin", {"kind": "weekly", "times": ["01:30"], "weekdays": ["sun"]}),
    ("the last day of each month", "Europe/Berlin", {"kind": "monthly", "times": ["23:59:59"], "month_days": [-1]}),
    ("the 31st, where there is one", "Europe/London", {"kind": "monthly", "times": ["08:00"], "month_days": [31]}),
    ("the first and the last but one, in three months", "America/Sao_Paulo", {"kind": "monthly", "times": ["12:00"], "month_days": [1, -2], "months": [2, 6, 11]}),
    ("29 February", "Asia/Tokyo", {"kind": "yearly", "times": ["07:00"], "month_days": [29], "months": [2]}),
    ("twice a year on the nights in which clocks are set", "Europe/Paris", {"kind": "yearly", "times": ["02:15"], "month_days": [28, 26, 31, 29], "months": [3, 10]}),
    ("cron: weekdays at nine", "America/Los_Angeles", {"kind": "cron", "cron": "0 9 * * mon-fri"}),
    ("cron: the night in which an hour is skipped", "Europe/Berlin", {"kind": "cron", "cron": "*/20 2 * 3 sun"}),
    ("cron: the night in which an hour comes twice", "Europe/Berlin", {"kind": "cron", "cron": "*/20 2 * 10 sun"}),
    ("cron: every hour, through both nights", "Europe/Berlin", {"kind": "cron", "cron": "30 * 25-31 3,10 *"}),
    ("cron: every ten minutes, through half an hour", "Australia/Lord_Howe", {"kind": "cron", "cron": "*/10 * 1-3 4,10 *"}),
    ("cron: 29 February", "UTC", {"kind": "cron", "cron": "0 0 29 2 *"}),
    ("cron: a day of the month or of the week", "Asia/Kolkata", {"kind": "cron", "cron": "15 6 13 * fri"}),
    ("rrule: every second Tuesday", "Europe/Madrid", {"kind": "rrule", "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=10;BYMINUTE=0;BYSECOND=0"}),
    ("rrule: the last Friday of the month", "America/Chicago", {"kind": "rrule", "rrule": "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=30;BYSECOND=0"}),
    ("rrule: the last working day of the quarter", "Europe/Zurich", {"kind": "rrule", "rrule": "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=2;BYMINUTE=30;BYSECOND=0"}),
    ("rrule: the fourth Thursday of November", "America/New_York", {"kind": "rrule", "rrule": "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;BYHOUR=6;BYMINUTE=0;BYSECOND=0"}),
    ("rrule: weeks that begin on Sunday", "Africa/Cairo", {"kind": "rrule", "rrule": "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;WKST=SU;BYHOUR=0;BYMINUTE=30;BYSECOND=0"}),
    ("rrule: the 100th day, counted", "Atlantic/Azores", {"kind": "rrule", "rrule": "FREQ=YEARLY;BYYEARDAY=100,-100;BYHOUR=0;BYMINUTE=30;BYSECOND=0;COUNT=3"}),
    ("rrule: week 53 and week 1", "Europe/Oslo", {"kind": "rrule", "rrule": "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0"}),
    ("rrule: every five days", "Europe/Lisbon", {"kind": "rrule", "rrule": "FREQ=DAILY;INTERVAL=5;BYHOUR=1;BYMINUTE=15;BYSECOND=0;UNTIL=20280630T000000"}),
    ("rrule: each hour on the days on which clocks are set", "America/New_York", {"kind": "rrule", "rrule": "FREQ=HOURLY;BYMONTH=3,11;BYMONTHDAY=7,14,5,12;BYMINUTE=45;BYSECOND=0"}),
    ("rrule: every second hour, which is not every hour", "Europe/Berlin", {"kind": "rrule", "rrule": "FREQ=HOURLY;INTERVAL=2;BYMONTH=3,10;BYDAY=-1SU"}),
]


def by_rrule(text):
    return rrule.rrulestr(text, dtstart=FROM).between(FROM - dt.timedelta(seconds=1), UNTIL + dt.timedelta(days=2))


def by_calendar(r):
    clocks = [dt.time.fromisoformat(t) for t in r["times"]]
    freq = {"daily": rrule.DAILY, "weekly": rrule.WEEKLY, "monthly": rrule.MONTHLY, "yearly": rrule.YEARLY}[r["kind"]]
    days = rrule.rrule(
        freq, dtstart=FROM - dt.timedelta(days=2), until=UNTIL + dt.timedelta(days=2),
        byweekday=[DAYS[d] for d in r.get("weekdays", [])] or None, bymonthday=r.get("month_days"), bymonth=r.get("months"),
    )
    return [dt.datetime.combine(day.date(), clock) for day in days for clock in sorted(clocks)]


def by_cron(text):
    each = croniter(text, FROM - dt.timedelta(seconds=1))
    while (at := each.get_next(dt.datetime)) < UNTIL + dt.timedelta(days=2):
        yield at


def moments(wall, zone, hourly):
    """The moments at which a wall shows a time."""
    at = wall.replace(tzinfo=zone)
    if not tz.datetime_exists(at):
        if hourly:
            return
        while not tz.datetime_exists(at):
            at += dt.timedelta(minutes=1)
        at = at.replace(second=0)
    yield at.astimezone(tz.UTC)
    if hourly and tz.datetime_ambiguous(at):
        yield tz.enfold(at, 1).astimezone(tz.UTC)


for name, zone, r in RULES:
    walls = by_cron(r["cron"]) if r["kind"] == "cron" else by_rrule(r["rrule"]) if r["kind"] == "rrule" else by_calendar(r)
    hourly = r["kind"] == "cron" and r["cron"].split()[1] == "*" or r["kind"] == "rrule" and "HOURLY" in r["rrule"] and "INTERVAL" not in r["rrule"]
    low, high = (t.replace(tzinfo=tz.UTC) for t in (FROM, UNTIL))
    found = sorted({m for wall in walls for m in moments(wall, tz.gettz(zone), hourly) if low < m < high})
    print(json.dumps({"name": name, "zone": zone, "rule": r, "times": [f"{m:%Y-%m-%dT%H:%M:%SZ}" for m in found]}))
