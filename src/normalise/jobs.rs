//! Counts of jobs.

use super::scan::{Cursor, Folded, Kind};
use super::{Context, Refusal, bounds, number};
use crate::span::ByteSpan;
use crate::value::{Jobs, JobsKind};

/// How far around the mention bounds and adjectives are looked for, in bytes.
const AROUND: usize = 64;

/// Reads a count.
///
/// # Errors
/// [`Refusal::NoNumber`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<Jobs, Refusal> {
    let surface = span.slice(context.text).ok_or(Refusal::OutOfText)?;
    let folded = Folded::new(context.text, span.range(), AROUND).with_digits();
    let figure = number::find_counted(folded.mention(), folded.before(0))
        .ok_or_else(|| Refusal::NoNumber(surface.to_owned()))?;
    let (left, inside) = (folded.before(figure.start), &folded.mention()[figure.end..]);
    let kind = kind(left, inside, folded.after());
    let count = bounds::quantity(figure, left, &[inside, bounds::closing(inside), folded.after()]);
    Ok(Jobs { count, kind })
}

fn is_indirect(word: &str) -> bool {
    word.starts_with("indirect") || matches!(word, "induits" | "induites" | "induit" | "induite")
}

fn says_kind(word: &str) -> bool {
    is_direct(word) || is_indirect(word)
}

/// True when a figure comes next.
fn counts(cursor: Cursor<'_>) -> bool {
    cursor
        .peek()
        .is_some_and(|p| number::read_at(cursor.text, p.start).is_some())
}

fn is_direct(word: &str) -> bool {
    matches!(
        word,
        "direct" | "directs" | "directe" | "directes" | "directement"
    )
}

/// Direct unless the figure is called *indirects* or *induits*, and not *directs* in the same breath.
fn kind(left: &str, inside: &str, right: &str) -> JobsKind {
    if let Some(kind) = first_kind(inside, 12) {
        return kind;
    }
    if let Some(kind) = first_kind(right, 3) {
        return kind;
    }
    let before = left.trim_end();
    let indirectly = before.ends_with("indirectement") && !before.contains("directement et");
    if indirectly || inside.trim().is_empty() && headed_indirect(before) {
        JobsKind::Indirect
    } else {
        JobsKind::Direct
    }
}

/// True when the heading of a bare figure says so: *emplois indirects :* **3.000**, *le nombre d'emplois indirects à*.
fn headed_indirect(before: &str) -> bool {
    let heading = before
        .rsplit(['.', ',', ';', '(', '\u{2022}'])
        .next()
        .unwrap_or_default();
    let after_figures = heading
        .rsplit(|c: char| c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let mut words = after_figures.split(|c: char| !c.is_alphanumeric());
    words.clone().any(is_indirect) && !words.any(is_direct)
}

/// The kind that the first `n_words` words of `text` name, the clause not left.
fn first_kind(text: &str, n_words: usize) -> Option<JobsKind> {
    let mut cursor = Cursor::new(text);
    let mut kind = None;
    let mut n = 0;
    while let Some(piece) = cursor.advance().filter(|_| n < n_words) {
        n += 1;
        match piece.kind {
            Kind::Digits => break,
            Kind::Mark if matches!(piece.text, "." | ";" | ":" | ")") => break,
            Kind::Mark if piece.text == "," && !cursor.word().is_some_and(says_kind) => break,
            // *et indirectement 900* tells of other jobs.
            Kind::Word if piece.text == "indirectement" && counts(cursor) => break,
            Kind::Word if is_direct(piece.text) => return Some(JobsKind::Direct),
            Kind::Word if is_indirect(piece.text) => kind = Some(JobsKind::Indirect),
            Kind::Word if matches!(piece.text, "dont" | "plus" | "ainsi" | "contre" | "pour") => break,
            Kind::Mark | Kind::Word => {}
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::super::tests::marked;
    use super::*;
    use crate::value::Quantity;

    fn read(text: &str) -> Result<Jobs, Refusal> {
        let (text, span) = marked(text);
        normalise(
            span,
            &Context {
                text: &text,
                published: None,
                country: None,
            },
        )
    }

    fn counts() -> Vec<(&'static str, Quantity)> {
        let (exactly, about) = (Quantity::exactly, Quantity::about);
        let (at_least, at_most, between) = (Quantity::at_least, Quantity::at_most, Quantity::between);
        vec![
            ("700 emplois", exactly(700.0)),
            ("5.050 nouveaux emplois", exactly(5050.0)),
            ("1 500 postes", exactly(1500.0)),
            ("[une centaine d'emplois]", about(100.0)),
            ("une [centaine d'emplois]", about(100.0)),
            ("le [million d'emplois] promis", exactly(1e6)),
            ("[deux mille recrutements]", exactly(2000.0)),
            ("[120.000 personnes]", exactly(120_000.0)),
            ("EMPLOIS : [500]", exactly(500.0)),
            ("[emplois : 500]", exactly(500.0)),
            ("le nombre d'emplois passe à plus de [15 800]", at_least(15_800.0)),
            ("plus de [5.000 emplois]", at_least(5000.0)),
            ("+ de [5.000 emplois]", at_least(5000.0)),
            ("au moins [5.000 emplois]", at_least(5000.0)),
            ("un minimum de [5.000 emplois]", at_least(5000.0)),
            ("minimum [5.000 emplois]", at_least(5000.0)),
            ("pas moins de [5.000 emplois]", at_least(5000.0)),
            ("a minima [5.000 emplois]", at_least(5000.0)),
            ("supérieur à [5.000 emplois]", at_least(5000.0)),
            ("dépasser les [5.000 emplois]", at_least(5000.0)),
            ("dépassera [5.000 emplois]", at_least(5000.0)),
            ("[5.000 emplois] au moins", at_least(5000.0)),
            ("[5.000 emplois] au bas mot", at_least(5000.0)),
            ("[5.000 emplois au bas mot]", at_least(5000.0)),
            ("à peine [500 postes]", about(500.0)),
            ("de [200 à plus de 300 emplois]", between(200.0, 300.0)),
            ("[5.000 emplois] et plus.", at_least(5000.0)),
            ("[5.000+ emplois]", at_least(5000.0)),
            ("plus d'[une centaine d'emplois]", at_least(100.0)),
            ("PLUS DE [5.000 EMPLOIS]", at_least(5000.0)),
            ("jusqu'à [500 postes]", at_most(500.0)),
            ("Jusqu’à [500 postes]", at_most(500.0)),
            ("moins de [500 postes]", at_most(500.0)),
            ("au maximum [500 postes]", at_most(500.0)),
            ("pas plus de [500 postes]", at_most(500.0)),
            ("[500 postes] au maximum", at_most(500.0)),
            ("ne dépassant pas [500 postes]", at_most(500.0)),
            ("près de [500 postes]", about(500.0)),
            ("environ [500 postes]", about(500.0)),
            ("quelque [500 postes]", about(500.0)),
            ("quelques [500 postes]", about(500.0)),
            ("autour de [500 postes]", about(500.0)),
            ("de l'ordre de [500 postes]", about(500.0)),
            ("à peu près [500 postes]", about(500.0)),
            ("presque [500 postes]", about(500.0)),
            ("avoisiner les [500 postes]", about(500.0)),
            ("~[500 postes]", about(500.0)),
            ("± [500 postes]", about(500.0)),
            ("plus ou moins [500 postes]", about(500.0)),
            ("≥ [500 postes]", at_least(500.0)),
            ("au bas mot [500 postes]", at_least(500.0)),
            ("compris entre [500 et 700 emplois]", between(500.0, 700.0)),
            ("[deux à trois cents emplois]", between(200.0, 300.0)),
            ("[200, voire 300 emplois]", between(200.0, 300.0)),
            ("[500 postes] environ", about(500.0)),
            ("[près de 500 postes]", about(500.0)),
            ("entre [500 et 700 emplois]", between(500.0, 700.0)),
            ("[entre 500 et 700 emplois]", between(500.0, 700.0)),
            ("de [500 à 700 emplois]", between(500.0, 700.0)),
            ("[500-700 emplois]", between(500.0, 700.0)),
            ("entre 500 et [700 emplois]", between(500.0, 700.0)),
            ("une fourchette de [500 à 700 emplois]", between(500.0, 700.0)),
            ("en plus des [500 emplois]", exactly(500.0)),
            ("en plus de [500 emplois]", exactly(500.0)),
            ("[500 emplois] et plus de 300 stages", exactly(500.0)),
            ("[500 emplois] au moins 30 millions", exactly(500.0)),
            ("[500 emplois]. Environ", exactly(500.0)),
            ("rien de plus. [500 emplois]", exactly(500.0)),
            ("5K emplois", exactly(5000.0)),
            ("[320 autres]", exactly(320.0)),
            ("près de la création de [500 emplois]", exactly(500.0)),
        ]
    }

    #[test]
    fn counts_read() {
        let got = |t| read(t).map(|j| j.count);
        let wrong: Vec<_> = counts()
            .into_iter()
            .filter(|&(t, q)| got(t) != Ok(q))
            .map(|(t, q)| (t, got(t), q))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn the_kind_is_read_in_and_after_the_mention() {
        use JobsKind::{Direct, Indirect};
        for (text, kind) in [
            ("[700 emplois]", Direct),
            ("[2.000 emplois] directs et 5.000 indirects", Direct),
            ("2.000 emplois directs et [5.000 indirects]", Indirect),
            ("[5.000 emplois] indirects", Indirect),
            ("[5.000 emplois] induits", Indirect),
            ("[5.000 emplois] indirects et induits", Indirect),
            ("[5.000 postes d'emploi] indirects", Indirect),
            ("[17.000 emplois] directs et indirects", Direct),
            ("[17.000 emplois directs et indirects]", Direct),
            ("[17.000 emplois], directs et indirects", Direct),
            ("[17.000 emplois] (indirects)", Indirect),
            ("[17.000 emplois] et des milliers d'emplois indirects", Direct),
            ("[17.000 emplois], dont 2.000 indirects", Direct),
            ("[17.000 emplois]. Les emplois indirects", Direct),
            ("indirectement [500 personnes]", Indirect),
            ("directement et indirectement [500 personnes]", Direct),
            ("[500 emplois] de manière indirecte", Indirect),
            ("directement [300 emplois] et indirectement 900", Direct),
            ("directement 300 emplois et indirectement [900]", Indirect),
            ("emplois indirects : [3.000]", Indirect),
            ("emplois directs : 1.000, emplois indirects : [3.000]", Indirect),
            ("emplois directs : [1.000], emplois indirects : 3.000", Direct),
            ("emplois directs et indirects : [3.000]", Direct),
            ("5.000 emplois indirects et [300 emplois]", Direct),
            ("[300 emplois saisonniers]", Direct),
        ] {
            assert_eq!(read(text).map(|j| j.kind), Ok(kind), "{text}");
        }
    }

    #[test]
    fn what_is_no_count_is_refused() {
        for text in [
            "des milliers d'emplois",
            "des [milliers d'emplois]",
            "emplois",
            "plusieurs centaines de postes",
            "25 %",
        ] {
            assert!(
                matches!(read(text), Err(Refusal::NoNumber(_))),
                "{text}: {:?}",
                read(text)
            );
        }
    }
}
