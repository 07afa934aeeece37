//! The publication date printed in the article itself, when the document comes without one.
//!
//! Only places where a newsroom signs its articles count: *Publié le …*, *Par X | …*, *Le … à 10:32*, *Le 12 mars 2024 |*,
//! a dateline that opens a paragraph. The date of a page header, of a visit, of an update, of a comment does not.

use jiff::civil::Date;

use crate::normalise::date::{is_weekday, month};
use crate::record::{CommitmentRecord, Status};
use crate::text::fold;
use crate::value::When;

/// A signature line is no longer than this, in bytes; a longer one is prose.
const MAX_LINE: usize = 220;
/// A dateline opens at least this much prose, in bytes.
const MIN_PROSE: usize = 40;

/// Words before a date that make it the day of publication.
const PUBLISHED: &[&str] = &[
    "publie",
    "publiee",
    "poste",
    "postee",
    "mis en ligne",
    "mise en ligne",
    "date de publication",
    "paru",
    "parue",
];

/// Places a date may be found in, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// *Publié le …*
    Published,
    /// *Par X | …*, *Le … à 10:32*
    Signature,
    /// *RABAT, … (MAP) - *
    Dateline,
}

/// The day an article says it was published; `None` when no place says so.
///
/// ```
/// use jalon::link::byline;
/// assert_eq!(byline("Un titre\nPublié le 12 mars 2024 à 10h").unwrap().to_string(), "2024-03-12");
/// assert_eq!(byline("Dernière visite : 12 mars 2024"), None);
/// ```
pub fn byline(text: &str) -> Option<When> {
    let mut found: Option<(Place, Date)> = None;
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let alone = lines.peek().is_some_and(|next| next.is_empty());
        let folded = fold(line);
        let here = published(&folded)
            .map(|d| (Place::Published, d))
            .or_else(|| signature(&folded).map(|d| (Place::Signature, d)))
            .or_else(|| dateline(line, &folded, alone).map(|d| (Place::Dateline, d)));
        if let Some(here) = here
            && found.is_none_or(|best| here.0 < best.0)
        {
            found = Some(here);
        }
        if found.is_some_and(|best| best.0 == Place::Published) {
            break;
        }
    }
    found.map(|(_, date)| When::from(date))
}

/// True when a record speaks against its article being published on that day: it was to be reached before, or was
/// announced after.
pub(super) fn contradicts(record: &CommitmentRecord, published: When) -> bool {
    let Some((first, last)) = published.days() else {
        return false;
    };
    let overdue = record.status == Status::Pledged
        && record
            .deadline
            .and_then(When::days)
            .is_some_and(|(_, end)| end < first);
    let ahead = record
        .announced
        .and_then(When::days)
        .is_some_and(|(start, _)| start > last);
    overdue || ahead
}

/// *Publié (par X,) le (mercredi) 12 mars 2024*, anywhere in a line.
fn published(folded: &str) -> Option<Date> {
    PUBLISHED
        .iter()
        .flat_map(|&word| {
            folded
                .match_indices(word)
                .map(move |(at, _)| (at, at + word.len()))
        })
        .filter(|&(at, end)| is_cut(&folded[..at], &folded[end..]))
        .filter_map(|(at, end)| {
            let mut rest = &folded[end..];
            // The author may stand between: `publie par cheikh mrabih, le 24/02/2026`.
            // Readers post comments the same way, so that `poste par` does not count.
            if let Some(author) = rest.trim_start().strip_prefix("par ") {
                if folded[at..].starts_with("poste") {
                    return None;
                }
                let (name, after) = author.split_once(" le ")?;
                if name.len() > 40 {
                    return None;
                }
                rest = after;
            }
            let rest = rest.trim_start_matches([' ', ':', '-']);
            let rest = rest.strip_prefix("le ").unwrap_or(rest);
            Some((at, date_at(rest, ShortYear::Read)?.0))
        })
        .min_by_key(|&(at, _)| at)
        .map(|(_, date)| date)
}

/// True when nothing but a break stands on either side of a word.
fn is_cut(before: &str, after: &str) -> bool {
    !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
}

/// Lines that sign an article.
fn signature(folded: &str) -> Option<Date> {
    if folded.len() > MAX_LINE || is_of_the_page(folded) {
        return None;
    }
    by_author(folded)
        .or_else(|| dated_hour(folded))
        .or_else(|| then_author(folded))
}

/// Words of lines that are printed by the site, not by the newsroom.
fn is_of_the_page(folded: &str) -> bool {
    const PAGE: &[&str] = &[
        "visite",
        "consulte",
        "aujourd'hui",
        "page vue",
        "generee",
        "genere le",
        "aspiree",
        "impression",
        "robot",
        "edition du",
        "numero du",
        "gmt",
        "cotations",
        "a ecrit",
        " dit :",
    ];
    PAGE.iter().any(|word| folded.contains(word))
}

/// *Par X | 12 mars 2024*, *Par X, le 12/03/2024 à 10h*.
fn by_author(folded: &str) -> Option<Date> {
    let rest = folded.strip_prefix("par ")?;
    let breaks = rest.match_indices(['|', ',', '-', '/', '(', ')', '·', '•']);
    let after_break = breaks.map(|(i, mark)| rest[i + mark.len()..].trim_start());
    let (after_le, near) = (rest.split_once(" le ").map(|(_, after)| after), 80);
    after_break
        .chain(after_le)
        .filter(|part| rest.len() - part.len() <= near)
        .map(|part| part.strip_prefix("le ").unwrap_or(part))
        .find_map(|part| date_at(part, ShortYear::Refused).map(|(date, _)| date))
}

/// *Le 14/02/2023 à 10:32*, *Le 14/02/2023 | Partager*, at the head of a line or after a bar.
fn dated_hour(folded: &str) -> Option<Date> {
    let starts = std::iter::once(0).chain(folded.match_indices(" le ").map(|(i, _)| i + 1));
    for start in starts {
        let Some(rest) = folded[start..].strip_prefix("le ") else {
            continue;
        };
        let before = folded[..start].trim_end();
        let opens = before.is_empty() || before.ends_with('|') || edition_number(before);
        let Some((date, after)) = date_at(rest, ShortYear::Refused).filter(|_| opens) else {
            continue;
        };
        let after = after.trim_start();
        if after.starts_with('|') || (before.is_empty() && (after.is_empty() || clock(after))) {
            return Some(date);
        }
    }
    None
}

/// True for a text that ends with the number of an edition: `edition n°:6449`.
fn edition_number(before: &str) -> bool {
    before
        .rsplit_once("edition n")
        .is_some_and(|(_, rest)| rest.chars().all(|c| !c.is_alphabetic()))
}

/// True for `a 10:32`, `a 10h32`, `, 10h`.
fn clock(after: &str) -> bool {
    let rest = after.strip_prefix("a ").or_else(|| after.strip_prefix(','));
    let Some(rest) = rest.map(str::trim_start) else {
        return false;
    };
    let hour = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    hour.len() < rest.len() && hour.trim_start().starts_with(['h', ':'])
}

/// *12 mars 2024 par X*, *12 mars 2024 - 14h20 - Économie - Écrit par X*.
fn then_author(folded: &str) -> Option<Date> {
    let (date, after) = date_at(folded, ShortYear::Refused)?;
    let mut words = after
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    words.by_ref().take(8).any(|w| w == "par").then_some(date)
}

/// *RABAT, 12 mars 2024 (MAP) - Le groupe …*, *Casablanca, le 12 mars 2024 – …*.
fn dateline(line: &str, folded: &str, alone: bool) -> Option<Date> {
    if !line.starts_with(char::is_uppercase) {
        return None;
    }
    let (city, rest) = folded.split_once(',')?;
    let is_place = city.len() <= 40
        && city.split_whitespace().count() <= 6
        && !city.contains(['.', ':', '|', '!', '?', ';'])
        && !is_of_the_page(folded.get(..80).unwrap_or(folded));
    let rest = rest.trim_start();
    let (date, after) = date_at(rest.strip_prefix("le ").unwrap_or(rest), ShortYear::Refused)?;
    let after = after.trim_start();
    if !is_place {
        return None;
    }
    // A communiqué may have its place and date on a line of their own; the bar of a page runs on.
    if after.is_empty() || after == "." {
        return (alone && rest.starts_with("le ")).then_some(date);
    }
    let agency = after
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .or_else(|| after.strip_prefix('[').and_then(|rest| rest.split_once(']')));
    let after = agency.map_or(after, |(_, rest)| rest.trim_start());
    let after = after.strip_prefix("/cnw/").unwrap_or(after).trim_start();
    let after = after.strip_prefix('.').unwrap_or(after).trim_start();
    let prose = after.strip_prefix('-')?.trim_start_matches(['-', ' ']);
    (prose.len() >= MIN_PROSE && prose.starts_with(|c: char| !c.is_ascii_digit())).then_some(date)
}

/// Whether `12/03/24` is a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShortYear {
    Read,
    Refused,
}

/// The full date at the head of a folded text, a weekday before it or not, and what follows it.
fn date_at(folded: &str, short: ShortYear) -> Option<(Date, &str)> {
    let text = folded.trim_start();
    let (word, rest) = first_word(text);
    let text = if is_weekday(word) || WEEKDAYS_CUT.contains(&word) {
        rest.trim_start_matches(['.', ',', ' '])
    } else {
        text
    };
    numeric(text, short).or_else(|| in_words(text))
}

/// Weekdays as a signature abbreviates them; in prose, *mer* and *mar* are other words.
const WEEKDAYS_CUT: &[&str] = &["lun", "mar", "mer", "jeu", "ven", "sam", "dim"];

/// The letters at the head of a folded text, and the rest.
fn first_word(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_alphabetic).count())
}

/// Digits at the head of a text, as a number, and the rest.
fn digits(text: &str, most: usize) -> Option<(i16, &str)> {
    let n = text.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > most {
        return None;
    }
    Some((text[..n].parse().ok()?, &text[n..]))
}

/// `14/02/2023`, `06.04.2016`, `02-11-2021`, `2024-03-12`.
fn numeric(text: &str, short: ShortYear) -> Option<(Date, &str)> {
    let (first, rest) = digits(text, 4)?;
    let mark = rest.chars().next().filter(|c| matches!(c, '/' | '.' | '-'))?;
    let (month, rest) = digits(&rest[1..], 2)?;
    let (last, rest) = digits(rest.strip_prefix(mark)?, 4)?;
    let (year, day) = if first > 1900 {
        (first, last)
    } else {
        (last, first)
    };
    let year = match (year, short) {
        (0..=99, ShortYear::Read) => 2000 + year,
        _ => year,
    };
    Some((date(year, month as i8, day)?, rest))
}

/// `12 mars 2024`, `1er août 2024`, `20 fév. 2026`.
fn in_words(text: &str) -> Option<(Date, &str)> {
    let (day, rest) = digits(text, 2)?;
    let rest = rest.strip_prefix("er").unwrap_or(rest).trim_start();
    let (word, rest) = first_word(rest);
    let (year, rest) = digits(rest.trim_start_matches(['.', ' ']), 4)?;
    Some((date(year, month(word)? as i8, day)?, rest))
}

/// A day of the years that have a web.
fn date(year: i16, month: i8, day: i16) -> Option<Date> {
    (1990..=2100)
        .contains(&year)
        .then(|| Date::new(year, month, day as i8).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        byline(text).map(|w| w.to_string())
    }

    const READS: &[(&str, &str)] = &[
        ("Un titre\nPublié le 12 mars 2024 à 18 h 04", "2024-03-12"),
        (
            "Publié le mercredi 29 janvier 2020 | Écrit par F. K.",
            "2020-01-29",
        ),
        (
            "Par Mounir K. Publié le 6 juin 2023 Mis à jour le 7 juin 2023 Le spécialiste",
            "2023-06-06",
        ),
        (
            "Date de publication : 26/06/2024\nRabat, le 25 juin 2024 – Le ministère de la Transition a publié la liste.",
            "2024-06-26",
        ),
        ("Publié par Cheikh M., le 24/02/2026", "2026-02-24"),
        ("Belga\nPublié le 05-10-22 à 11:47", "2022-10-05"),
        ("Mis en ligne : 14 novembre 2023", "2023-11-14"),
        ("Publié le mar, 07/11/2023 - 15:21", "2023-11-07"),
        ("Publié le mar 07 sep. 2023 - 15:21", "2023-09-07"),
        ("Le 14/02/2023 à 10:32", "2023-02-14"),
        (
            "Le 11 février 2021 à 9h31 | Modifié le 12 février 2021 à 8h05",
            "2021-02-11",
        ),
        (
            "L'Économiste | Edition N°:6449 Le 14/02/2023 | Partager",
            "2023-02-14",
        ),
        ("Par Abdelaziz M. | le 16 juin 2020", "2020-06-16"),
        ("Par Nisrine A., le 12 novembre 2025 à 12h02", "2025-11-12"),
        (
            "28 septembre 2020 - 14h20 - Économie - Ecrit par B.",
            "2020-09-28",
        ),
        ("20 février 2019 par Rachid B. 6 com", "2019-02-20"),
        (
            "RABAT, 12 mars 2024 (MAP) - Le groupe Ventora a annoncé la création de 450 emplois.",
            "2024-03-12",
        ),
        (
            "Casablanca, le 20 fév. 2026 – Les comités de pilotage se sont réunis hier à la préfecture.",
            "2026-02-20",
        ),
        ("Sion, le 5 octobre 2022\n\nHydrogène, réseaux", "2022-10-05"),
        (
            "Samedi 9 mars 2024\n\nUn titre\nMehdi B.\nLe 5 mars 2024 à 16h27",
            "2024-03-05",
        ),
    ];

    const REFUSES: &[&str] = &[
        "",
        "Dernière visite : 12 mars 2024",
        "Aujourd'hui mardi 20 janvier 2026, saint Sébastien",
        "Mardi 12 mars 2024\nÉconomie | Sport | Société",
        "Le Phare\njeudi 9 novembre 2023\nSe connecter | S'abonner",
        "Page consultée le 14 août 2024",
        "Vous consultez cette page le 14/09/2023. Politique de confidentialité",
        "DAKAR, 5 novembre 2021 - 18:07 GMT",
        "Dakar, le 26/02/2022 à 10:12 GMT",
        "Lomé, mardi 12 avril 2022 – 31 °C",
        "Publié hier à 19h12",
        "Publié le 12 mars à 10h",
        "Mis à jour le 7 juin 2023",
        "L'accord a été signé le 12 mars 2024 avec la wilaya.",
        "Le 16 mars 2020, la ville se confinait et les usines fermaient une à une.",
        "jp58 a écrit le 24/01/2018 : Tout ça pour ça",
        "Le rapport, publié à Rabat, le dit : 12 mars 2024 est un jour noir",
        "Publié le 31 février 2024",
        "Publié le 12 maintes 2024",
        "1. Posté par Guide officiel le 25/11/2022 09:02 : il manque surtout des avions",
        "Casablanca, le 28 octobre 2016\nA la une : COP22, Marrakech dans les starting-blocks",
        "un récépissé du 12 mai 2011",
    ];

    #[test]
    fn bylines_read() {
        for (text, expected) in READS {
            assert_eq!(read(text).as_deref(), Some(*expected), "{text}");
        }
    }

    #[test]
    fn other_dates_are_refused() {
        for text in REFUSES {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_deadline_before_the_byline_contradicts_it() {
        use crate::record::Scope;
        let published = When::Day(2024, 3, 12);
        let mut record = CommitmentRecord::empty(Status::Pledged, Scope::Single);
        assert!(!contradicts(&record, published));
        record.deadline = Some(When::Year(2024));
        assert!(!contradicts(&record, published));
        record.deadline = Some(When::Year(2022));
        assert!(contradicts(&record, published));
        record.deadline = None;
        record.announced = Some(When::Day(2024, 3, 14));
        assert!(contradicts(&record, published));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(Publié le |Le |Par |[A-Z]{3}, |é|[0-9]{1,4}|/| mars |\\PC){0,30}") {
            let _ = byline(&text);
        }
    }
}
