//! The share of direct jobs, and the amount in other currencies.

use super::{mentions_of, segments_of, tokens};
use crate::label::Label;
use crate::link::scene::{Scene, Token};
use crate::normalise::{Value, number};
use crate::record::{CommitmentRecord, Role};
use crate::value::{JobsKind, Money, Quantity};

/// Share of the jobs that the text calls direct: `1 200 emplois dont 800 directs`, `70 % directs`.
pub(super) fn direct_share(scene: &Scene<'_>, figures: &[usize], record: &CommitmentRecord) -> Option<f64> {
    let jobs = record.jobs.and_then(Quantity::figure).filter(|n| *n > 0.0)?;
    segments_of(scene, figures).into_iter().find_map(|s| {
        let tokens = tokens(scene, s);
        (0..tokens.len()).find_map(|i| percent(scene, tokens, i).or_else(|| part(scene, tokens, i, jobs)))
    })
}

/// Four decimals of a share; `None` outside `(0, 1]`.
fn share(x: f64) -> Option<f64> {
    (x > 0.0 && x <= 1.0).then(|| (x * 1e4).round() / 1e4)
}

fn is_direct(token: &Token) -> bool {
    matches!(token.word.as_str(), "direct" | "directs" | "directes")
}

/// True when one of the next words says *directs*, with only small words before it.
fn then_direct(tokens: &[Token]) -> bool {
    let small = |t: &&Token| {
        t.mention.is_some()
            || matches!(
                t.word.as_str(),
                "d'" | "de"
                    | "des"
                    | "emplois"
                    | "postes"
                    | "en"
                    | "entre"
                    | "eux"
                    | "seront"
                    | "sont"
                    | "etre"
                    | "d"
            )
    };
    let skipped = tokens.iter().take(5).take_while(small).count();
    tokens.get(skipped).is_some_and(is_direct)
}

/// `70 % directs`, `70 % d'emplois directs`.
fn percent(scene: &Scene<'_>, tokens: &[Token], i: usize) -> Option<f64> {
    if tokens[i].word != "%" || !then_direct(&tokens[i + 1..]) {
        return None;
    }
    let figure = tokens.get(i.checked_sub(1)?).filter(|t| t.word == "#")?;
    let n = number::value(scene.text.get(figure.start as usize..figure.end as usize)?)?;
    share(n / 100.0)
}

/// `dont 800 directs`, `dont 800 emplois directs`.
fn part(scene: &Scene<'_>, tokens: &[Token], i: usize, jobs: f64) -> Option<f64> {
    if tokens[i].word != "dont" {
        return None;
    }
    let small = |t: &&Token| {
        matches!(
            t.word.as_str(),
            "environ" | "pres" | "plus" | "de" | "quelque" | "moins"
        )
    };
    let at = i + 1 + tokens[i + 1..].iter().take(3).take_while(small).count();
    let token = tokens.get(at)?;
    let n = match token.mention {
        Some(m) => match &scene.values[m] {
            Some(Value::Jobs(j)) if j.kind == JobsKind::Direct => j.count.figure()?,
            _ => return None,
        },
        None if token.word == "#" => {
            number::value(scene.text.get(token.start as usize..token.end as usize)?)?
        }
        None => return None,
    };
    let inside = token
        .mention
        .is_some_and(|m| crate::text::fold(scene.surface(m)).ends_with("directs"));
    if !inside && !then_direct(&tokens[at + 1..]) {
        return None;
    }
    share(n / jobs)
}

/// The investment in other currencies: linked to the record, or told right after it.
pub(super) fn equivalents(scene: &Scene<'_>, record: &CommitmentRecord) -> Vec<Money> {
    let Some(told) = record.investment else {
        return Vec::new();
    };
    let mut found: Vec<Money> = Vec::new();
    let mut add = |m: Money| {
        if m.currency != told.currency && found.iter().all(|f| f.currency != m.currency) {
            found.push(m);
        }
    };
    for m in mentions_of(scene, record, &[Role::Investment]) {
        if let Some(money) = money(scene, m) {
            add(money);
        }
        if let Some(beside) = told_beside(scene, m) {
            add(beside);
        }
    }
    found
}

fn money(scene: &Scene<'_>, mention: usize) -> Option<Money> {
    match &scene.values[mention] {
        Some(Value::Money(amount)) => Some(amount.money),
        _ => None,
    }
}

/// The amount that follows as the same one: `11 millions d'euros, soit 125 millions de dirhams`, `(environ 152 MDH)`.
fn told_beside(scene: &Scene<'_>, mention: usize) -> Option<Money> {
    let (at, segment) = (scene.at(mention), scene.segment_of(mention));
    let rest = scene.tokens.get(at + 1..scene.segments[segment].tokens.end)?;
    let mut same = false;
    for (i, token) in rest.iter().enumerate().take(9) {
        if let Some(m) = token.mention {
            let is_money = scene.mentions[m].label == Label::Money;
            // `(410 M€ de chiffre d'affaires)` is another amount: the parenthesis closes right after an equivalent.
            let opened = rest[..i].iter().any(|t| t.word == "(");
            let closes = rest
                .get(i + 1)
                .is_some_and(|t| matches!(t.word.as_str(), ")" | "," | ";"));
            return money(scene, m).filter(|_| is_money && same && (!opened || closes));
        }
        match token.word.as_str() {
            "soit" | "equivalent" | "contrevaleur" | "equivaut" | "(" => same = true,
            "," | "l'" | "d'" | "de" | "du" | "environ" | "pres" | "plus" | "quelque" | "a" | "peu"
            | "ou" | "la" | "un" | "en" | "moins" | "~" | "≈" => {}
            _ => return None,
        }
    }
    None
}
