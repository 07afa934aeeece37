"""Scores jalon's normalisers beside other libraries that read French numbers, amounts and dates.

    python eval/peers/normalisers.py --jalon target/release/jalon
    python eval/peers/normalisers.py --jalon target/release/jalon --corpus number.jsonl.zst currency.jsonl.zst

The first form reads `expressions.tsv` and writes the table of `README.md`; `--errors` adds what each one got wrong.
The second reads the test expressions of Recognizers-Text as JSON Lines of `text` and `spans` (`[start, end, label]`,
code points, `NUMBER` or `MONEY`) and says how many jalon reads, and where its value differs from that library's.
"""

import argparse
import collections
import csv
import datetime
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FAMILIES = ["number", "money", "date", "bound", "range"]

# How Recognizers-Text calls currencies in French, in lower case. A word that several countries share is read as jalon
# reads it with no country, but for dinars and francs, of which it does not say whose they are.
ISO = {
    "euro": "EUR",
    "dollar": "USD",
    "dollar américain": "USD",
    "dollar états-unis": "USD",
    "dollar des états-unis": "USD",
    "dollar canadien": "CAD",
    "dollar australien": "AUD",
    "dollar de hong kong": "HKD",
    "dollar néo-zélandais": "NZD",
    "peso mexicain": "MXN",
    "livre": "GBP",
    "livre sterling": "GBP",
    "pound": "GBP",
    "penny": "GBP",
    "pence": "GBP",
    "yen": "JPY",
    "yen japonais": "JPY",
    "yuan": "CNY",
    "yuan chinois": "CNY",
    "franc suisse": "CHF",
    "franc cfa de l'afrique de l'ouest": "XOF",
    "franc cfa d'afrique centrale": "XAF",
    "franc cfa de l'afrique centrale": "XAF",
    "franc congolais": "CDF",
    "franc guinéen": "GNF",
    "dirham marocain": "MAD",
    "dirham": "MAD",
    "dinar tunisien": "TND",
    "dinar algérien": "DZD",
    "ariary malgache": "MGA",
    "ouguiya": "MRU",
    "roupie": "INR",
    "roupie indienne": "INR",
    "roupie mauricienne": "MUR",
    "cent": "USD",
}

# Units that are hundredths of the currency they are mapped to.
HUNDREDTHS = {"cent", "penny", "pence", "centimes"}


class NotCovered(Exception):
    """The library has no way to express such a value."""


class Case:
    """A line of `expressions.tsv`: an expression in its text, and the value it has in French."""

    def __init__(self, row):
        self.family = row["family"]
        self.expression = row["expression"]
        marked = row["context"] or f"[{self.expression}]"
        self.start = marked.index("[")
        self.end = marked.index("]") - 1
        self.text = marked.replace("[", "").replace("]", "")
        self.published = row["published"] or None
        self.country = row["country"] or None
        self.expected = row["expected"]

    @property
    def label(self):
        """The label of such a mention: numbers, bounds and ranges without a currency are counts of jobs."""
        if self.family == "date":
            return "DATE"
        return "MONEY" if re.search(r" [A-Z]{3}$", self.expected) or self.family == "money" else "JOBS"

    @property
    def today(self):
        """The day of publication, or an arbitrary one where there is none."""
        return datetime.datetime.fromisoformat(self.published or "2024-04-10")


# Values ----------------------------------------------------------------------------------------------------------


def parse_expected(case):
    """The expected value: `("refused",)`, `("date", first, last)` or `("quantity", low, high, approx, currency)`."""
    text = case.expected
    if text == "refused":
        return ("refused",)
    if case.family == "date":
        first, _, last = text.partition("..")
        return ("date", first, last or first)
    text, _, currency = text.partition(" ")
    currency = currency or None
    if text.startswith(">="):
        return ("quantity", float(text[2:]), None, False, currency)
    if text.startswith("<="):
        return ("quantity", None, float(text[2:]), False, currency)
    approx = text.startswith("~")
    low, _, high = text.lstrip("~").partition("..")
    return ("quantity", float(low), float(high or low), approx, currency)


def days(when):
    """First and last day of `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYY-Qn`, `YYYY-Sn`; `None` for `--MM-DD`."""
    if when.startswith("--"):
        return None
    parts = when.split("-")
    year, rest = int(parts[0]), parts[1:]
    if not rest:
        first, last = 1, 12
    elif rest[0][0] in "QS":
        n, size = int(rest[0][1:]), 3 if rest[0][0] == "Q" else 6
        first, last = size * (n - 1) + 1, size * n
    elif len(rest) == 1:
        first = last = int(rest[0])
    else:
        day = datetime.date(year, int(rest[0]), int(rest[1]))
        return day, day
    after = datetime.date(year + last // 12, last % 12 + 1, 1)
    return datetime.date(year, first, 1), after - datetime.timedelta(days=1)


def same_number(a, b):
    """Equality to a billionth."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b))


def right(case, got):
    """Whether a value, in the shape of `parse_expected`, is the expected one.

    Numbers and amounts are compared without their approximation, bounds with it. Of a date a library may give a day
    inside the expected month or year, where one is expected: not all of them know how precise a date is.
    """
    expected = parse_expected(case)
    if expected == ("refused",):
        return got is None
    if got is None:
        return False
    if expected[0] == "date":
        if (expected[1], expected[2]) == got[1:]:
            return True
        spans = [days(when) for when in (*expected[1:], *got[1:])]
        if any(span is None for span in spans):
            return False
        first, last = spans[0][0], spans[1][1]
        if (first, last) == (spans[2][0], spans[3][1]):
            return True
        inside = first <= spans[2][0] and spans[3][1] <= last
        return inside and expected[1] == expected[2] and got[1] == got[2] and spans[2][0] == spans[3][1]
    _, low, high, approx, currency = expected
    _, got_low, got_high, got_approx, got_currency = got
    same = same_number(low, got_low) and same_number(high, got_high) and currency == got_currency
    return same and (case.family != "bound" or approx == got_approx)


# Libraries -------------------------------------------------------------------------------------------------------


def jalon(program, requests):
    """The values of mentions, in order; `None` for a refusal."""
    lines = "".join(json.dumps(request, ensure_ascii=False) + "\n" for request in requests)
    run = subprocess.run([program, "normalise"], input=lines, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    return [value_of(answer) for answer in answers]


def value_of(answer):
    """An answer of jalon in the shape of `parse_expected`."""
    value = answer.get("value")
    if value is None:
        return None
    if answer["label"] == "DATE":
        return ("date", value["first"], value["last"])
    return ("quantity", value["min"], value["max"], value["approx"], value.get("currency"))


def request(case):
    """A case as jalon reads it."""
    fields = {"text": case.text, "start": case.start, "end": case.end, "label": case.label}
    return fields | {"published": case.published, "country": case.country}


class Recognizers:
    """Microsoft Recognizers-Text, its French models; ranges and bounds of numbers have none in Python."""

    name = "Recognizers-Text"

    def __init__(self):
        from recognizers_date_time import DateTimeRecognizer
        from recognizers_number import Culture, NumberRecognizer
        from recognizers_number_with_unit import NumberWithUnitRecognizer

        self.number = NumberRecognizer(Culture.French).get_number_model()
        self.currency = NumberWithUnitRecognizer(Culture.French).get_currency_model()
        self.date = DateTimeRecognizer(Culture.French).get_datetime_model()

    def values(self, case):
        """Every reading it offers of the expression."""
        if case.family in ("bound", "range"):
            raise NotCovered
        if case.family == "date":
            return self.dates(case)
        model = self.number if case.family == "number" else self.currency
        found = self.overlapping(model.parse(case.text), case)
        return [value for one in found if (value := quantity_of(one)) is not None] if len(found) == 1 else []

    def dates(self, case):
        """Its readings of a date; a duration is none."""
        found = self.overlapping(self.date.parse(case.text, case.today), case)
        if len(found) != 1 or not found[0].resolution:
            return []
        return [read for value in found[0].resolution["values"] for read in timexes_of(value, case)]

    @staticmethod
    def overlapping(found, case):
        return [one for one in found if one.start < case.end and one.end >= case.start]


def quantity_of(found):
    """A number or an amount of Recognizers-Text; `None` when it found one and has no value for it."""
    figure, unit = (found.resolution or {}).get("value"), (found.resolution or {}).get("unit")
    if figure is None:
        return None
    value = float(figure.replace(",", "."))
    if unit is not None:
        unit = unit.casefold()
        value = value / 100 if unit in HUNDREDTHS else value
        unit = ISO.get(unit, unit)
    return ("quantity", value, value, False, unit)


def timexes_of(value, case):
    """The readings of a date or a period of Recognizers-Text; the end of a period may be meant or be the day after."""
    if value.get("value") == "not resolved":
        return []
    if value["type"] == "date" and value["timex"].startswith("XXXX-") and not case.published:
        when = value["timex"].replace("XXXX", "-", 1)
        return [("date", when, when)]
    if value["type"] == "date" and "value" in value:
        return [("date", value["value"], value["value"])]
    if value["type"] == "daterange" and "start" in value and "end" in value:
        before = datetime.date.fromisoformat(value["end"]) - datetime.timedelta(days=1)
        return [("date", value["start"], last) for last in (before.isoformat(), value["end"])]
    return []


class Text2num:
    """text2num: spells numbers in digits; digits are not its business."""

    name = "text2num"

    def values(self, case):
        from text_to_num import alpha2digit

        if case.family != "number" or not re.search(r"[^\W\d]{2,}", case.expression):
            raise NotCovered
        digits = alpha2digit(case.expression, "fr")
        numbers = re.findall(r"\d+(?:[.,]\d+)?", digits)
        if len(numbers) != 1:
            return []
        value = float(numbers[0].replace(",", "."))
        return [("quantity", value, value, False, None)]


class Dateparser:
    """dateparser: a point of the calendar and how precise it is; periods of two points are not its business."""

    name = "dateparser"

    def values(self, case):
        import dateparser.date

        if case.family != "date" or ".." in case.expected or case.expected.startswith("--"):
            raise NotCovered
        settings = {"RELATIVE_BASE": case.today}
        parser = dateparser.date.DateDataParser(languages=["fr"], settings=settings)
        data = parser.get_date_data(case.expression)
        if data.date_obj is None:
            return []
        day = data.date_obj.date()
        form = {"year": "%Y", "month": "%Y-%m"}.get(data.period, "%Y-%m-%d")
        return [("date", day.strftime(form), day.strftime(form))]


# Scores ----------------------------------------------------------------------------------------------------------


def score(cases, readings):
    """Right, not covered and all, by family; and the cases got wrong. A reading is a list of values or `NotCovered`."""
    counts, wrong = collections.Counter(), []
    for case, reading in zip(cases, readings):
        counts[case.family, "all"] += 1
        if reading is NotCovered:
            counts[case.family, "not covered"] += 1
        elif any(right(case, value) for value in reading or [None]):
            counts[case.family, "right"] += 1
        else:
            wrong.append((case, reading))
    return counts, wrong


def readings_of(peer, cases):
    """What a library reads of each case; what it raises on is nothing read."""
    readings = []
    for case in cases:
        try:
            readings.append(peer.values(case))
        except NotCovered:
            readings.append(NotCovered)
        except Exception as error:  # noqa: BLE001 - a library that fails on an expression has not read it
            print(f"{peer.name}: {case.expression}: {error!r}", file=sys.stderr)
            readings.append([])
    return readings


def table(scores):
    """The scores as Markdown: right of all, and in brackets what the library does not cover."""
    rows = [["family"] + list(scores), ["---"] * (len(scores) + 1)]
    for family in [*FAMILIES, "all"]:
        cells = [family]
        for counts in scores.values():
            families = FAMILIES if family == "all" else [family]
            total = {kind: sum(counts[f, kind] for f in families) for kind in ("right", "all", "not covered")}
            missing = f" [{total['not covered']}]" if total["not covered"] else ""
            cells.append(f"{total['right']} of {total['all']}{missing}")
        rows.append(cells)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def measure(args):
    """Writes the table of `expressions.tsv`."""
    with open(args.expressions, encoding="utf-8", newline="") as file:
        cases = [Case(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    read = {"jalon": [[value] if value else [] for value in jalon(args.jalon, map(request, cases))]}
    for peer in (Recognizers(), Text2num(), Dateparser()):
        read[peer.name] = readings_of(peer, cases)
    scored = {name: score(cases, readings) for name, readings in read.items()}
    print(table({name: counts for name, (counts, _) in scored.items()}))
    if args.errors:
        for name, (_, wrong) in scored.items():
            for case, reading in wrong:
                print(f"{name}\t{case.family}\t{case.expression}\t{case.expected}\t{reading}")


# The test expressions of Recognizers-Text ------------------------------------------------------------------------


def documents(path):
    """The lines of a JSON Lines file, packed with zstd or not."""
    if path.endswith(".zst"):
        text = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout.decode("utf-8")
    else:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def corpus(args):
    """Counts, over distinct expressions, what jalon reads and where its value differs from Recognizers-Text's."""
    peer = Recognizers()
    for path in args.corpus:
        spans = {}
        for document in documents(path):
            text = document["text"]
            for start, end, label in document["spans"]:
                spans[text[max(0, start - 40) : end + 40]] = (text, start, end, label)
        requests = [
            {"text": text, "start": start, "end": end, "label": "MONEY" if label == "MONEY" else "JOBS"}
            for text, start, end, label in spans.values()
        ]
        counts = collections.Counter(all=len(spans))
        for (text, start, end, label), value in zip(spans.values(), jalon(args.jalon, requests)):
            other = theirs(peer, text, start, end, label)
            kind = verdict(value, other)
            counts[kind] += 1
            if args.errors and kind != "same value":
                print(f"{kind}\t{text[start:end]}\t{value}\t{other}\t{text[max(0, start - 30):end + 20]}")
        print(pathlib.Path(path).name, dict(counts))


def theirs(peer, text, start, end, label):
    """The resolution of Recognizers-Text for exactly this span, if it has one."""
    model = peer.currency if label == "MONEY" else peer.number
    try:
        found = [one for one in model.parse(text) if (one.start, one.end + 1) == (start, end)]
        return quantity_of(found[0]) if found else None
    except Exception:  # noqa: BLE001 - as in `readings_of`
        return None


def verdict(value, other):
    """How a value of jalon stands to the one of Recognizers-Text."""
    if value is None:
        return "refused"
    if other is None:
        return "read, no resolution to compare"
    figure = value[1] if value[1] is not None else value[2]
    same = same_number(figure, other[1]) and (value[4] == other[4])
    return "same value" if same else "other value"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jalon", default="jalon", help="the program (default: found in PATH)")
    parser.add_argument("--expressions", default=HERE / "expressions.tsv", help="our expressions")
    parser.add_argument("--corpus", nargs="+", help="test expressions of Recognizers-Text (.jsonl, .jsonl.zst)")
    parser.add_argument("--errors", action="store_true", help="list what was got wrong, or differs")
    args = parser.parse_args()
    corpus(args) if args.corpus else measure(args)


if __name__ == "__main__":
    main()
