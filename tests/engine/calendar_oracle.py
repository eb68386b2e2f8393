"""calendar_oracle.py COUNT SEED HOLIDAYS.csv: what another calendar says. One question and its answer a line, by tabs:

words  PUBLISHED  WORDS  LAST_DAY           deadlines in words (python-dateutil)
working  DIVISION  DAY  COUNT  DAY          working days on from a day, or back (counted one by one)
london  DAY  MINUTE  UTC_SECONDS            a local time as an instant (zoneinfo)
"""

import collections
import csv
import datetime
import random
import sys
import zoneinfo

from dateutil.relativedelta import relativedelta

LONDON = zoneinfo.ZoneInfo("Europe/London")
DAY = datetime.timedelta(days=1)
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def holidays_of(path):
    days = collections.defaultdict(set)
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            days[row["division"]].add(datetime.date.fromisoformat(row["date"]))
    return days


def words(dice):
    published = datetime.date(2015, 1, 1) + dice.randrange(9000) * DAY
    count = dice.randrange(1, 13)
    unit, last = dice.choice([
        ("day", published + (count - 1) * DAY), ("week", published + relativedelta(weeks=count)),
        ("month", published + relativedelta(months=count))])
    said = dice.choice([str(count), NUMBERS[count]])
    return "words", published, f"within {said} {unit}{'' if count == 1 else 's'}", last


def working(dice, holidays):
    division = dice.choice(sorted(holidays))
    known = sorted({day.year for day in holidays[division]})
    first, last = datetime.date(known[0], 1, 1), datetime.date(known[-1], 12, 31)
    while True:
        start, count = first + dice.randrange((last - first).days + 1) * DAY, dice.randrange(-40, 41)
        day, left = start, abs(count)
        while left:
            day += DAY if count > 0 else -DAY
            left -= day.weekday() < 5 and day not in holidays[division]
        if first <= day <= last:
            return "working", division, start, count, day


def london(dice):
    day = datetime.date(2015, 1, 1) + dice.randrange(8000) * DAY
    if dice.random() < 0.5:  # a day on which the clocks change
        last_day = datetime.date(dice.randrange(2015, 2037), dice.choice([3, 10]), 31)
        day = last_day - (last_day.weekday() + 1) % 7 * DAY
    minute = dice.randrange(24 * 60)
    wanted = datetime.datetime.combine(day, datetime.time(minute // 60, minute % 60), LONDON)
    instant = wanted.astimezone(datetime.timezone.utc)
    if instant.astimezone(LONDON).time() != wanted.time():  # it does not exist: the gap ends at the full hour
        instant = instant.replace(minute=0)
    return "london", day, minute, int(instant.timestamp())


def main():
    count, dice, holidays = int(sys.argv[1]), random.Random(int(sys.argv[2])), holidays_of(sys.argv[3])
    for number in range(count):
        question = (words(dice), working(dice, holidays), london(dice))[number % 3]
        print(*question, sep="\t")


if __name__ == "__main__":
    main()
