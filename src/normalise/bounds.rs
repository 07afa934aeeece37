//! What the words around a figure say of it: *plus de*, *environ*, *jusqu'à*, *au minimum*.

use std::sync::LazyLock;

use super::currency;
use super::lexicon::Lexicon;
use super::number::{self, Figure};
use super::scan::{Cursor, ends_with_words, last_word};
use crate::value::Quantity;

/// What one cue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    AtLeast,
    AtMost,
    About,
    /// The words look like a cue and are none (*en plus de*): nothing further left counts.
    Nothing,
    /// May stand between a cue and its figure: *dépasser les 500*, *un minimum de 500*.
    Filler,
}

use Cue::{About, AtLeast, AtMost, Filler, Nothing};

/// Cues that end right before the figure; of two that fit, the longer one.
const BEFORE: &[(&str, Cue)] = &[
    ("plus de", AtLeast),
    ("plus d'", AtLeast),
    ("plus que", AtLeast),
    ("+ de", AtLeast),
    ("+ d'", AtLeast),
    ("+", AtLeast),
    (">", AtLeast),
    (">=", AtLeast),
    ("≥", AtLeast),
    ("au moins", AtLeast),
    ("a tout le moins", AtLeast),
    ("minimum", AtLeast),
    ("minimal", AtLeast),
    ("minimale", AtLeast),
    ("min", AtLeast),
    ("min.", AtLeast),
    ("a minima", AtLeast),
    ("pas moins de", AtLeast),
    ("pas moins d'", AtLeast),
    ("pas moins que", AtLeast),
    ("non moins de", AtLeast),
    ("rien de moins que", AtLeast),
    ("superieur a", AtLeast),
    ("superieur aux", AtLeast),
    ("superieur ou egal a", AtLeast),
    ("superieure ou egale a", AtLeast),
    ("superieurs ou egaux a", AtLeast),
    ("superieure a", AtLeast),
    ("superieurs a", AtLeast),
    ("superieures a", AtLeast),
    ("au-dela de", AtLeast),
    ("au dela de", AtLeast),
    ("au-dela des", AtLeast),
    ("au bas mot", AtLeast),
    ("a partir de", AtLeast),
    ("depasse", AtLeast),
    ("depasse de", Nothing),
    ("depassent", AtLeast),
    ("depasser", AtLeast),
    ("depasserait", AtLeast),
    ("depasseraient", AtLeast),
    ("depassera", AtLeast),
    ("depasseront", AtLeast),
    ("depassait", AtLeast),
    ("depassaient", AtLeast),
    ("depassant", AtLeast),
    ("excede", AtLeast),
    ("exceder", AtLeast),
    ("excedera", AtLeast),
    ("excedant", AtLeast),
    ("jusqu'a", AtMost),
    ("jusqu'a hauteur de", AtMost),
    ("jusqu'aux", AtMost),
    ("jusqu a", AtMost),
    ("jusque", AtMost),
    ("maximum", AtMost),
    ("maximal", AtMost),
    ("maximale", AtMost),
    ("plafond", AtMost),
    ("max", AtMost),
    ("max.", AtMost),
    ("moins de", AtMost),
    ("moins d'", AtMost),
    ("- de", AtMost),
    ("<", AtMost),
    ("<=", AtMost),
    ("≤", AtMost),
    ("au plus", AtMost),
    ("pas plus de", AtMost),
    ("pas plus d'", AtMost),
    ("inferieur a", AtMost),
    ("inferieur aux", AtMost),
    ("inferieur ou egal a", AtMost),
    ("inferieure ou egale a", AtMost),
    ("inferieurs ou egaux a", AtMost),
    ("inferieure a", AtMost),
    ("inferieurs a", AtMost),
    ("inferieures a", AtMost),
    ("plafonne a", AtMost),
    ("plafonnee a", AtMost),
    ("plafonnes a", AtMost),
    ("dans la limite de", AtMost),
    ("ne depasse pas", AtMost),
    ("ne depassant pas", AtMost),
    ("ne depassera pas", AtMost),
    ("ne depasse guere", AtMost),
    ("sans depasser", AtMost),
    ("n'excedant pas", AtMost),
    ("n'excede pas", AtMost),
    ("n'excedera pas", AtMost),
    ("pres de", About),
    ("pres d'", About),
    ("pres des", About),
    ("prs de", About),
    ("proche de", About),
    ("proches de", About),
    ("environ", About),
    ("env", About),
    ("env.", About),
    ("environs de", About),
    ("environs des", About),
    ("alentours de", About),
    ("alentours des", About),
    ("alentour de", About),
    ("autour de", About),
    ("autour des", About),
    ("autour d'", About),
    ("quelque", About),
    ("quelques", About),
    ("a peu pres", About),
    ("peu ou prou", About),
    ("grosso modo", About),
    ("presque", About),
    ("quasi", About),
    ("quasiment", About),
    ("approximativement", About),
    ("approx", About),
    ("approx.", About),
    ("l'ordre de", About),
    ("l'ordre d'", About),
    ("l'ordre des", About),
    ("dans les", About),
    ("pas loin de", About),
    ("pas loin d'", About),
    ("non loin de", About),
    ("avoisine", About),
    ("avoisinent", About),
    ("avoisiner", About),
    ("avoisinera", About),
    ("avoisinerait", About),
    ("avoisinait", About),
    ("avoisinant", About),
    ("approche", About),
    ("approchent", About),
    ("approcher", About),
    ("approchant", About),
    ("frole", About),
    ("froler", About),
    ("frolent", About),
    ("frolant", About),
    ("a peine", About),
    ("quelque chose comme", About),
    ("plus ou moins", About),
    ("+/-", About),
    ("±", About),
    ("~", About),
    ("≈", About),
    ("en plus de", Nothing),
    ("en plus d'", Nothing),
    ("en plus des", Nothing),
    ("les", Filler),
    ("le", Filler),
    ("la", Filler),
    ("des", Filler),
    ("ces", Filler),
    ("ses", Filler),
    ("leurs", Filler),
    ("l'", Filler),
    ("de", Filler),
    ("d'", Filler),
    ("«", Filler),
    ("\"", Filler),
    ("(", Filler),
];

/// Cues that follow the mention.
const AFTER: &[(&str, Cue)] = &[
    ("environ", About),
    ("env.", About),
    ("a peu pres", About),
    ("approximativement", About),
    ("grosso modo", About),
    ("au moins", AtLeast),
    ("au minimum", AtLeast),
    ("minimum", AtLeast),
    ("minimums", AtLeast),
    ("a minima", AtLeast),
    ("au bas mot", AtLeast),
    ("et plus", AtLeast),
    ("ou plus", AtLeast),
    ("voire plus", AtLeast),
    ("voire davantage", AtLeast),
    ("et davantage", AtLeast),
    ("ou davantage", AtLeast),
    ("+", AtLeast),
    ("au maximum", AtMost),
    ("maximum", AtMost),
    ("maximums", AtMost),
    ("au plus", AtMost),
    ("tout au plus", AtMost),
    ("ou moins", AtMost),
    ("et moins", AtMost),
];

/// [`BEFORE`] by the last word of each cue, [`AFTER`] by the last and by the first.
static BY_LAST_WORD: LazyLock<Lexicon<(&str, Cue)>> = LazyLock::new(|| {
    Lexicon::keyed(
        BEFORE
            .iter()
            .map(|&(words, cue)| (last_word(words), (words, cue))),
    )
});
static AFTER_BY_LAST_WORD: LazyLock<Lexicon<&str>> =
    LazyLock::new(|| Lexicon::keyed(AFTER.iter().map(|&(words, _)| (last_word(words), words))));
static BY_FIRST_WORD: LazyLock<Lexicon<(&str, Cue)>> = LazyLock::new(|| {
    Lexicon::keyed(
        AFTER
            .iter()
            .map(|&(words, cue)| (first_word(words), (words, cue))),
    )
});

/// The first word of `text`; empty when it starts with a sign.
fn first_word(text: &str) -> &str {
    &text[..text.bytes().take_while(u8::is_ascii_alphanumeric).count()]
}

/// The cue that closes a mention, after its noun: *500 emplois* **au bas mot**; empty when there is none.
pub(super) fn closing(mention: &str) -> &str {
    let mention = mention.trim_end();
    let cues = AFTER_BY_LAST_WORD.under(last_word(mention));
    let fitting = cues.filter(|words| ends_with_words(mention, words));
    let length = fitting.map(str::len).max().unwrap_or(0);
    &mention[mention.len() - length..]
}

/// The figure with what surrounds it: `left` and `right` are folded, and touch the figure and the mention.
pub(super) fn quantity(figure: Figure, left: &str, right: &[&str]) -> Quantity {
    let mut bound = None;
    let mut about = false;
    let mut note = |cue| match cue {
        About => about = true,
        AtLeast | AtMost => bound = bound.or(Some(cue)),
        Nothing | Filler => {}
    };
    let mut left = left.trim_end();
    // *à au moins environ 500*: at most three cues in a row.
    for _ in 0..3 {
        let Some((cue, rest)) = cue_before(left) else {
            break;
        };
        note(cue);
        if cue == Nothing {
            break;
        }
        left = rest;
    }
    for text in right {
        if let Some(cue) = cue_after(text) {
            note(cue);
        }
    }
    if figure.is_range() {
        return Quantity {
            approx: about || figure.collective,
            ..Quantity::between(figure.low, figure.high)
        };
    }
    if bound.is_none()
        && let Some(low) = opens_range(left, figure)
    {
        return Quantity {
            approx: about,
            ..Quantity::between(low, figure.high)
        };
    }
    let quantity = match bound {
        Some(AtLeast) => Quantity::at_least(figure.low),
        Some(AtMost) => Quantity::at_most(figure.high),
        _ => {
            return Quantity {
                approx: about || figure.collective,
                ..Quantity::exactly(figure.low)
            };
        }
    };
    Quantity {
        approx: about,
        ..quantity
    }
}

/// The cue that ends `left`, and what stands before it.
fn cue_before(left: &str) -> Option<(Cue, &str)> {
    const MOST_FILLERS: usize = 2;
    let mut text = left;
    for _ in 0..=MOST_FILLERS {
        let fits = |(words, _): &(&str, Cue)| ends_with_words(text, words);
        let cues = BY_LAST_WORD.under(last_word(text)).filter(fits);
        let (words, cue) = cues.max_by_key(|(words, _)| words.len())?;
        text = text[..text.len() - words.len()].trim_end();
        if cue != Filler {
            return Some((cue, text));
        }
    }
    None
}

/// The cue that opens `right`, unless it belongs to what follows (*et plus de 300 emplois*, *environ 3 ans*).
fn cue_after(right: &str) -> Option<Cue> {
    let text = right.trim_start_matches([' ', '(']);
    let (words, cue) = BY_FIRST_WORD
        .under(first_word(text))
        .filter(|(words, _)| {
            text.strip_prefix(*words)
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
        .max_by_key(|(words, _)| words.len())?;
    let cursor = Cursor::new(&text[words.len()..]);
    let goes_on = match cursor.peek() {
        None => false,
        Some(piece) => {
            matches!(piece.text, "de" | "d" | "que" | "des")
                || number::read_at(cursor.text, piece.start).is_some()
        }
    };
    (!goes_on).then_some(cue)
}

/// The lower figure of *entre 500 et* **700**, when only the upper one is in the mention.
fn opens_range(left: &str, high: Figure) -> Option<f64> {
    let between = left.strip_suffix(" et")?;
    let (_, low) = between.rsplit_once("entre ")?;
    let low = low.trim();
    let figure = number::read_at(low, 0).filter(|f| !f.is_range())?;
    let rest = Cursor::new(low).at(figure.end);
    let currency = currency::read(rest).map_or(figure.end, |(_, end)| end);
    if currency < low.len().min(24) {
        return None;
    }
    let low = figure.low * number::shared_scale(figure.low, figure.scale, high.high, high.scale);
    (low < high.high).then_some(low)
}
