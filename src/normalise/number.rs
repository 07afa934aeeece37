//! Numbers as French and Maghreb newsrooms write them, out of folded text.
//!
//! One home per rule: the digits of a figure in `Literal`, its words in `Reader`, two figures that make one
//! range in `read_at`; what the sentence adds (*plus de*, *environ*) is read by `bounds`.

use std::sync::LazyLock;

use super::currency;
use super::lexicon::Lexicon;
use super::scan::{Cursor, Kind, Piece};
use crate::text::fold;

/// A figure or a range of two, and where it stands in the folded text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The figure, or the lower one of a range.
    pub low: f64,
    /// The upper figure of a range; equal to `low` otherwise.
    pub high: f64,
    /// What multiplies all of the upper figure: 1e6 for *15 millions*, 1 for *15* and *2 millions cinq cent mille*.
    pub scale: f64,
    /// True for *une centaine*, *un millier*.
    pub collective: bool,
    /// First byte of the figure.
    pub start: usize,
    /// One past its last byte, scale included (*50 millions*; the `M` of `50 MDH`).
    pub end: usize,
}

impl Figure {
    /// True for two figures.
    pub fn is_range(self) -> bool {
        self.low < self.high
    }

    /// Both figures multiplied by `n`.
    #[must_use]
    pub fn times(self, n: f64) -> Self {
        Self {
            low: self.low * n,
            high: self.high * n,
            scale: self.scale * n,
            ..self
        }
    }

    /// Both figures divided by `n`.
    #[must_use]
    pub fn divided_by(self, n: f64) -> Self {
        Self {
            low: self.low / n,
            high: self.high / n,
            scale: self.scale / n,
            ..self
        }
    }
}

/// Words that count, and what they add.
static WORDS: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("un", Word::Unit(1)),
        ("une", Word::Unit(1)),
        ("deux", Word::Unit(2)),
        ("trois", Word::Unit(3)),
        ("quatre", Word::Unit(4)),
        ("cinq", Word::Unit(5)),
        ("six", Word::Unit(6)),
        ("sept", Word::Unit(7)),
        ("huit", Word::Unit(8)),
        ("neuf", Word::Unit(9)),
        ("dix", Word::Ten(10)),
        ("onze", Word::Teen(11)),
        ("douze", Word::Teen(12)),
        ("treize", Word::Teen(13)),
        ("quatorze", Word::Teen(14)),
        ("quinze", Word::Teen(15)),
        ("seize", Word::Teen(16)),
        ("vingt", Word::Ten(20)),
        ("vingts", Word::Ten(20)),
        ("trente", Word::Ten(30)),
        ("quarante", Word::Ten(40)),
        ("cinquante", Word::Ten(50)),
        ("soixante", Word::Ten(60)),
        ("septante", Word::Ten(70)),
        ("huitante", Word::Ten(80)),
        ("octante", Word::Ten(80)),
        ("nonante", Word::Ten(90)),
        ("cent", Word::Hundred),
        ("cents", Word::Hundred),
        ("huitaine", Word::Collective(8)),
        ("dizaine", Word::Collective(10)),
        ("dizaines", Word::Collective(10)),
        ("douzaine", Word::Collective(12)),
        ("douzaines", Word::Collective(12)),
        ("quinzaine", Word::Collective(15)),
        ("vingtaine", Word::Collective(20)),
        ("trentaine", Word::Collective(30)),
        ("quarantaine", Word::Collective(40)),
        ("cinquantaine", Word::Collective(50)),
        ("soixantaine", Word::Collective(60)),
        ("septantaine", Word::Collective(70)),
        ("nonantaine", Word::Collective(90)),
        ("centaine", Word::Collective(100)),
        ("centaines", Word::Collective(100)),
        ("millier", Word::Collective(1_000)),
        ("milliers", Word::Collective(1_000)),
        ("demi", Word::Half),
        ("demie", Word::Half),
    ])
});

/// Words and abbreviations that multiply the figure before them.
static SCALES: LazyLock<Lexicon<f64>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("mille", 1e3),
        ("mil", 1e3),
        ("k", 1e3),
        ("million", 1e6),
        ("millions", 1e6),
        ("milion", 1e6),
        ("milions", 1e6),
        ("millon", 1e6),
        ("millons", 1e6),
        // What optical recognition makes of `l`.
        ("miilion", 1e6),
        ("miilions", 1e6),
        ("miliion", 1e6),
        ("miliions", 1e6),
        ("miiliard", 1e9),
        ("miiliards", 1e9),
        ("miliiard", 1e9),
        ("miliiards", 1e9),
        ("mln", 1e6),
        ("mlns", 1e6),
        ("mn", 1e6),
        ("mns", 1e6),
        ("mio", 1e6),
        ("m", 1e6),
        ("mm", 1e9),
        ("milliard", 1e9),
        ("milliards", 1e9),
        ("miliard", 1e9),
        ("miliards", 1e9),
        ("milliar", 1e9),
        ("milliars", 1e9),
        ("md", 1e9),
        ("mds", 1e9),
        ("mrd", 1e9),
        ("mrds", 1e9),
        ("mia", 1e9),
        ("mld", 1e9),
        ("mlds", 1e9),
        ("bn", 1e9),
        ("g", 1e9),
        ("billion", 1e12),
        ("billions", 1e12),
        ("trillion", 1e18),
        ("trillions", 1e18),
    ])
});

/// The prefixes of a unit written in one word: `MDH`, `MMDH`, `KDH`, `MEUR`. Longer ones first.
const FUSED: &[&str] = &["mds", "mrds", "mrd", "mn", "md", "mm", "m", "k", "g"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// One to nine.
    Unit(u32),
    /// Eleven to sixteen, which combine with nothing but *soixante* and *quatre-vingt*.
    Teen(u32),
    /// *dix* and the tens.
    Ten(u32),
    /// *cent*.
    Hundred,
    /// *dizaine*, *centaine*, *millier*: about that many, and only when they are counted (*une*, *deux*).
    Collective(u32),
    /// *demi*.
    Half,
}

fn word(text: &str) -> Option<Word> {
    WORDS.get(text)
}

/// The factor of a scale word, and how many of its bytes say it: all of *millions*, the `m` of `mdh`.
fn scale(text: &str) -> Option<(f64, usize)> {
    if let Some(factor) = SCALES.get(text) {
        return Some((factor, text.len()));
    }
    if !text.starts_with(['m', 'k', 'g']) {
        return None;
    }
    // The `F` of `12 MF CFA` is a currency after a scale only.
    let fused = |p: &str| {
        text.strip_prefix(p)
            .is_some_and(|unit| currency::is_symbol(unit) || unit == "f")
    };
    let prefix = FUSED
        .iter()
        .find(|p| fused(p))
        .filter(|_| !currency::is_symbol(text))?;
    SCALES.get(prefix).map(|factor| (factor, prefix.len()))
}

/// A number in digits: what its separators mean depends on the scale word after it, if any.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Literal {
    mantissa: f64,
    /// Digits after the decimal mark.
    decimals: i32,
    end: usize,
}

/// What follows the digits, as far as it says what `1.500` and `1,500` mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// No scale word.
    Nothing,
    /// A plural: *1.500 millions* are 1500, *1,500 millions* are 1.5.
    Plural,
    /// A singular, which French keeps for less than two: *1.500 million* is 1.5.
    Singular,
}

impl Literal {
    /// Digits that are told apart from one another in a double.
    const MAX_DIGITS: usize = 18;

    /// Reads the digits at the cursor, with their separators.
    fn read(cursor: Cursor<'_>) -> Option<Self> {
        let first = cursor.peek()?;
        if first.kind != Kind::Digits {
            return Self::without_whole(cursor.at(first.start));
        }
        let mut end = first.end();
        let mut groups = [(' ', first.text); Self::MAX_DIGITS];
        let mut n = 1;
        while let Some((separator, digits, to)) = more_digits(cursor.at(end)) {
            let by_three = first.text.len() <= 3 && digits.len() == 3;
            if matches!(separator, ' ' | '\'') && !by_three {
                break;
            }
            *groups.get_mut(n)? = (separator, digits);
            n += 1;
            end = to;
        }
        let groups = &groups[..n];
        let next = match cursor.at(end).word().and_then(scale_word) {
            None => Next::Nothing,
            Some(true) => Next::Singular,
            Some(false) => Next::Plural,
        };
        let decimal = decimal_part(groups, next)?;
        if groups.iter().map(|(_, digits)| digits.len()).sum::<usize>() > Self::MAX_DIGITS {
            return None;
        }
        let digits = groups.iter().flat_map(|(_, digits)| digits.bytes());
        let mantissa = digits.fold(0_u64, |sum, digit| 10 * sum + u64::from(digit - b'0'));
        let decimals = if decimal { groups[n - 1].1.len() as i32 } else { 0 };
        Some(Self {
            mantissa: mantissa as f64,
            decimals,
            end,
        })
    }

    /// `,5`, with nothing before the mark that it could close.
    fn without_whole(cursor: Cursor<'_>) -> Option<Self> {
        let opens = cursor.pos == 0 || cursor.text.as_bytes().get(cursor.pos - 1) == Some(&b' ');
        let (mark, digits, end) = more_digits(cursor).filter(|_| opens)?;
        (matches!(mark, ',' | '.') && digits.len() <= Self::MAX_DIGITS).then_some(Self {
            mantissa: digits.parse().ok()?,
            decimals: digits.len() as i32,
            end,
        })
    }

    /// The value, times `factor`: divided last, so that `1.01` milliard is a whole number.
    fn times(self, factor: f64) -> f64 {
        self.mantissa * factor / 10_f64.powi(self.decimals)
    }
}

/// Whether a word is a scale and, if so, a singular.
fn scale_word(text: &str) -> Option<bool> {
    scale(text)
        .filter(|(factor, _)| *factor > 1e3)
        .map(|_| matches!(text, "million" | "milliard" | "billion"))
}

/// A separator right at the cursor, and the digits right after it.
fn more_digits(cursor: Cursor<'_>) -> Option<(char, &str, usize)> {
    let rest = cursor.rest();
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, ' ' | '.' | ',' | '\''))?;
    // A no-break space beside a plain one is a slip; more is a column of a table.
    let skip = if rest.starts_with("  ") { 2 } else { 1 };
    let after = rest
        .get(skip..)
        .filter(|r| r.starts_with(|c: char| c.is_ascii_digit()))?;
    let len = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    Some((separator, &after[..len], cursor.pos + skip + len))
}

/// Whether the last of the parts is a decimal one; `None` when they are no number (a date, a version).
fn decimal_part(parts: &[(char, &str)], next: Next) -> Option<bool> {
    let marks = |c: char| parts.iter().skip(1).filter(|(s, _)| *s == c).count();
    let (last, digits) = match parts {
        [_] => return Some(false),
        [.., last] => *last,
        [] => return None,
    };
    let decimal = match (last, parts.len()) {
        (' ' | '\'', _) => false,
        // `12.500,50`, `1 500,5`; but `1 500.000`
        (',', n) if n > 2 && marks(',') == 1 => true,
        ('.', n) if n > 2 && marks('.') == 1 => marks(',') > 0 || digits.len() != 3,
        (_, n) if n > 2 => false,
        _ if digits.len() != 3 || parts[0].1 == "0" || parts[0].1.len() > 3 => true,
        (',', _) => next != Next::Nothing,
        _ => next == Next::Singular,
    };
    // All that is not decimal is grouped by three.
    let whole = if decimal {
        &parts[1..parts.len() - 1]
    } else {
        &parts[1..]
    };
    let grouped = whole.iter().all(|(_, d)| d.len() == 3) && (whole.is_empty() || parts[0].1.len() <= 3);
    grouped.then_some(decimal)
}

/// One figure, as read.
#[derive(Debug, Clone, Copy)]
struct Single {
    value: f64,
    /// The scale that multiplies all of it: 1e6 for *15 millions*, 1 for *15* and *2 millions cinq cent mille*.
    scale: f64,
    /// What the lower figure of a range is counted in: the scale, *centaines*, the *cents* of *deux à trois cents*.
    unit: f64,
    collective: bool,
    /// Where it ends.
    end: usize,
    /// True when nothing but *un* or *une* was read, which may be an article.
    bare_one: bool,
}

impl Single {
    /// The figure, alone, that starts at `start`.
    fn at(self, start: usize) -> Figure {
        Figure {
            low: self.value,
            high: self.value,
            scale: self.scale,
            collective: self.collective,
            start,
            end: self.end,
        }
    }
}

/// What has been read of a figure, between two scale words.
#[derive(Debug, Clone, Copy)]
enum Open {
    Nothing,
    Digits(Literal),
    Words(f64),
}

impl Open {
    fn times(self, factor: f64) -> Option<f64> {
        match self {
            Self::Nothing => None,
            Self::Digits(literal) => Some(literal.times(factor)),
            Self::Words(n) => Some(n * factor),
        }
    }
}

/// Reads one figure that starts right at the cursor: digits, words, or both (*2,5 milliards*, *15 mille*).
fn single(cursor: Cursor<'_>) -> Option<Single> {
    let start = cursor.start();
    let mut reader = Reader::new(cursor, start);
    while reader.step().is_some() {}
    let rest = reader.open.times(1.0);
    // *demi* counts nothing by itself.
    let half = matches!(reader.open, Open::Words(n) if n < 1.0);
    let read = reader.n_scales > 0 || rest.is_some() && !half;
    let scale = if rest.is_some() { 1.0 } else { reader.factor };
    let unit = scale
        * reader
            .unit
            .filter(|_| reader.n_scales == 0 || scale > 1.0)
            .unwrap_or(1.0);
    let bare_one = matches!(&cursor.text[start..reader.end], "un" | "une");
    read.then_some(Single {
        value: reader.total + rest.unwrap_or(0.0),
        scale,
        unit,
        collective: reader.collective,
        end: reader.end,
        bare_one,
    })
}

/// Reads a figure piece by piece; each step takes what goes on with the figure, or ends it.
struct Reader<'a> {
    cursor: Cursor<'a>,
    /// What the scale words have closed: 2e6 after *deux millions*.
    total: f64,
    /// What stands after the last scale word.
    open: Open,
    /// The last scale word's factor, and the product of all that multiply the whole.
    smallest: f64,
    factor: f64,
    n_scales: usize,
    collective: bool,
    /// 100 right after the *cents* of *trois cents*, 10 after *deux dizaines*.
    unit: Option<f64>,
    end: usize,
}

impl<'a> Reader<'a> {
    fn new(cursor: Cursor<'a>, start: usize) -> Self {
        Self {
            cursor,
            total: 0.0,
            open: Open::Nothing,
            smallest: f64::INFINITY,
            factor: 1.0,
            n_scales: 0,
            collective: false,
            unit: None,
            end: start,
        }
    }

    fn step(&mut self) -> Option<()> {
        let piece = self.cursor.peek()?;
        match piece.kind {
            Kind::Digits => self.digits(),
            Kind::Mark if piece.text == "-" => self.hyphen(piece),
            Kind::Mark if self.n_scales == 0 => self.digits(),
            Kind::Mark => None,
            Kind::Word => match piece.text {
                "et" => self.and(piece),
                "virgule" => self.spoken_decimals(piece),
                "de" | "d" => self.of(),
                "quart" | "quarts" => self.part(piece, 4.0),
                "tiers" => self.part(piece, 3.0),
                text => match word(text) {
                    Some(w) => self.word(w, piece),
                    None => self.scale(piece),
                },
            },
        }
    }

    /// The figure goes on to `end`.
    fn take(&mut self, end: usize) {
        self.end = end;
        self.cursor.pos = end;
    }

    /// Digits open a figure, or go on after a scale larger than they are (*1 million 500 000*).
    fn digits(&mut self) -> Option<()> {
        let literal = Literal::read(self.cursor)?;
        let fits = self.n_scales == 0 || self.smallest >= 1e6 && literal.times(1.0) < self.smallest;
        if !fits || !matches!(self.open, Open::Nothing) {
            return None;
        }
        self.open = Open::Digits(literal);
        self.take(literal.end);
        Some(())
    }

    /// The hyphens inside *quatre-vingt-dix*: no space around, a number word on both sides.
    fn hyphen(&mut self, piece: Piece<'_>) -> Option<()> {
        let after = self.cursor.at(piece.end());
        let next = after.peek().filter(|p| p.start == piece.end())?;
        let counts = next.text == "et" || word(next.text).is_some() || scale(next.text).is_some();
        let joins = piece.start == self.end && !matches!(self.open, Open::Digits(_));
        (joins && counts).then(|| self.cursor = after)
    }

    /// *vingt et un*, *un million et demi*, *un milliard et 200 millions*; any other *et* ends the figure.
    fn and(&mut self, piece: Piece<'_>) -> Option<()> {
        let mut after = self.cursor.at(piece.end());
        if after.rest().starts_with('-') {
            after.advance();
        }
        let next = after.peek()?;
        match (next.text, self.open) {
            ("demi" | "demie", Open::Nothing) if self.n_scales > 0 => {
                self.total += self.smallest / 2.0;
                // Not one scale for all any more.
                self.factor = 1.0;
                self.take(next.end());
                None
            }
            ("demi" | "demie", Open::Words(n)) if n.fract() == 0.0 => {
                self.open = Open::Words(n + 0.5);
                self.take(next.end());
                Some(())
            }
            ("un" | "une" | "onze", Open::Words(n)) if n % 100.0 >= 20.0 && n % 10.0 == 0.0 => {
                self.cursor = after;
                Some(())
            }
            // *mille et un*; two of anything else are an enumeration.
            ("un" | "une", Open::Nothing) if (self.total - 1e3).abs() < 0.5 && self.n_scales == 1 => {
                let alone = single(after).is_some_and(|next| next.end == piece_end(after));
                alone.then(|| self.cursor = after)
            }
            (_, Open::Nothing) if self.n_scales > 0 && self.smallest >= 1e6 => {
                let next = single(after).filter(|n| n.scale >= 1e3 && n.value < self.smallest)?;
                (next.scale < self.smallest).then(|| self.cursor = after)
            }
            _ => None,
        }
    }

    /// The *quarts* of *trois quarts de milliard*; of anything else they are no count.
    fn part(&mut self, piece: Piece<'_>, of: f64) -> Option<()> {
        let mut after = self.cursor.at(piece.end());
        after.eat_of();
        let scaled = after.word().and_then(scale).is_some_and(|(by, _)| by >= 1e6);
        let n = self.open.times(1.0 / of).filter(|n| scaled && *n < 1.0)?;
        self.open = Open::Words(n);
        self.cursor = after;
        Some(())
    }

    /// *deux virgule cinq*: the decimals, in words.
    fn spoken_decimals(&mut self, piece: Piece<'_>) -> Option<()> {
        let Open::Words(whole) = self.open else {
            return None;
        };
        let mut after = self.cursor.at(piece.end());
        let mut n_zeros = 0;
        while after.eat("zero") {
            n_zeros += 1;
        }
        let decimals = single(after).filter(|d| d.value < 100.0 * d.scale)?;
        let n = decimals.value / decimals.scale;
        let places = n_zeros + if n < 10.0 { 1 } else { 2 };
        let mantissa = whole * 10_f64.powi(places) + n;
        let literal = Literal {
            mantissa,
            decimals: places,
            end: decimals.end,
        };
        self.total += literal.times(decimals.scale);
        (self.factor, self.n_scales, self.open) = (decimals.scale, 1, Open::Nothing);
        self.take(decimals.end);
        None
    }

    /// The *de* of *une centaine de milliers*.
    fn of(&mut self) -> Option<()> {
        let mut after = self.cursor;
        after.eat_of();
        let next = after.word()?;
        let many = scale(next).is_some() || matches!(word(next), Some(Word::Collective(_)));
        (self.collective && many).then(|| self.cursor = after)
    }

    fn word(&mut self, w: Word, piece: Piece<'_>) -> Option<()> {
        let sum = if let Word::Collective(n) = w {
            self.collective = true;
            self.open.times(f64::from(n))
        } else {
            compose(self.open, w)
        }?;
        self.unit = match w {
            Word::Collective(n) => Some(f64::from(n)),
            Word::Hundred => Some(100.0),
            _ => None,
        };
        self.open = Open::Words(sum);
        self.take(piece.end());
        Some(())
    }

    fn scale(&mut self, piece: Piece<'_>) -> Option<()> {
        let (by, bytes) = scale(piece.text)?;
        let counted = match self.open.times(by) {
            Some(counted) => counted,
            // *mille* alone, and the second scale of *mille milliards*.
            None if self.n_scales == 0 && matches!(piece.text, "mille" | "mil") => by,
            None if self.n_scales > 0 => 0.0,
            None => return None,
        };
        if by < self.smallest {
            self.factor = if self.n_scales == 0 { by } else { 1.0 };
            self.total += counted;
        } else {
            // *trois mille cinq cents milliards*: the larger scale multiplies all that stands before it.
            self.factor *= by;
            self.total = self.total * by + counted;
        }
        self.smallest = by;
        self.n_scales += 1;
        self.open = Open::Nothing;
        self.take(piece.start + bytes);
        // The rest of `mdh` is a currency.
        (bytes == piece.text.len()).then_some(())
    }
}

/// Where the next piece ends.
fn piece_end(cursor: Cursor<'_>) -> usize {
    cursor.peek().map_or(cursor.pos, |p| p.end())
}

/// The number so far with one more word; `None` when French does not say it so (*vingt trente*).
fn compose(open: Open, w: Word) -> Option<f64> {
    let sum = match open {
        Open::Nothing => 0,
        Open::Words(n) if n.fract() == 0.0 && n < 1e6 => n as u32,
        Open::Words(_) | Open::Digits(_) => return None,
    };
    let nothing = matches!(open, Open::Nothing);
    let tens = sum % 100;
    let composed = match w {
        Word::Half => return (sum <= 1).then_some(0.5),
        Word::Unit(n) if tens == 0 || (tens >= 20 && tens % 10 == 0) => sum + n,
        Word::Unit(n @ 7..=9) if tens % 10 == 0 && matches!(tens, 10 | 70 | 90) => sum + n,
        Word::Teen(n) if matches!(tens, 0 | 60 | 80) => sum + n,
        Word::Ten(20) if tens == 4 => sum + 76,
        Word::Ten(10) if matches!(tens, 60 | 80) => sum + 10,
        Word::Ten(n) if tens == 0 => sum + n,
        Word::Hundred if nothing => 100,
        Word::Hundred if (2..20).contains(&sum) => sum * 100,
        _ => return None,
    };
    Some(f64::from(composed))
}

/// Words and marks between the two figures of a range.
const JOINERS: &[&str] = &["a", "et", "ou", "voire", "-", "/"];

/// Reads the figure or the range that starts right at `start` of the folded text.
pub(super) fn read_at(folded: &str, start: usize) -> Option<Figure> {
    let cursor = Cursor {
        text: folded,
        pos: start,
    };
    let start = cursor.start();
    let low = single(cursor)?;
    let alone = low.at(start);
    Some(range(cursor.at(low.end), alone, low).unwrap_or(alone))
}

/// The range that `first` opens, when a joiner and a larger figure follow.
fn range(mut cursor: Cursor<'_>, first: Figure, low: Single) -> Option<Figure> {
    // *200, voire 300*
    let mut ahead = cursor;
    if ahead.eat(",") && ahead.word() == Some("voire") {
        cursor = ahead;
    }
    let joiner = cursor.advance().filter(|p| JOINERS.contains(&p.text))?;
    // *200 à plus de 300*
    if joiner.text == "a" && (cursor.eat("plus") || cursor.eat("pres")) {
        cursor.eat_of();
    }
    let high = single(cursor).filter(|h| !h.bare_one)?;
    // *Un* counts before *à deux millions*; before *et 300 emplois* it may be an article.
    if low.bare_one && !(matches!(joiner.text, "a" | "ou") && high.value <= 10.0 * high.unit) {
        return None;
    }
    // `500/3` is no range, nor is the hyphen of `12-B`.
    if joiner.text == "/" && high.value < 100.0 {
        return None;
    }
    let shared = |unit| shared_scale(low.value, low.scale, high.value, unit);
    let by_unit = shared(high.unit);
    let low = first.low
        * if by_unit > 1.0 {
            by_unit
        } else {
            shared(high.scale)
        };
    (low < high.value).then_some(Figure {
        low,
        high: high.value,
        scale: high.scale,
        collective: first.collective || high.collective,
        end: high.end,
        ..first
    })
}

/// What the lower figure of a range takes from the upper one, which `high_scale` multiplies.
pub(super) fn shared_scale(low: f64, low_scale: f64, high: f64, high_scale: f64) -> f64 {
    if low_scale > 1.0 {
        1.0
    } else if high_scale > 1.0 && low < high / high_scale {
        high_scale
    } else if high_scale <= 1.0 && high % 1e3 == 0.0 && low < (high / 1e3).min(1e3) {
        // *10 à 12.000 emplois*
        1e3
    } else {
        1.0
    }
}

/// A figure of an enumeration: its value, what multiplies all of it, where it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enumerated {
    pub(super) value: f64,
    pub(super) scale: f64,
    pub(super) end: usize,
}

impl From<Figure> for Enumerated {
    fn from(figure: Figure) -> Self {
        Self {
            value: figure.high,
            scale: figure.scale,
            end: figure.end,
        }
    }
}

impl Enumerated {
    /// True when `figure`, written without a scale, may be counted in this one's: figures told together are alike.
    pub(super) fn counts_like(self, figure: Figure) -> bool {
        /// Beyond that, `850 et 1,2 milliard`, the scale is not shared.
        const MOST_UNLIKE: f64 = 300.0;
        let stated = self.value / self.scale;
        let alike = figure.scale <= 1.0 && figure.high < MOST_UNLIKE * stated;
        match self.scale {
            1e6.. if figure.high < 1e3 => alike,
            1e6.. => alike && figure.high < 1e5 && stated >= 1e3,
            1e3.. => alike && figure.high < 1e3 && stated < 1e3,
            _ => false,
        }
    }
}

/// Figures that an enumeration may hold before the one that states their common scale.
const MOST_ENUMERATED: usize = 8;

/// The figures that are enumerated after `figure`: *de* **640** *à 940 millions*, **22**, *3,5 et 6,8 milliards*,
/// **500** *en 2023 contre 700 millions*.
pub(super) fn enumerated(folded: &str, figure: Figure) -> impl Iterator<Item = Enumerated> + '_ {
    let mut pos = figure.end;
    let figures = std::iter::from_fn(move || {
        let mut cursor = past_aside(Cursor { text: folded, pos });
        let comma = cursor.eat(",");
        let joined = cursor
            .word()
            .is_some_and(|w| JOINERS.contains(&w) || matches!(w, "puis" | "contre"));
        if joined || !comma && cursor.peek().is_some_and(|p| JOINERS.contains(&p.text)) {
            cursor.advance();
            cursor.eat_of();
        } else if !comma {
            return None;
        }
        let next = single(cursor)?;
        pos = next.end;
        Some(Enumerated {
            value: next.value,
            scale: next.scale,
            end: next.end,
        })
    });
    figures.take(MOST_ENUMERATED)
}

/// Past what an enumeration says of a figure in passing: *en 2023*, *(phase 1)*.
fn past_aside(cursor: Cursor<'_>) -> Cursor<'_> {
    const LONGEST: usize = 40;
    let mut ahead = cursor;
    if ahead.eat("en")
        && ahead
            .advance()
            .is_some_and(|p| p.kind == Kind::Digits && p.text.len() == 4)
    {
        return ahead;
    }
    let mut ahead = cursor;
    let closed = ahead.eat("(").then(|| ahead.rest().find(')')).flatten();
    closed
        .filter(|at| *at <= LONGEST)
        .map_or(cursor, |at| ahead.at(ahead.pos + at + 1))
}

/// `figure` with the scale that was left after the mention, which ends at `mention_end`: **50** *millions*, **50** *MDH*.
pub(super) fn with_cut_scale(folded: &str, figure: Figure, mention_end: usize) -> Figure {
    let cut = || {
        let cursor = Cursor {
            text: folded,
            pos: mention_end,
        };
        scale(cursor.word()?)?;
        let whole = if figure.is_range() {
            read_at(folded, figure.start)
        } else {
            single(Cursor {
                text: folded,
                pos: figure.start,
            })
            .map(|one| one.at(figure.start))
        };
        whole.filter(|whole| whole.end > mention_end && whole.is_range() == figure.is_range())
    };
    let at_end = figure.start < figure.end && folded[figure.end..mention_end].trim().is_empty();
    if at_end { cut().unwrap_or(figure) } else { figure }
}

/// The figure that `text` is, when it is nothing else: `70`, `12,5`, `1.200`.
pub fn value(text: &str) -> Option<f64> {
    let folded = fold(text);
    let figure = read_at(&folded, 0).filter(|f| !f.is_range() && f.end == folded.len())?;
    Some(figure.low)
}

/// The first figure or range of the folded text.
///
/// Digits inside a name (`A320`), percentages and ordinals are passed over; *un* and *une* count when nothing else does.
pub(super) fn find(folded: &str) -> Option<Figure> {
    find_from(folded, 0)
}

/// [`find`], from byte `from` on.
pub(super) fn find_from(folded: &str, from: usize) -> Option<Figure> {
    let mut cursor = Cursor {
        text: folded,
        pos: from,
    };
    let mut article = None;
    let mut sur = false;
    let mut previous: Option<(Kind, usize)> = None;
    while let Some(piece) = cursor.peek() {
        let in_name = piece.kind == Kind::Digits && previous == Some((Kind::Word, piece.start));
        let mark = piece.kind == Kind::Mark && !matches!(piece.text, "," | ".");
        let figure = if mark || in_name {
            None
        } else {
            read_at(folded, piece.start)
        };
        cursor.pos = piece.end();
        let after_sur = std::mem::replace(&mut sur, piece.text == "sur");
        previous = Some((piece.kind, piece.end()));
        let Some(figure) = figure else {
            if piece.kind == Kind::Digits && !in_name {
                // A date or a version: none of its parts is a figure.
                while let Some((_, _, to)) = more_digits(cursor) {
                    cursor.pos = to;
                }
            }
            continue;
        };
        // *un emploi sur trois*
        if after_sur && article.take().is_some() {
            continue;
        }
        let bare_one = matches!(piece.text, "un" | "une") && figure.end == piece.end();
        if let Some(end) = not_a_count(cursor.at(figure.end)) {
            cursor.pos = end;
        } else if bare_one {
            article = article.or(Some(figure));
        } else {
            return Some(figure);
        }
    }
    article
}

/// [`find`] in a mention; the word that counts *centaine* or *million* may have been left before it.
pub(super) fn find_counted(folded: &str, left: &str) -> Option<Figure> {
    find(folded).or_else(|| {
        let count = left.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next()?;
        // *le million d'emplois*
        let whole = || folded.starts_with("million ") || folded.starts_with("milliard ");
        let count = if count == "le" && whole() { "un" } else { count };
        let counts = count == "1" || matches!(word(count), Some(Word::Unit(_)));
        let shift = count.len() + 1;
        let counted = read_at(&format!("{count} {folded}"), 0).filter(|f| counts && f.end > shift)?;
        Some(Figure {
            start: 0,
            end: counted.end - shift,
            ..counted
        })
    })
}

/// Past what makes a figure a percentage, an ordinal (`2e`, `3ème`) or a part (*trois quarts*).
fn not_a_count(mut cursor: Cursor<'_>) -> Option<usize> {
    const ORDINALS: &[&str] = &["e", "er", "ere", "eme", "emes", "nd", "nde"];
    const PARTS: &[&str] = &["quart", "quarts", "tiers", "pourcent", "pourcents", "%"];
    let next = cursor.peek()?;
    // *un sur trois*
    if next.text == "sur"
        && let Some(whole) = single(cursor.at(next.end()))
    {
        return Some(whole.end);
    }
    // *vingt et unième*, *vingt-cinquième*, *trois cinquièmes*
    let mut ahead = cursor;
    let joined = ahead.eat("et") | ahead.eat("-");
    let last = if joined { ahead.peek() } else { Some(next) };
    if let Some(last) = last.filter(|p| p.text.ends_with("ieme") || p.text.ends_with("iemes")) {
        return Some(last.end());
    }
    let ordinal = next.start == cursor.pos && ORDINALS.contains(&next.text);
    let part = PARTS.contains(&next.text);
    let percentage = cursor.eat("pour") && {
        cursor.eat("-");
        cursor.eat("cent") || cursor.eat("mille")
    };
    (ordinal || part || percentage).then(|| cursor.pos.max(next.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READS: &[(&str, f64)] = &[
        ("700 emplois", 700.0),
        ("1.500", 1500.0),
        ("1 500", 1500.0),
        ("1\u{a0}500", 1500.0),
        ("1\u{202f}500", 1500.0),
        ("1\u{2009}500 postes", 1500.0),
        ("1'500", 1500.0),
        ("1’500’000", 1_500_000.0),
        ("1500", 1500.0),
        ("1,500", 1500.0),
        ("12,500 emplois", 12_500.0),
        ("1,5 million", 1.5e6),
        (",5 million", 5e5),
        ("1 milliard et 200 millions", 1.2e9),
        ("trois quarts de milliard", 7.5e8),
        ("un quart de million", 2.5e5),
        ("mille et un", 1001.0),
        ("1,500 million", 1.5e6),
        ("1.500 million", 1.5e6),
        ("1.500 millions", 1.5e9),
        ("2.500 milliards", 2.5e12),
        ("1.01 milliard", 1.01e9),
        ("1,01 milliard", 1.01e9),
        ("12.500,50", 12_500.5),
        ("12,500.50", 12_500.5),
        ("1 234,56", 1234.56),
        ("1.234.567", 1_234_567.0),
        ("1,234,567", 1_234_567.0),
        ("1 234 567", 1_234_567.0),
        ("1.234.567,89", 1_234_567.89),
        ("1.500 000", 1_500_000.0),
        ("0,500", 0.5),
        ("0.750 milliard", 7.5e8),
        ("2,5 Mds", 2.5e9),
        ("2,5 Md", 2.5e9),
        ("33,3 millions", 33.3e6),
        ("3 000 milliards", 3e12),
        ("2,5 mille", 2500.0),
        ("15 mille", 15_000.0),
        ("100 milliers", 100_000.0),
        ("5K", 5000.0),
        ("1 million 500 000", 1.5e6),
        ("1 million 500 mille", 1.5e6),
        ("2 millions cinq cent mille", 2.5e6),
        ("3 mille milliards", 3e12),
        ("mille", 1000.0),
        ("mille milliards", 1e12),
        ("mille cinq cents", 1500.0),
        ("MILLE CINQ CENTS EMPLOIS", 1500.0),
        ("deux mille recrutements", 2000.0),
        ("quatre-vingt-dix-neuf", 99.0),
        ("quatre vingt dix neuf", 99.0),
        ("quatre-vingts", 80.0),
        ("cent quatre-vingts", 180.0),
        ("quatre-vingt-un", 81.0),
        ("soixante et onze", 71.0),
        ("soixante-quinze", 75.0),
        ("soixante-dix-sept", 77.0),
        ("septante", 70.0),
        ("septante-deux", 72.0),
        ("huitante-trois", 83.0),
        ("octante", 80.0),
        ("nonante-neuf", 99.0),
        ("vingt et un", 21.0),
        ("vingt-et-un", 21.0),
        ("trois cent mille", 300_000.0),
        ("trois cent cinquante-deux millions", 352e6),
        ("dix-sept cents", 1700.0),
        ("un million", 1e6),
        ("un million et demi", 1.5e6),
        ("deux milliards et demi", 2.5e9),
        ("un demi-milliard", 5e8),
        ("un demi million", 5e5),
        ("deux virgule cinq milliards", 2.5e9),
        ("trois virgule vingt-cinq millions", 3.25e6),
        ("trois virgule zéro deux millions", 3.02e6),
        ("deux milliers", 2000.0),
        ("une cinquantaine", 50.0),
        ("une centaine", 100.0),
        ("un millier", 1000.0),
        ("une centaine de milliers", 100_000.0),
        ("une dizaine de millions", 1e7),
        ("une centaine de milliards", 1e11),
        ("une demi-douzaine", 6.0),
        ("deux douzaines", 24.0),
        ("trois mille cinq cents milliards", 3.5e12),
        ("une usine de 500 emplois", 500.0),
        ("un emploi", 1.0),
        ("un et demi", 1.5),
        ("un et demi million", 1.5e6),
        ("10 % de 500 emplois", 500.0),
        ("l'A320 : 300 postes", 300.0),
        ("2e tranche : 40", 40.0),
        ("50 mdh", 50e6),
        ("1,2 mmdh", 1.2e9),
        ("300 kdh", 3e5),
        ("15 mdt", 15e6),
        ("20 meur", 20e6),
        ("417 miIlions", 417e6),
    ];

    const REFUSES: &[&str] = &[
        "",
        "emplois",
        "quelques centaines",
        "des centaines d'emplois",
        "plusieurs milliers",
        "des millions",
        "quelques dizaines de milliers",
        "22.12.2023",
        "A320",
        "25 %",
        "12 pour cent",
        "G20",
        "3ème",
        "deux tiers",
        "un emploi sur trois",
        "2 sur 3",
        "vingt-cinquième",
        "vingt et unième",
        "trois quarts des postes",
        "un centième",
        "cent pour-cent",
        "dix pourcent",
    ];

    #[test]
    fn numbers_read() {
        let read = |text: &str| find(&fold(text)).map(|f| (f.low, f.high));
        let wrong: Vec<_> = READS
            .iter()
            .map(|&(t, n)| (t, read(t), n))
            .filter(|&(_, got, n)| got != Some((n, n)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let read: Vec<_> = REFUSES
            .iter()
            .filter_map(|t| Some((t, find(&fold(t))?)))
            .collect();
        assert!(read.is_empty(), "{read:#?}");
    }

    #[test]
    fn a_value_is_a_figure_and_nothing_else() {
        for (text, expected) in [
            ("70", Some(70.0)),
            ("12,5", Some(12.5)),
            ("1.200", Some(1200.0)),
            ("1,200", Some(1200.0)),
            ("12h", None),
            ("12-15", None),
            ("", None),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn ranges_read_with_a_shared_scale() {
        for (text, low, high) in [
            ("500 et 700", 500.0, 700.0),
            ("500-700", 500.0, 700.0),
            ("500 – 700", 500.0, 700.0),
            ("500 à 700 postes", 500.0, 700.0),
            ("10 à 15 millions", 10e6, 15e6),
            ("10 et 15 millions d'euros", 10e6, 15e6),
            ("2 ou 3 milliards", 2e9, 3e9),
            ("10 millions à 15 millions", 10e6, 15e6),
            ("500 millions à 1 milliard", 5e8, 1e9),
            ("500 000 à 1 million", 5e5, 1e6),
            ("dix à quinze millions", 10e6, 15e6),
            ("1,5 à 2 milliards", 1.5e9, 2e9),
            ("10 à 12.000", 10_000.0, 12_000.0),
            ("500 à 1 000", 500.0, 1000.0),
            ("2-3 M", 2e6, 3e6),
            ("deux cents à trois cents", 200.0, 300.0),
            ("deux à trois cents", 200.0, 300.0),
            ("deux à cinq cent mille", 2e5, 5e5),
            ("dix à cent mille", 1e4, 1e5),
            ("vingt à trois cents", 20.0, 300.0),
            ("une à deux centaines", 100.0, 200.0),
            ("un à deux millions", 1e6, 2e6),
            ("200, voire 300", 200.0, 300.0),
            ("2 à 300", 2.0, 300.0),
        ] {
            let figure = find(&fold(text)).unwrap_or_else(|| panic!("{text} should be read"));
            assert_eq!((figure.low, figure.high), (low, high), "{text}");
        }
    }
}
