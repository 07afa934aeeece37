//! Calendar expressions, read against the publication date.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::lexicon::Lexicon;
use super::scan::{Cursor, Folded, Kind, ends_with_words, last_word};
use super::{Context, Refusal, number};
use crate::span::ByteSpan;
use crate::value::When;

/// A point or period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateValue {
    /// Its beginning, as an announcement day (`3 et 4 décembre` → the 3rd).
    pub first: When,
    /// Its end, as a deadline (`2023-2027` → 2027; `d'ici trois ans` → the publication year + 3).
    pub last: When,
    /// True when it was read against the publication date.
    pub relative: bool,
}

impl DateValue {
    fn stated(when: When) -> Self {
        Self {
            first: when,
            last: when,
            relative: false,
        }
    }

    fn relative(when: When) -> Self {
        Self {
            first: when,
            last: when,
            relative: true,
        }
    }
}

/// How far around the mention its anchor (*il y a*) and direction (*prochain*) are looked for, in bytes.
const AROUND: usize = 48;

/// Years that a newsroom writes; a figure outside is none.
const YEARS: std::ops::RangeInclusive<i16> = 1500..=2500;

/// Reads a date.
///
/// # Errors
/// [`Refusal::NoDate`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<DateValue, Refusal> {
    let surface = span.slice(context.text).ok_or(Refusal::OutOfText)?;
    let folded = Folded::new(context.text, span.range(), AROUND);
    let expression = Expression::read(&folded, context.published);
    expression
        .and_then(|e| e.value())
        .ok_or_else(|| Refusal::NoDate(surface.to_owned()))
}

/// A word or figure of a calendar expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A figure of one or two digits.
    Small(u8),
    /// A figure of four digits, a plausible year.
    Year(i16),
    Month(u8),
    Weekday(Weekday),
    /// Number of days from the publication: *hier* is -1.
    Days(i64),
    /// *premier*, *2e*; 0 is *dernier*, which also points to the past.
    Ordinal(u8),
    Season(Season),
    Unit(Unit),
    /// *matin*, *soir*: the day itself after *ce*.
    PartOfDay,
    Past,
    Next,
    This,
    /// A hyphen, a slash, a full stop between figures.
    Mark(char),
    /// Between two points: *et*, *à*, *au*, *ou*.
    Join,
    /// One of [`NO_DATE`].
    Never,
    /// *moitié*
    Moiety,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Weekend,
    Month,
    Quarter,
    Half,
    Year,
    Decade,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

impl Season {
    /// First and last month.
    fn months(self) -> (u8, u8) {
        match self {
            Self::Winter => (1, 3),
            Self::Spring => (3, 6),
            Self::Summer => (6, 9),
            Self::Autumn => (9, 12),
        }
    }
}

/// Words of the calendar.
const CALENDAR: &[(&str, Token)] = &[
    ("janvier", Token::Month(1)),
    ("janv", Token::Month(1)),
    ("jan", Token::Month(1)),
    ("fevrier", Token::Month(2)),
    ("fevr", Token::Month(2)),
    ("fev", Token::Month(2)),
    ("mars", Token::Month(3)),
    ("avril", Token::Month(4)),
    ("avr", Token::Month(4)),
    ("mai", Token::Month(5)),
    ("juin", Token::Month(6)),
    ("juillet", Token::Month(7)),
    ("juil", Token::Month(7)),
    ("aout", Token::Month(8)),
    ("septembre", Token::Month(9)),
    ("sept", Token::Month(9)),
    ("sep", Token::Month(9)),
    ("octobre", Token::Month(10)),
    ("oct", Token::Month(10)),
    ("novembre", Token::Month(11)),
    ("nov", Token::Month(11)),
    ("decembre", Token::Month(12)),
    ("dec", Token::Month(12)),
    ("lundi", Token::Weekday(Weekday::Monday)),
    ("mardi", Token::Weekday(Weekday::Tuesday)),
    ("mercredi", Token::Weekday(Weekday::Wednesday)),
    ("jeudi", Token::Weekday(Weekday::Thursday)),
    ("vendredi", Token::Weekday(Weekday::Friday)),
    ("samedi", Token::Weekday(Weekday::Saturday)),
    ("dimanche", Token::Weekday(Weekday::Sunday)),
    ("hier", Token::Days(-1)),
    ("demain", Token::Days(1)),
    ("aujourd", Token::Days(0)),
    ("printemps", Token::Season(Season::Spring)),
    ("ete", Token::Season(Season::Summer)),
    ("automne", Token::Season(Season::Autumn)),
    ("hiver", Token::Season(Season::Winter)),
    ("matin", Token::PartOfDay),
    ("matinee", Token::PartOfDay),
    ("midi", Token::PartOfDay),
    ("soir", Token::PartOfDay),
    ("soiree", Token::PartOfDay),
    ("nuit", Token::PartOfDay),
    ("jour", Token::Unit(Unit::Day)),
    ("jours", Token::Unit(Unit::Day)),
    ("semaine", Token::Unit(Unit::Week)),
    ("semaines", Token::Unit(Unit::Week)),
    ("weekend", Token::Unit(Unit::Weekend)),
    ("week", Token::Unit(Unit::Weekend)),
    ("mois", Token::Unit(Unit::Month)),
    ("trimestre", Token::Unit(Unit::Quarter)),
    ("trimestres", Token::Unit(Unit::Quarter)),
    ("semestre", Token::Unit(Unit::Half)),
    ("semestres", Token::Unit(Unit::Half)),
    ("an", Token::Unit(Unit::Year)),
    ("ans", Token::Unit(Unit::Year)),
    ("annee", Token::Unit(Unit::Year)),
    ("annees", Token::Unit(Unit::Year)),
    // The fiscal year is the civil one in the Maghreb, in French-speaking Africa and in France.
    ("exercice", Token::Unit(Unit::Year)),
    ("exercices", Token::Unit(Unit::Year)),
    ("decennie", Token::Unit(Unit::Decade)),
    ("decennies", Token::Unit(Unit::Decade)),
    ("moitie", Token::Moiety),
    ("premier", Token::Ordinal(1)),
    ("premiers", Token::Ordinal(1)),
    ("premiere", Token::Ordinal(1)),
    ("premieres", Token::Ordinal(1)),
    ("second", Token::Ordinal(2)),
    ("seconde", Token::Ordinal(2)),
    ("deuxieme", Token::Ordinal(2)),
    ("troisieme", Token::Ordinal(3)),
    ("quatrieme", Token::Ordinal(4)),
    ("dernier", Token::Past),
    ("derniers", Token::Past),
    ("derniere", Token::Past),
    ("dernieres", Token::Past),
    ("passe", Token::Past),
    ("passee", Token::Past),
    ("ecoule", Token::Past),
    ("ecoulee", Token::Past),
    ("precedent", Token::Past),
    ("precedente", Token::Past),
    ("prochain", Token::Next),
    ("prochains", Token::Next),
    ("prochaine", Token::Next),
    ("prochaines", Token::Next),
    ("venir", Token::Next),
    ("vient", Token::Next),
    ("viennent", Token::Next),
    ("suivant", Token::Next),
    ("suivante", Token::Next),
    ("ce", Token::This),
    ("cet", Token::This),
    ("cette", Token::This),
    ("cours", Token::This),
    ("courant", Token::This),
    ("courante", Token::This),
    ("et", Token::Join),
    ("a", Token::Join),
    ("au", Token::Join),
    ("ou", Token::Join),
    ("puis", Token::Join),
];

/// Words of calendars other than the civil one, and of durations that are no dates.
const NO_DATE: &[&str] = &[
    "scolaire",
    "scolaires",
    "universitaire",
    "universitaires",
    "campagne",
    "ramadan",
    "age",
    "agee",
    "ages",
    "chaque",
    "veille",
    "lendemain",
    "vieux",
    "plusieurs",
    "quelques",
    "siecle",
    "siecles",
    "meme",
];

static WORDS: LazyLock<Lexicon<Token>> = LazyLock::new(|| {
    let never = NO_DATE.iter().map(|word| (*word, Token::Never));
    Lexicon::keyed(CALENDAR.iter().copied().chain(never))
});

/// What a duration is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    /// *dans cinq ans*, *d'ici trois ans*.
    Ahead,
    /// *sur trois ans*: from now on.
    Over,
    /// *il y a deux ans*.
    Ago,
}

/// The words that anchor a duration, at the end of what stands before it.
const ANCHORS: &[(&str, Anchor)] = &[
    ("d'ici", Anchor::Ahead),
    ("d'ici a", Anchor::Ahead),
    ("d ici", Anchor::Ahead),
    ("d ici a", Anchor::Ahead),
    ("ici a", Anchor::Ahead),
    ("ici", Anchor::Ahead),
    ("dans", Anchor::Ahead),
    ("dans les", Anchor::Ahead),
    ("dans un delai de", Anchor::Ahead),
    ("delai de", Anchor::Ahead),
    ("horizon de", Anchor::Ahead),
    ("sous", Anchor::Ahead),
    ("avant", Anchor::Ahead),
    ("sur", Anchor::Over),
    ("sur les", Anchor::Over),
    ("sur une periode de", Anchor::Over),
    ("sur une duree de", Anchor::Over),
    ("periode de", Anchor::Over),
    ("il y a", Anchor::Ago),
    ("y a", Anchor::Ago),
    ("il a y", Anchor::Ago),
    ("y a de ca", Anchor::Ago),
    ("voici", Anchor::Ago),
    ("voila", Anchor::Ago),
];

static ANCHORS_BY_LAST_WORD: LazyLock<Lexicon<(&str, Anchor)>> = LazyLock::new(|| {
    Lexicon::keyed(
        ANCHORS
            .iter()
            .map(|&(words, anchor)| (last_word(words), (words, anchor))),
    )
});

/// A calendar expression in its surroundings.
struct Expression<'a> {
    folded: &'a str,
    left: &'a str,
    tokens: Vec<Token>,
    published: Option<When>,
    /// *prochain* or *dernier* right after the mention.
    after: Option<Token>,
}

impl<'a> Expression<'a> {
    fn read(folded: &'a Folded, published: Option<When>) -> Option<Self> {
        let tokens = tokens(folded.mention())?;
        let mut following = Cursor::new(folded.after());
        // *à venir*, *qui viennent*
        if let Some("a" | "qui") = following.word() {
            following.advance();
        }
        let after = following
            .word()
            .and_then(word)
            .filter(|t| matches!(t, Token::Past | Token::Next));
        let published =
            published.filter(|p| p.days().is_some() && p.year().is_some_and(|y| YEARS.contains(&y)));
        Some(Self {
            folded: folded.mention(),
            left: folded.before(0),
            tokens,
            published,
            after,
        })
    }

    fn has(&self, wanted: impl Fn(&Token) -> bool) -> bool {
        self.tokens.iter().any(wanted)
    }

    /// The reading, by what the expression holds: the more precise forms first.
    fn value(&self) -> Option<DateValue> {
        self.numeric()
            .or_else(|| self.counted_parts())
            .or_else(|| self.part_of_year())
            .or_else(|| self.decade())
            .or_else(|| self.day_of_month())
            .or_else(|| self.day_of_stated_month())
            .or_else(|| self.points())
            .or_else(|| self.duration())
            .or_else(|| self.near())
    }

    /// First and last day of the publication date.
    fn today(&self) -> Option<(Date, Date)> {
        self.published?.days()
    }

    /// The day of publication, when it is known to the day.
    fn day(&self) -> Option<Date> {
        self.today()
            .filter(|(first, last)| first == last)
            .map(|(first, _)| first)
    }

    /// Year and month of publication, when they are known.
    fn month(&self) -> Option<(i16, u8)> {
        let (first, last) = self.today()?;
        (first.month() == last.month()).then_some((first.year(), first.month() as u8))
    }

    fn year(&self) -> Option<i16> {
        self.published?.year()
    }

    /// Where the expression points to, if it says so.
    fn direction(&self) -> Option<Token> {
        let inside = self
            .tokens
            .iter()
            .copied()
            .find(|t| matches!(t, Token::Past | Token::Next));
        inside.or(self.after)
    }

    /// `22/12/2023`, `22.12.2023`, `22-12-23`, `2023-12-22`, `12/2023`.
    fn numeric(&self) -> Option<DateValue> {
        use Token::{Mark, Small, Year};
        let when = |window: &[Token]| match *window {
            [day, Mark(a @ ('/' | '.' | '-')), Small(m), Mark(b), year] if a == b => match (day, year) {
                (Small(d), Year(y)) | (Year(y), Small(d)) => real(When::Day(y, m, d)),
                (Small(d), Small(y)) => real(When::Day(2000 + i16::from(y), m, d)),
                _ => None,
            },
            [Small(m), Mark('/'), Year(y)] => real(When::Month(y, m)),
            // `avr-24`
            [Token::Month(m), Mark('-' | '/'), Small(y @ 20..)] => Some(When::Month(2000 + i16::from(y), m)),
            _ => None,
        };
        let full = self.tokens.windows(5).find_map(when);
        full.or_else(|| when(&self.tokens)).map(DateValue::stated)
    }

    /// *neuf premiers mois de 2024*: January to September; *deux derniers trimestres de 2023*: the third and the fourth.
    fn counted_parts(&self) -> Option<DateValue> {
        const PARTS: &[(&str, u8)] = &[
            ("premiers mois", 12),
            ("derniers mois", 12),
            ("premiers trimestres", 4),
            ("derniers trimestres", 4),
        ];
        let counted = self.has(|t| matches!(t, Token::Unit(Unit::Month | Unit::Quarter)))
            && self.has(|t| matches!(t, Token::Ordinal(1) | Token::Past));
        if !counted {
            return None;
        }
        let (at, words, per_year) = PARTS
            .iter()
            .find_map(|&(words, per_year)| Some((self.folded.find(words)?, words, per_year)))?;
        let figure = number::find(&self.folded[..at])?;
        let n = figure.low as u8;
        if !(1.0..=f64::from(per_year)).contains(&figure.low) {
            return None;
        }
        let (y, relative) = if words.starts_with("premiers") {
            self.stated_year()
                .or_else(|| Some((self.year_begun(n, per_year)?, true)))?
        } else {
            self.stated_year()?
        };
        let part = |n: u8| {
            if per_year == 12 {
                When::Month(y, n)
            } else {
                When::Quarter(y, n)
            }
        };
        let (first, last) = if words.starts_with("premiers") {
            (1, n)
        } else {
            (per_year - n + 1, per_year)
        };
        Some(DateValue {
            first: part(first),
            last: part(last),
            relative,
        })
    }

    /// The last year whose first `n` parts of `per_year` have begun to run out at the publication.
    fn year_begun(&self, n: u8, per_year: u8) -> Option<i16> {
        let (y, month) = self.month()?;
        Some(if 12 / per_year * n > month { y - 1 } else { y })
    }

    /// *années 90*, *années 2010*.
    fn decade(&self) -> Option<DateValue> {
        let first = match *self.tokens.as_slice() {
            [.., Token::Unit(Unit::Year), Token::Year(y)] => y,
            [.., Token::Unit(Unit::Year), Token::Small(n @ 30..)] => 1900 + i16::from(n),
            _ => return None,
        };
        (self.folded.contains("annees ") && first % 10 == 0).then_some(DateValue {
            first: When::Year(first),
            last: When::Year(first + 9),
            relative: false,
        })
    }

    /// `14/11`; the day alone of *le 15 janvier à Safi et le* **22** *à Marrakech*.
    fn day_of_stated_month(&self) -> Option<DateValue> {
        let point = match *self.tokens.as_slice() {
            [Token::Small(d), Token::Mark('/'), Token::Small(m @ 1..=12)] => Point {
                day: Some(d),
                month: Some(m),
                ..Point::default()
            },
            [Token::Small(d)] => {
                let before = tokens(self.left)?;
                let at = before.iter().rposition(|t| matches!(t, Token::Month(_)))?;
                let Token::Month(month) = before[at] else {
                    return None;
                };
                let year = match before.get(at + 1) {
                    Some(Token::Year(y)) => Some(*y),
                    _ => None,
                };
                Point {
                    day: Some(d),
                    month: Some(month),
                    year,
                    weekday: None,
                }
            }
            _ => return None,
        };
        let when = self.place(point)?;
        let whole = matches!(when, When::Day(..) | When::MonthDay(..));
        whole.then_some(DateValue {
            first: when,
            last: when,
            relative: point.year.is_none() && self.published.is_some(),
        })
    }

    /// *10 courant*, *15 du mois prochain*.
    fn day_of_month(&self) -> Option<DateValue> {
        let day = match *self.tokens.as_slice() {
            [Token::Small(d), Token::This] => d,
            [Token::Small(d), between, ..]
                if !matches!(between, Token::Unit(_)) && self.has(|t| *t == Token::Unit(Unit::Month)) =>
            {
                d
            }
            _ => return None,
        };
        let shift = match self.direction() {
            Some(Token::Past) => -1.0,
            Some(_) => 1.0,
            None if self.has(|t| *t == Token::This) => 0.0,
            None => return None,
        };
        match self.shifted(Unit::Month, shift)? {
            When::Month(y, m) if !self.has(|t| matches!(t, Token::Month(_))) => {
                real(When::Day(y, m, day)).map(DateValue::relative)
            }
            _ => None,
        }
    }

    /// The year that the expression states: `2024`, *de l'année prochaine*, *de cette année*.
    fn stated_year(&self) -> Option<(i16, bool)> {
        let mut years = self
            .tokens
            .iter()
            .filter_map(|t| if let Token::Year(y) = t { Some(*y) } else { None });
        if let Some(y) = years.next_back() {
            return Some((y, false));
        }
        let at = self.tokens.iter().position(|t| *t == Token::Unit(Unit::Year))?;
        let near = &self.tokens[at.saturating_sub(1)..(at + 3).min(self.tokens.len())];
        let shift = near.iter().find_map(|t| match t {
            Token::Past => Some(-1),
            Token::Next => Some(1),
            _ => None,
        });
        let shift = shift.or_else(|| match self.after? {
            Token::Past => Some(-1),
            _ => Some(1),
        });
        Some((self.year()? + shift.unwrap_or(0), true))
    }

    /// Quarters and halves: *premier semestre 2024*, `T1 2025`, *ce trimestre*, *seconde moitié de 2025*.
    fn part_of_year(&self) -> Option<DateValue> {
        let (at, unit, n) = self.tokens.iter().enumerate().find_map(|(i, t)| match *t {
            Token::Unit(unit @ (Unit::Quarter | Unit::Half)) => Some((i, unit, self.ordinal_before(i))),
            Token::Moiety => Some((i, Unit::Half, self.ordinal_before(i))),
            _ => None,
        })?;
        let per_year: u8 = if unit == Unit::Half { 2 } else { 4 };
        let part = |y: i16, n: u8| {
            if unit == Unit::Half {
                When::Half(y, n)
            } else {
                When::Quarter(y, n)
            }
        };
        let stated = self.stated_year();
        if let Some(n) = n {
            if !(1..=per_year).contains(&n) {
                return None;
            }
            let (y, relative) = stated.or_else(|| Some((self.nearest_part(n, per_year)?, true)))?;
            let last = self.last_ordinal(at).filter(|last| (n..=per_year).contains(last));
            return Some(DateValue {
                first: part(y, n),
                last: part(y, last.unwrap_or(n)),
                relative,
            });
        }
        let direction = self.tokens[at.saturating_sub(1)..]
            .iter()
            .find(|t| matches!(t, Token::Past | Token::Next));
        let direction = direction.copied().or(self.after);
        if let Some((y, relative)) = stated {
            // *dernier trimestre 2023*
            let last = direction == Some(Token::Past);
            return last.then(|| DateValue {
                relative,
                ..DateValue::stated(part(y, per_year))
            });
        }
        let (y, m) = self.month()?;
        let current = i32::from(y) * i32::from(per_year) + i32::from((m - 1) / (12 / per_year));
        let shifted = current
            + match direction {
                Some(Token::Past) => -1,
                Some(_) => 1,
                None if self.has(|t| *t == Token::This) || self.names_part() => 0,
                None => return None,
            };
        let n = shifted.rem_euclid(i32::from(per_year)) as u8 + 1;
        Some(DateValue::relative(part(
            (shifted.div_euclid(i32::from(per_year))) as i16,
            n,
        )))
    }

    /// The ordinal that counts the unit at `i`: *premier semestre*, *2e trimestre*; of two, the first.
    fn ordinal_before(&self, i: usize) -> Option<u8> {
        let before = &self.tokens[i.saturating_sub(3)..i];
        if let [Token::Ordinal(first), Token::Join, Token::Ordinal(_)] = before {
            return Some(*first);
        }
        before.iter().rev().take(2).find_map(ordinal)
    }

    /// The last ordinal of *premier et deuxième trimestres*, *T1 et T2*, whose first unit is the one at `i`.
    fn last_ordinal(&self, i: usize) -> Option<u8> {
        let joined = |t: &Token| matches!(t, Token::Join | Token::Mark('-'));
        let after = self.tokens.get(i + 1).filter(|t| joined(t));
        match after {
            Some(_) => ordinal(self.tokens.get(i + 2)?),
            None => ordinal(self.tokens.get(i.checked_sub(1)?)?),
        }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.folded.split(|c: char| !c.is_ascii_alphanumeric())
    }

    /// True for *fin*, *début*, *milieu* of something.
    fn names_part(&self) -> bool {
        self.words()
            .any(|w| matches!(w, "fin" | "debut" | "mi" | "milieu" | "courant"))
    }

    /// The year of the `n`-th quarter or half that is nearest to the publication, or lies where the text points.
    fn nearest_part(&self, n: u8, per_year: u8) -> Option<i16> {
        let y = self.year()?;
        let first = 12 / per_year * (n - 1) + 1;
        let Some((_, month)) = self.month() else {
            return Some(y);
        };
        Some(match self.direction() {
            Some(Token::Past) if first + 12 / per_year > month => y - 1,
            Some(Token::Next) if first <= month => y + 1,
            _ => y,
        })
    }

    /// Days, months and years, alone or in ranges: *3 et 4 décembre*, *mars-avril 2024*, `2023-2027`.
    fn points(&self) -> Option<DateValue> {
        let mut points = self.partial_points();
        // What the first of two points leaves out, the second one states: *du 3 au 5 mai*.
        for i in (1..points.len()).rev() {
            let (after, before) = (points[i], &mut points[i - 1]);
            before.month = before.month.or(after
                .month
                .filter(|_| before.day.is_some() || before.year.is_none()));
            if before.year.is_none() {
                let wraps = matches!((before.month, after.month), (Some(b), Some(a)) if b > a);
                before.year = after.year.map(|y| if wraps { y - 1 } else { y });
            }
        }
        points.retain(|p| p.month.is_some() || p.year.is_some());
        let first = self.place(*points.first()?)?;
        let last = if points.len() > 1 {
            self.place(*points.last()?)?
        } else if self.tokens.first() == Some(&Token::Unit(Unit::Week)) {
            end_of_week(first)?
        } else {
            first
        };
        let relative = points.iter().any(|p| p.year.is_none()) && self.published.is_some();
        Some(DateValue {
            first,
            last,
            relative,
        })
    }

    fn partial_points(&self) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        let mut open = Point::default();
        let mut weekday = None;
        let mut close = |open: &mut Point| {
            if *open != Point::default() {
                points.push(std::mem::take(open));
            }
        };
        for (i, token) in self.tokens.iter().enumerate() {
            match *token {
                Token::Weekday(day) => weekday = Some(day),
                Token::Small(n) => {
                    // `2024-25`
                    let hyphen = i > 1 && matches!(self.tokens[i - 1], Token::Mark('-' | '/'));
                    let year_before = if hyphen {
                        self.tokens.get(i.wrapping_sub(2))
                    } else {
                        None
                    };
                    if let Some(Token::Year(y)) = year_before {
                        close(&mut open);
                        open.year = Some(y - y.rem_euclid(100) + i16::from(n)).filter(|end| end > y);
                    } else if (1..=31).contains(&n) {
                        close(&mut open);
                        open.day = Some(n);
                        open.weekday = weekday.take();
                    }
                }
                Token::Ordinal(1) if matches!(self.tokens.get(i + 1), Some(Token::Month(_))) => {
                    close(&mut open);
                    open.day = Some(1);
                    open.weekday = weekday.take();
                }
                Token::Month(m) => {
                    if open.month.is_some() || open.year.is_some() {
                        close(&mut open);
                    }
                    open.month = Some(m);
                }
                Token::Year(y) => {
                    if open.year.is_some() {
                        close(&mut open);
                    }
                    open.year = Some(y);
                }
                Token::Unit(Unit::Year) if open.month.is_some() && open.year.is_none() => {
                    open.year = self.stated_year().map(|(y, _)| y);
                }
                _ => {}
            }
        }
        close(&mut open);
        points
    }

    /// A point with its year, which the publication date gives when the text does not.
    fn place(&self, point: Point) -> Option<When> {
        let Some(month) = point.month else {
            return point.year.map(When::Year);
        };
        let when = |y: i16| match point.day {
            Some(d) => real(When::Day(y, month, d)).or(Some(When::Month(y, month))),
            None => Some(When::Month(y, month)),
        };
        if let Some(y) = point.year {
            return when(y);
        }
        let Some((first, last)) = self.today() else {
            return point.day.and_then(|d| real(When::MonthDay(month, d)));
        };
        if self.has(|t| *t == Token::This) && self.has(|t| *t == Token::Unit(Unit::Year)) {
            return when(first.year());
        }
        let (ahead, back) = (self.points_ahead(), self.points_back());
        let fits = |w: &When| {
            let Some((start, end)) = w.days() else {
                return false;
            };
            match self.direction() {
                // *mars dernier* is not the month that runs.
                Some(Token::Past) if point.day.is_none() => end < first,
                Some(Token::Past) => start <= last,
                Some(Token::Next) => start > last,
                _ if ahead => end >= first,
                _ if back => start <= last,
                _ => true,
            }
        };
        let off_weekday = |w: &When| match (w, point.weekday) {
            (When::Day(..), Some(day)) => w.days().is_some_and(|(d, _)| d.weekday() != day),
            _ => false,
        };
        let years = (-1..=1)
            .filter_map(|shift| when(first.year() + shift))
            .filter(fits);
        years.min_by_key(|w| (off_weekday(w), w.days().map(|days| distance(days, (first, last)))))
    }

    /// *d'ici trois ans*, *dans six mois*, *il y a deux ans*, *trois prochaines années*, *deux dernières années*.
    fn duration(&self) -> Option<DateValue> {
        let unit = self.tokens.iter().rev().find_map(|t| match t {
            Token::Unit(unit) => Some(*unit),
            _ => None,
        })?;
        let figure = number::find(self.folded)?;
        // *un an et demi*
        let half = if self.folded.contains(" et demi") {
            0.5
        } else {
            0.0
        };
        let (n_low, n_high) = (figure.low + half, figure.high + half);
        let before = without_bound(&self.folded[..figure.start]);
        let anchor = anchor(before).or_else(|| {
            if before.is_empty() {
                anchor(without_bound(self.left))
            } else {
                None
            }
        });
        let shift = |n: f64| self.shifted(unit, n);
        let value = match (anchor, self.direction()) {
            (Some(Anchor::Ago), _) => DateValue::relative(shift(-n_high)?),
            (_, Some(Token::Past)) => DateValue {
                first: shift(-n_high)?,
                last: shift(0.0)?,
                relative: true,
            },
            (_, Some(Token::Next)) | (Some(Anchor::Over), _) => DateValue {
                first: shift(0.0)?,
                last: shift(n_high)?,
                relative: true,
            },
            (Some(Anchor::Ahead), _) => DateValue {
                first: shift(n_low)?,
                last: shift(n_high)?,
                relative: true,
            },
            _ => return None,
        };
        Some(value)
    }

    /// The publication date moved by `n` units, as precise as the unit.
    fn shifted(&self, unit: Unit, n: f64) -> Option<When> {
        // Beyond a century it is no deadline, and no commitment looks so far back.
        let farthest = if unit == Unit::Decade { 10.0 } else { 100.0 };
        if n.abs() > farthest {
            return None;
        }
        let months = match unit {
            Unit::Day | Unit::Week | Unit::Weekend => {
                let days = n * if unit == Unit::Day { 1.0 } else { 7.0 };
                return self.day()?.checked_add((days as i64).days()).ok().map(When::from);
            }
            Unit::Month => n,
            Unit::Quarter => 3.0 * n,
            Unit::Half => 6.0 * n,
            Unit::Decade => 120.0 * n,
            Unit::Year => 12.0 * n,
        };
        let whole_years = matches!(unit, Unit::Year | Unit::Decade) && n.fract() == 0.0;
        if whole_years {
            return Some(When::Year(self.year()? + (months / 12.0) as i16));
        }
        let (y, m) = self.month()?;
        let month = i32::from(y) * 12 + i32::from(m) - 1 + months as i32;
        Some(When::Month(
            month.div_euclid(12) as i16,
            month.rem_euclid(12) as u8 + 1,
        ))
    }

    /// What is near the publication date: *hier*, *lundi*, *ce mois-ci*, *l'an prochain*, *été dernier*.
    fn near(&self) -> Option<DateValue> {
        let this = self.has(|t| *t == Token::This);
        let shift = match self.direction() {
            Some(Token::Past) => -1,
            Some(_) => 1,
            None => 0,
        };
        let mut weekdays = self
            .tokens
            .iter()
            .filter_map(|t| if let Token::Weekday(d) = t { Some(*d) } else { None });
        if let Some(first) = weekdays.next() {
            let last = weekdays.next_back().unwrap_or(first);
            let day = self.weekday(last, shift)?;
            let back = i64::from(last.since(first));
            let start = day.checked_sub(back.days()).ok()?;
            return Some(DateValue {
                first: start.into(),
                last: day.into(),
                relative: true,
            });
        }
        self.tokens.iter().find_map(|t| match *t {
            Token::Days(n) => {
                let far = self.folded.contains("avant-hier")
                    || self.folded.contains("apres-demain")
                    || self.folded.contains("avant hier");
                let n = if far { 2 * n } else { n };
                Some(DateValue::relative(
                    self.day()?.checked_add(n.days()).ok()?.into(),
                ))
            }
            Token::Season(season) => {
                let shift = match (shift, self.month()) {
                    (-1, Some((_, m))) if season.months().1 < m => 0,
                    (1, Some((_, m))) if season.months().0 > m => 0,
                    (shift, _) => shift,
                };
                Some(DateValue::relative(When::Year(self.year()? + shift as i16)))
            }
            Token::PartOfDay if this => Some(DateValue::relative(self.day()?.into())),
            Token::Unit(unit) => self.unit(unit, shift, this || self.direction().is_some()),
            _ => None,
        })
    }

    /// *ce mois-ci*, *semaine prochaine*, *an dernier*; *fin de l'année* needs no word of direction.
    fn unit(&self, unit: Unit, shift: i64, directed: bool) -> Option<DateValue> {
        // *prochains mois* is vague.
        const VAGUE: &[&str] = &[
            "prochains",
            "prochaines",
            "derniers",
            "dernieres",
            "venir",
            "viennent",
        ];
        let directed = directed || unit != Unit::Day && self.names_part();
        if !directed || self.words().any(|w| VAGUE.contains(&w)) {
            return None;
        }
        match unit {
            Unit::Day => (shift == 0)
                .then(|| self.day())
                .flatten()
                .map(|d| DateValue::relative(d.into())),
            Unit::Week | Unit::Weekend => {
                let day = self.day()?;
                let monday = day
                    .checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
                    .ok()?;
                // On Monday, *ce week-end* is the one just over.
                let weekend_over =
                    unit == Unit::Weekend && shift == 0 && day.weekday().to_monday_zero_offset() < 3;
                // Till Friday, the next one is the one to come.
                let weekend_comes =
                    unit == Unit::Weekend && shift == 1 && day.weekday().to_monday_zero_offset() < 5;
                let shift = if weekend_over {
                    -1
                } else if weekend_comes {
                    0
                } else {
                    shift
                };
                let first = monday
                    .checked_add((7 * shift + if unit == Unit::Weekend { 5 } else { 0 }).days())
                    .ok()?;
                let last = monday.checked_add((7 * shift + 6).days()).ok()?;
                Some(DateValue {
                    first: first.into(),
                    last: last.into(),
                    relative: true,
                })
            }
            Unit::Month | Unit::Year => self.shifted(unit, shift as f64).map(DateValue::relative),
            Unit::Decade => self.this_decade(shift),
            Unit::Quarter | Unit::Half => None,
        }
    }

    /// *cette décennie*, *la prochaine décennie* (ten years from now), *fin de la décennie* (the round year).
    fn this_decade(&self, shift: i64) -> Option<DateValue> {
        let y = self.year()?;
        let round = y - y.rem_euclid(10);
        let (first, last) = match shift {
            -1 => (y - 10, y),
            1 => (y, y + 10),
            _ if self.folded.contains("fin ") => (round + 10, round + 10),
            _ => (round, round + 9),
        };
        Some(DateValue {
            first: When::Year(first),
            last: When::Year(last),
            relative: true,
        })
    }

    /// The last such day on or before the publication; the next one where the text points ahead.
    fn weekday(&self, day: Weekday, shift: i64) -> Option<Date> {
        let today = self.day()?;
        let back = i64::from(today.weekday().since(day));
        let ahead = i64::from(day.since(today.weekday()));
        let days = match shift {
            -1 if back == 0 => -7,
            1 if ahead == 0 => 7,
            1 => ahead,
            0 if self.points_ahead() => ahead,
            _ => -back,
        };
        today.checked_add(days.days()).ok()
    }

    /// True when the mention is where something began: *depuis le 1er décembre*.
    fn points_back(&self) -> bool {
        let articles = ["le", "la", "l", "ce", "mois", "de"];
        let mut words = self
            .left
            .rsplit(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty());
        words.find(|w| !articles.contains(w)) == Some("depuis")
    }

    /// True when the words right before the mention speak of the future: *aura lieu*, *d'ici*, *à partir de*.
    fn points_ahead(&self) -> bool {
        const VERBS: &[&str] = &[
            "sera",
            "seront",
            "aura",
            "auront",
            "tiendra",
            "tiendront",
            "debutera",
            "prevu",
            "prevue",
            "prevus",
            "prevues",
            "attendu",
            "attendue",
            "attendus",
            "ouvrira",
            "lancera",
            "signera",
            "inaugurera",
            "deroulera",
            "rendra",
            "ici",
            "jusqu",
            "partir",
            "programme",
            "programmee",
        ];
        let clause = self
            .left
            .rsplit([',', '.', ';', ':', '«', '»', '(', ')'])
            .next()
            .unwrap_or_default();
        clause
            .rsplit(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .take(4)
            .any(|w| VERBS.contains(&w))
    }
}

/// A point of which the text states some part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Point {
    weekday: Option<Weekday>,
    day: Option<u8>,
    month: Option<u8>,
    year: Option<i16>,
}

/// *semaine du 15 avril*: six days after the day it begins with.
fn end_of_week(first: When) -> Option<When> {
    match first {
        When::Day(..) => first.days()?.0.checked_add(6.days()).ok().map(When::from),
        _ => Some(first),
    }
}

fn ordinal(token: &Token) -> Option<u8> {
    match token {
        Token::Ordinal(n) => Some(*n),
        _ => None,
    }
}

/// The date, if it lies on the calendar.
fn real(when: When) -> Option<When> {
    let in_leap_year = |w: When| match w {
        When::MonthDay(m, d) => When::Day(2024, m, d),
        w => w,
    };
    let month = match when {
        When::Month(_, m) => m,
        _ => 1,
    };
    ((1..=12).contains(&month) && in_leap_year(when).days().is_some()).then_some(when)
}

/// Days between two periods; 0 when they meet.
fn distance(a: (Date, Date), b: (Date, Date)) -> i64 {
    let gap = |from: Date, to: Date| i64::from(from.until(to).map_or(i32::MAX, |s| s.get_days()));
    gap(a.1, b.0).max(gap(b.1, a.0)).max(0)
}

fn word(text: &str) -> Option<Token> {
    WORDS.get(text)
}

/// The month that a folded word names, abbreviated or not.
pub(crate) fn month(folded: &str) -> Option<u8> {
    match word(folded)? {
        Token::Month(month) => Some(month),
        _ => None,
    }
}

/// True for the name of a weekday, folded.
pub(crate) fn is_weekday(folded: &str) -> bool {
    matches!(word(folded), Some(Token::Weekday(_)))
}

fn anchor(before: &str) -> Option<Anchor> {
    ANCHORS_BY_LAST_WORD
        .under(last_word(before))
        .filter(|(words, _)| ends_with_words(before, words))
        .max_by_key(|(words, _)| words.len())
        .map(|(_, anchor)| anchor)
}

/// `before` without what may stand between an anchor and its duration: *dans moins de deux ans*.
fn without_bound(before: &str) -> &str {
    const BOUNDS: &[&str] = &[
        "moins de", "plus de", "pres de", "environ", "au moins", "au plus", "a peine", "quelque",
    ];
    let before = before.trim_end();
    let bound = BOUNDS.iter().find(|bound| ends_with_words(before, bound));
    bound.map_or(before, |bound| before[..before.len() - bound.len()].trim_end())
}

/// The words and figures of a folded expression; `None` when one of them makes it no date of the civil calendar.
fn tokens(folded: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(8);
    let mut cursor = Cursor::new(folded);
    while let Some(piece) = cursor.advance() {
        match piece.kind {
            Kind::Mark => tokens.push(Token::Mark(piece.text.chars().next().unwrap_or(' '))),
            Kind::Digits => figure(&mut tokens, &mut cursor, piece.text)?,
            Kind::Word => match (part_of_year(piece.text, 'h'), digit_at(cursor)) {
                // `T1`, `S2`, `Q3`, `H1`
                (Some(unit), Some(n)) => {
                    cursor.advance();
                    tokens.extend([Token::Ordinal(n), Token::Unit(unit)]);
                }
                _ => match word(piece.text) {
                    Some(Token::Never) => return None,
                    Some(token) => tokens.push(token),
                    None if piece.text == "noel" => tokens.extend([Token::Small(25), Token::Month(12)]),
                    None => tokens.push(in_words(&mut cursor, piece.start).unwrap_or(Token::Other)),
                },
            },
        }
    }
    Some(tokens)
}

/// A day before its month, or a year, in words: *quinze mai*, *deux mille vingt-cinq*.
fn in_words(cursor: &mut Cursor<'_>, start: usize) -> Option<Token> {
    let figure = number::read_at(cursor.text, start).filter(|f| !f.is_range() && !f.collective)?;
    let after = cursor.at(figure.end);
    let next = after.word().and_then(word);
    let token = match figure.low {
        1.0..=31.0 if matches!(next, Some(Token::Month(_))) => Token::Small(figure.low as u8),
        1900.0..=2100.0 if !matches!(next, Some(Token::Unit(_))) => Token::Year(figure.low as i16),
        _ => return None,
    };
    *cursor = after;
    Some(token)
}

/// The letter of an abbreviated quarter or half; `half` is another one for halves.
fn part_of_year(letter: &str, half: char) -> Option<Unit> {
    match letter {
        "t" | "q" => Some(Unit::Quarter),
        "s" => Some(Unit::Half),
        _ => (letter.len() == 1 && letter.starts_with(half)).then_some(Unit::Half),
    }
}

/// The single digit right at the cursor.
fn digit_at(cursor: Cursor<'_>) -> Option<u8> {
    let piece = cursor
        .peek()
        .filter(|p| p.start == cursor.pos && p.text.len() == 1)?;
    piece.text.parse().ok()
}

/// A figure with the ending that says what it is: `1er`, `2e`, `1T`; clock times give nothing.
fn figure(tokens: &mut Vec<Token>, cursor: &mut Cursor<'_>, digits: &str) -> Option<()> {
    if digits.len() > 2 {
        let year = digits
            .parse()
            .ok()
            .filter(|y| digits.len() == 4 && YEARS.contains(y));
        tokens.push(year.map_or(Token::Other, Token::Year));
        return Some(());
    }
    let n: u8 = digits.parse().ok()?;
    let fused = cursor
        .peek()
        .filter(|p| p.start == cursor.pos)
        .and_then(|p| part_of_year(p.text, 's'));
    if let Some(unit) = fused {
        cursor.advance();
        tokens.extend([Token::Ordinal(n), Token::Unit(unit)]);
        return Some(());
    }
    match cursor.word() {
        Some("er" | "ere" | "e" | "eme" | "nd" | "nde" | "re") => {
            cursor.advance();
            // `1er mars` is a day, `1er semestre` a half.
            let day = cursor
                .word()
                .and_then(word)
                .is_some_and(|t| matches!(t, Token::Month(_) | Token::Join));
            tokens.push(if day { Token::Small(n) } else { Token::Ordinal(n) });
        }
        // 14h30
        Some("h" | "heures" | "heure" | "gmt") => {
            cursor.advance();
            if cursor
                .peek()
                .is_some_and(|p| p.kind == Kind::Digits && p.text.len() == 2)
            {
                cursor.advance();
            }
        }
        _ => tokens.push(Token::Small(n)),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::marked;
    use super::*;

    fn read(text: &str, published: Option<&str>) -> Result<DateValue, Refusal> {
        let (text, span) = marked(text);
        normalise(
            span,
            &Context {
                text: &text,
                published: published.map(|p| p.parse().unwrap()),
                country: None,
            },
        )
    }

    /// Text, publication date, first, last.
    const READS: &[(&str, &str, &str, &str)] = &[
        ("mercredi 20 avril 2022", "", "2022-04-20", "2022-04-20"),
        ("12 décembre", "", "--12-12", "--12-12"),
        ("12 décembre", "2024-01-10", "2023-12-12", "2023-12-12"),
        ("12 décembre", "2024-11-10", "2024-12-12", "2024-12-12"),
        ("12 décembre", "2024-11", "2024-12-12", "2024-12-12"),
        ("12 décembre", "2024", "2024-12-12", "2024-12-12"),
        (
            "le [22 décembre] dernier",
            "2024-12-01",
            "2023-12-22",
            "2023-12-22",
        ),
        ("22 décembre dernier", "2024-12-01", "2023-12-22", "2023-12-22"),
        ("15 mars prochain", "2024-04-01", "2025-03-15", "2025-03-15"),
        ("le [15 mars] prochain", "2024-02-01", "2024-03-15", "2024-03-15"),
        ("mercredi 12 mars", "2024-11-10", "2025-03-12", "2025-03-12"),
        ("mardi 12 mars", "2024-11-10", "2024-03-12", "2024-03-12"),
        ("1er mars 2024", "", "2024-03-01", "2024-03-01"),
        ("premier mars 2024", "", "2024-03-01", "2024-03-01"),
        ("1ER MARS 2024", "", "2024-03-01", "2024-03-01"),
        ("3 et 4 décembre 2023", "", "2023-12-03", "2023-12-04"),
        ("3 au 5 mai 2024", "", "2024-05-03", "2024-05-05"),
        ("3, 4 et 5 mai 2024", "", "2024-05-03", "2024-05-05"),
        ("3-5 mai 2024", "", "2024-05-03", "2024-05-05"),
        ("30 avril au 2 mai 2024", "", "2024-04-30", "2024-05-02"),
        ("28 décembre au 3 janvier 2024", "", "2023-12-28", "2024-01-03"),
        ("22/12/2023", "", "2023-12-22", "2023-12-22"),
        ("22.12.2023", "", "2023-12-22", "2023-12-22"),
        ("22-12-2023", "", "2023-12-22", "2023-12-22"),
        ("22/12/23", "", "2023-12-22", "2023-12-22"),
        ("2023-12-22", "", "2023-12-22", "2023-12-22"),
        ("12/2023", "", "2023-12", "2023-12"),
        ("novembre 2021", "", "2021-11", "2021-11"),
        ("NOVEMBRE 2021", "", "2021-11", "2021-11"),
        ("fevrier 2021", "", "2021-02", "2021-02"),
        ("janv. 2021", "", "2021-01", "2021-01"),
        ("12 sept. 2021", "", "2021-09-12", "2021-09-12"),
        ("fin août 2025", "", "2025-08", "2025-08"),
        ("mi-mars 2025", "", "2025-03", "2025-03"),
        ("mars-avril 2025", "", "2025-03", "2025-04"),
        ("décembre 2024 à mars 2025", "", "2024-12", "2025-03"),
        ("mars", "2024-04-10", "2024-03", "2024-03"),
        ("mars prochain", "2024-04-10", "2025-03", "2025-03"),
        ("mars dernier", "2024-02-10", "2023-03", "2023-03"),
        ("septembre prochain", "2024-04", "2024-09", "2024-09"),
        ("mars de l'année prochaine", "2024-04", "2025-03", "2025-03"),
        ("2026", "", "2026", "2026"),
        ("fin 2025", "", "2025", "2025"),
        ("début 2025", "", "2025", "2025"),
        ("mi-2025", "", "2025", "2025"),
        ("fin de l'année 2025", "", "2025", "2025"),
        ("horizon 2030", "", "2030", "2030"),
        ("2023-2027", "", "2023", "2027"),
        ("2023–2027", "", "2023", "2027"),
        ("2023 à 2027", "", "2023", "2027"),
        ("2024 et 2025", "", "2024", "2025"),
        ("2024-25", "", "2024", "2025"),
        ("printemps 2026", "", "2026", "2026"),
        ("hiver 2025-2026", "", "2025", "2026"),
        ("cet été", "2024-04", "2024", "2024"),
        ("été prochain", "2024-10", "2025", "2025"),
        ("été dernier", "2024-10", "2024", "2024"),
        ("été dernier", "2024-04", "2023", "2023"),
        ("premier semestre 2024", "", "2024-S1", "2024-S1"),
        ("1er semestre 2024", "", "2024-S1", "2024-S1"),
        ("second semestre de 2024", "", "2024-S2", "2024-S2"),
        ("2ème semestre 2024", "", "2024-S2", "2024-S2"),
        ("S1 2024", "", "2024-S1", "2024-S1"),
        ("seconde moitié de 2024", "", "2024-S2", "2024-S2"),
        (
            "premier semestre de l'année prochaine",
            "2024",
            "2025-S1",
            "2025-S1",
        ),
        ("premier semestre", "2024-04-02", "2024-S1", "2024-S1"),
        ("T1 2025", "", "2025-Q1", "2025-Q1"),
        ("1T 2025", "", "2025-Q1", "2025-Q1"),
        ("Q3 2025", "", "2025-Q3", "2025-Q3"),
        ("troisième trimestre 2025", "", "2025-Q3", "2025-Q3"),
        ("4e trimestre 2025", "", "2025-Q4", "2025-Q4"),
        ("dernier trimestre 2023", "", "2023-Q4", "2023-Q4"),
        ("dernier trimestre", "2024-02-10", "2023-Q4", "2023-Q4"),
        ("ce trimestre", "2024-05", "2024-Q2", "2024-Q2"),
        ("trimestre prochain", "2024-11", "2025-Q1", "2025-Q1"),
        ("neuf premiers mois de 2024", "", "2024-01", "2024-09"),
        ("deux premiers trimestres de 2024", "", "2024-Q1", "2024-Q2"),
        ("premier et deuxième trimestres 2025", "", "2025-Q1", "2025-Q2"),
        ("T1 et T2 2025", "", "2025-Q1", "2025-Q2"),
        ("trois derniers mois de 2023", "", "2023-10", "2023-12"),
        ("six premiers mois", "2024-04-10", "2023-01", "2023-06"),
        ("fin du trimestre", "2024-05", "2024-Q2", "2024-Q2"),
        ("H1 2025", "", "2025-S1", "2025-S1"),
        ("10 courant", "2024-04-15", "2024-04-10", "2024-04-10"),
        ("10 de ce mois", "2024-04-15", "2024-04-10", "2024-04-10"),
        ("15 du mois prochain", "2024-12-15", "2025-01-15", "2025-01-15"),
        ("années 90", "", "1990", "1999"),
        ("années 2010", "", "2010", "2019"),
        ("cette décennie", "2024", "2020", "2029"),
        ("fin de la décennie", "2024", "2030", "2030"),
        ("exercice 2023", "", "2023", "2023"),
        ("exercice 2024-2025", "", "2024", "2025"),
        ("exercice en cours", "2024", "2024", "2024"),
        ("avr-24", "", "2024-04", "2024-04"),
        ("14/11", "2024-11-20", "2024-11-14", "2024-11-14"),
        ("14/11", "", "--11-14", "--11-14"),
        ("Noël", "2024-11-20", "2024-12-25", "2024-12-25"),
        ("Noël 2025", "", "2025-12-25", "2025-12-25"),
        (
            "le 15 janvier à Safi et le [22] à Marrakech",
            "2025-01-09",
            "2025-01-22",
            "2025-01-22",
        ),
        ("quinze mai", "2024-04-10", "2024-05-15", "2024-05-15"),
        ("deux mille vingt-cinq", "", "2025", "2025"),
        ("semaine du 15 avril 2024", "", "2024-04-15", "2024-04-21"),
        ("week-end prochain", "2024-04-10", "2024-04-13", "2024-04-14"),
        ("dans [moins de deux ans]", "2024", "2026", "2026"),
        ("[trois ans] à venir", "2024", "2024", "2027"),
        ("d'ici la fin de l'année", "2024-04", "2024", "2024"),
        ("lundi", "2024-04-10", "2024-04-08", "2024-04-08"),
        ("mercredi", "2024-04-10", "2024-04-10", "2024-04-10"),
        ("mercredi dernier", "2024-04-10", "2024-04-03", "2024-04-03"),
        ("lundi prochain", "2024-04-10", "2024-04-15", "2024-04-15"),
        ("[lundi] prochain", "2024-04-10", "2024-04-15", "2024-04-15"),
        (
            "La convention sera signée [lundi]",
            "2024-04-10",
            "2024-04-15",
            "2024-04-15",
        ),
        ("samedi et dimanche", "2024-04-10", "2024-04-06", "2024-04-07"),
        ("hier", "2024-03-01", "2024-02-29", "2024-02-29"),
        ("aujourd'hui", "2024-03-01", "2024-03-01", "2024-03-01"),
        ("demain", "2024-12-31", "2025-01-01", "2025-01-01"),
        ("avant-hier", "2024-03-01", "2024-02-28", "2024-02-28"),
        ("ce mois-ci", "2024-04", "2024-04", "2024-04"),
        ("mois dernier", "2024-01-10", "2023-12", "2023-12"),
        ("mois prochain", "2024-12", "2025-01", "2025-01"),
        ("cette année", "2024-04", "2024", "2024"),
        ("an prochain", "2024", "2025", "2025"),
        ("année dernière", "2024", "2023", "2023"),
        ("fin de l'année", "2024-04", "2024", "2024"),
        ("fin d'année prochaine", "2024-04", "2025", "2025"),
        ("semaine prochaine", "2024-04-10", "2024-04-15", "2024-04-21"),
        ("cette semaine", "2024-04-10", "2024-04-08", "2024-04-14"),
        ("week-end dernier", "2024-04-10", "2024-04-06", "2024-04-07"),
        ("d'ici trois ans", "2024-04", "2027", "2027"),
        ("d'ici à trois ans", "2024-04", "2027", "2027"),
        ("dans cinq ans", "2024", "2029", "2029"),
        ("dans [cinq ans]", "2024", "2029", "2029"),
        ("sur trois ans", "2024", "2024", "2027"),
        ("il y a deux ans", "2024", "2022", "2022"),
        ("dans six mois", "2024-10-05", "2025-04", "2025-04"),
        ("d'ici 18 mois", "2024-10", "2026-04", "2026-04"),
        ("dans deux semaines", "2024-10-05", "2024-10-19", "2024-10-19"),
        ("d'ici deux à trois ans", "2024", "2026", "2027"),
        ("d'ici un an et demi", "2024-04", "2025-10", "2025-10"),
        ("trois prochaines années", "2024", "2024", "2027"),
        ("deux dernières années", "2024", "2022", "2024"),
        ("trois années à venir", "2024", "2024", "2027"),
        ("le [22 février]", "2024-06-15", "2024-02-22", "2024-02-22"),
        ("d'ici le [22 février]", "2024-06-15", "2025-02-22", "2025-02-22"),
        ("jusqu'au [31 décembre]", "2024-06-15", "2024-12-31", "2024-12-31"),
        (
            "depuis le [1er décembre]",
            "2024-06-15",
            "2023-12-01",
            "2023-12-01",
        ),
        ("juin prochain", "2024-06-15", "2025-06", "2025-06"),
        ("juin dernier", "2024-06-15", "2023-06", "2023-06"),
        ("printemps", "2024-06-15", "2024", "2024"),
        ("ce matin", "2024-06-15", "2024-06-15", "2024-06-15"),
        ("cet après-midi", "2024-06-15", "2024-06-15", "2024-06-15"),
        ("il y a de ça trois ans", "2024-06-15", "2021", "2021"),
        ("année qui vient", "2024-06-15", "2025", "2025"),
        ("dans 5, 10, 15 ans", "2024-06-15", "2029", "2029"),
        ("3 décembre à 14h30", "2024-12-10", "2024-12-03", "2024-12-03"),
    ];

    /// Text, publication date.
    const REFUSES: &[(&str, &str)] = &[
        ("lundi", ""),
        ("hier", ""),
        ("hier", "2024-04"),
        ("mars", ""),
        ("an prochain", ""),
        ("dans six mois", "2024"),
        ("trois ans", "2024"),
        ("quarante ans de présence", "2024"),
        ("depuis plusieurs années", "2024"),
        ("Ramadan", "2024-03-11"),
        ("année scolaire 2023-2024", ""),
        ("14h1", "2024-04-10"),
        ("15/45", "2024-04-10"),
        ("14h30", "2024-04-10"),
        ("campagne 2023-2024", ""),
        ("mille ans", "2024"),
        ("âgé de 45 ans", "2024"),
        ("en un an", "2024"),
        ("prochainement", "2024-04-10"),
        ("la veille", "2024-04-10"),
        ("ces prochaines années", "2024"),
        ("15", "2024-04-10"),
        ("bientôt", "2024-04-10"),
        ("mars de la même année", "2024-04-10"),
        ("il y a 520 millions d'années", "2024-04-10"),
        ("soir", "2024-04-10"),
    ];

    #[test]
    fn dates_read() {
        let mut wrong = Vec::new();
        for &(text, published, first, last) in READS {
            let got = read(text, Some(published).filter(|p| !p.is_empty()));
            let shown = got.map(|d| (d.first.to_string(), d.last.to_string()));
            if shown != Ok((first.to_owned(), last.to_owned())) {
                wrong.push((text, published, shown, (first, last)));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        let published = |p: &'static str| Some(p).filter(|p| !p.is_empty());
        let read: Vec<_> = REFUSES
            .iter()
            .filter_map(|&(t, p)| Some((t, read(t, published(p)).ok()?)))
            .collect();
        assert!(read.is_empty(), "{read:#?}");
    }
}
