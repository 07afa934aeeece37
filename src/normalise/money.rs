//! Amounts of money.

use std::ops::Range;

use super::number::{Enumerated, Figure};
use super::scan::{Cursor, Folded, Kind, head, tail};
use super::{Context, Refusal, bounds, currency, number};
use crate::span::ByteSpan;
use crate::text::fold;
use crate::value::Money;

/// An amount, and how its currency is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// The amount in units of its currency.
    pub money: Money,
    /// True when the text leaves the currency open (`dollars`, `dinars`, `francs`) and the document's country settled it.
    pub currency_inferred: bool,
}

/// How far around the mention bounds and units are looked for, in bytes.
const AROUND: usize = 64;

/// How far around the mention the currency of an elided one is looked for, in bytes.
const NEARBY: usize = 4_000;

/// How far before an elided amount the one may stand whose scale it shares, on the same line, in bytes.
const SAME_SCALE: usize = 300;

/// Reads an amount.
///
/// # Errors
/// [`Refusal::NoNumber`], [`Refusal::NoCurrency`], [`Refusal::PerUnit`].
pub fn normalise(span: ByteSpan, context: &Context<'_>) -> Result<Amount, Refusal> {
    let surface = span.slice(context.text).ok_or(Refusal::OutOfText)?;
    let no_currency = || Refusal::NoCurrency(surface.to_owned());
    let range = span.range();
    // The mention and what follows it are read as one: a currency cut off the mention is found all the same.
    let around = Folded::new(context.text, span.range(), AROUND).with_digits();
    let (folded, mention_end) = (around.onward(), around.mention().len());
    let figure = number::find_counted(around.mention(), around.before(0))
        .ok_or_else(|| Refusal::NoNumber(surface.to_owned()))?;
    let figure = number::with_cut_scale(folded, figure, mention_end);
    let left = around.before(figure.start);

    let written = Written::read(folded, figure, left);
    let written = written.or_else(|| tunisian_millions(surface, figure, context));
    let written = written.or_else(|| Written::further_on(folded, figure, mention_end));
    let written = written.or_else(|| {
        let end = figure.end;
        let (figure, currency) = match borrowed(folded, figure) {
            (figure, Some(currency)) => (figure, currency),
            (figure, None) => elided(context.text, &range, figure)?,
        };
        Some(Written {
            figure,
            currency,
            end,
        })
    });
    let Written {
        figure,
        currency,
        end,
    } = written
        .ok_or_else(no_currency)?
        .with_hundredths(&folded[..mention_end]);
    let after = &folded[end..];
    if is_per_unit(after, figure.high) {
        return Err(Refusal::PerUnit(surface.to_owned()));
    }
    let country = || {
        context
            .country
            .or_else(|| currency::country_near(context.text, &range))
    };
    let (currency, currency_inferred) = currency.resolve(country).ok_or_else(no_currency)?;
    let amount = bounds::quantity(figure, left, &[after, &folded[end.max(mention_end)..]]);
    Ok(Amount {
        money: Money { amount, currency },
        currency_inferred,
    })
}

/// An amount as written: figure, currency, and where both end in the folded text.
#[derive(Debug, Clone, Copy)]
struct Written {
    figure: Figure,
    currency: currency::Unit,
    end: usize,
}

impl Written {
    /// The figure with the currency after it, else before it (`$5 millions`; `left` ends where the figure starts).
    fn read(folded: &str, figure: Figure, left: &str) -> Option<Self> {
        if let Some((currency, end)) = currency::read(past_parenthesis(Cursor {
            text: folded,
            pos: figure.end,
        })) {
            let one = Self {
                figure,
                currency,
                end,
            };
            return Some(one.widened(folded, left).unwrap_or(one).in_units());
        }
        let currency = currency::read_before(left)?;
        Some(
            Self {
                figure,
                currency,
                end: figure.end,
            }
            .in_units(),
        )
    }

    /// The amount after a figure that is none: *budget 2024 : 30 MDH*; not the last one of an enumeration.
    fn further_on(folded: &str, figure: Figure, mention_end: usize) -> Option<Self> {
        if number::enumerated(folded, figure).next().is_some() {
            return None;
        }
        let next = number::find_from(folded, figure.end).filter(|next| next.start < mention_end)?;
        Self::read(folded, next, &folded[..next.start])
    }

    /// The range whose currency is written twice: *10 millions d'euros à 15 millions d'euros*.
    fn widened(self, folded: &str, left: &str) -> Option<Self> {
        let mut cursor = Cursor {
            text: folded,
            pos: self.end,
        };
        let between = left.trim_end().ends_with("entre");
        cursor
            .advance()
            .filter(|p| matches!(p.text, "a" | "-") || between && p.text == "et")?;
        let high = number::read_at(folded, cursor.pos)?;
        let (currency, end) = currency::read(cursor.at(high.end))?;
        let range = currency == self.currency && high.low > self.figure.high;
        range.then_some(Self {
            figure: Figure {
                high: high.high,
                ..self.figure
            },
            currency,
            end,
        })
    }

    /// The amount with the hundredths that the mention tells after it: *15 euros et 50 centimes*, *15 euros 50*.
    fn with_hundredths(self, mention: &str) -> Self {
        let Figure { high, scale, .. } = self.figure;
        let whole = scale <= 1.0 && high.fract() == 0.0 && !self.figure.is_range();
        let whole = whole && self.currency.per_unit() <= 1.0;
        let read = || {
            let mut cursor = Cursor::new(mention).at(self.end);
            let joined = cursor.eat("et");
            let small = number::read_at(mention, cursor.pos).filter(|small| !small.is_range())?;
            let two_digits = || small.end == mention.len() && cursor.rest().trim_start().len() == 2;
            let (per_unit, end) = match currency::read(cursor.at(small.end)) {
                Some((unit, end)) => (unit.per_unit(), end),
                None => (if !joined && two_digits() { 100.0 } else { 1.0 }, small.end),
            };
            let sum = (high * per_unit + small.high) / per_unit;
            let figure = Figure {
                low: sum,
                high: sum,
                ..self.figure
            };
            (small.high < per_unit).then_some(Self { figure, end, ..self })
        };
        whole.then(read).flatten().unwrap_or(self)
    }

    /// *Milliards de centimes* in whole units.
    fn in_units(self) -> Self {
        Self {
            figure: self.figure.divided_by(self.currency.per_unit()),
            ..self
        }
    }
}

/// The figure with the scale, and the currency, that the rest of its enumeration states: **120** *et 85 MDH*.
fn borrowed(folded: &str, figure: Figure) -> (Figure, Option<currency::Unit>) {
    for next in number::enumerated(folded, figure) {
        let currency = currency::read(Cursor::new(folded).at(next.end)).map(|(unit, _)| unit);
        if currency.is_some() || next.scale > 1.0 {
            let scale = if next.counts_like(figure) { next.scale } else { 1.0 };
            let per_unit = currency.map_or(1.0, currency::Unit::per_unit);
            return (figure.times(scale).divided_by(per_unit), currency);
        }
    }
    (figure, None)
}

/// Past the figure repeated in digits: *quatre-vingts milliards (80 000 000 000) de francs CFA*.
fn past_parenthesis(cursor: Cursor<'_>) -> Cursor<'_> {
    let mut ahead = cursor;
    let repeated = ahead
        .eat("(")
        .then(|| number::read_at(ahead.text, ahead.pos))
        .flatten();
    match repeated {
        Some(figure) if ahead.at(figure.end).eat(")") => ahead.at(figure.end + 1),
        _ => cursor,
    }
}

/// `15 MD` in Tunisia: millions of dinars, not milliards.
fn tunisian_millions(surface: &str, figure: Figure, context: &Context<'_>) -> Option<Written> {
    let tunisian = context.country == Some("TN") && surface.ends_with("MD");
    let currency = tunisian.then(|| currency::read(Cursor::new("dt")))??.0;
    Some(Written {
        figure: figure.divided_by(1e3),
        currency,
        end: figure.end,
    })
}

/// The figure with the currency of the amount nearest to the mention, when its own is elided, and with the scale of one
/// shortly before: *X investira 300 MDH à Kénitra et Y* **120** *à Settat*.
fn elided(text: &str, at: &Range<usize>, figure: Figure) -> Option<(Figure, currency::Unit)> {
    let before = fold(tail(&text[..at.start], NEARBY));
    let after = fold(head(&text[at.end..], NEARBY));
    let left = amounts(&before).last();
    let right = amounts(&after).next();
    let to_left = |amount: &Written| before.len() - amount.end;
    match (left, right) {
        (Some(left), right) if right.is_none_or(|right| to_left(&left) <= right.figure.start) => {
            let stated = Enumerated::from(left.figure);
            let near = tail(&text[..at.start], SAME_SCALE);
            let near = near.rsplit('\n').next().map_or(0, |line| fold(line).len());
            let near = to_left(&left) < near;
            let scale = if near && stated.counts_like(figure) {
                stated.scale
            } else {
                1.0
            };
            Some((figure.times(scale), left.currency))
        }
        (_, right) => right.map(|right| (figure, right.currency)),
    }
}

/// The amounts of a folded text that state their currency.
fn amounts(folded: &str) -> impl Iterator<Item = Written> + '_ {
    let mut from = 0;
    let figures = std::iter::from_fn(move || {
        let figure = number::find_from(folded, from)?;
        from = figure.end.max(from + 1);
        Some(figure)
    });
    figures.filter_map(|figure| Written::read(folded, figure, &folded[..figure.start]))
}

/// Measures that an amount may be the price of, after *par*, a slash or an article.
const MEASURES: &[&str] = &[
    "tonne",
    "kg",
    "kilo",
    "kilogramme",
    "quintal",
    "litre",
    "hectolitre",
    "baril",
    "once",
    "gramme",
    "m",
    "metre",
    "km",
    "kilometre",
    "hectare",
    "ha",
    "kwh",
    "mwh",
    "action",
    "titre",
    "unite",
    "piece",
];

/// What else an amount may be counted for, after *par* or a slash.
const COUNTED: &[&str] = &[
    "jour",
    "mois",
    "semaine",
    "minute",
    "mw",
    "kw",
    "megawatt",
    "watt",
    "habitant",
    "personne",
    "salarie",
    "employe",
    "famille",
    "menage",
    "foyer",
    "passager",
    "eleve",
    "etudiant",
    "emploi",
    "poste",
    "vehicule",
    "logement",
    "lot",
    "conteneur",
    "abonne",
    "client",
    "enfant",
    "agent",
];

/// What a small amount may be the price of, after an article: *500 euros la nuit*.
const SOLD: &[&str] = &[
    "heure",
    "nuit",
    "nuitee",
    "journee",
    "part",
    "tete",
    "place",
    "billet",
    "sac",
    "bouteille",
    "exemplaire",
    "course",
    "seance",
    "botte",
    "caisse",
    "carton",
    "metre",
    "tour",
];

/// Adjectives that make an amount a wage or a price.
const RECURRING: &[&str] = &[
    "mensuel",
    "mensuelle",
    "mensuels",
    "mensuelles",
    "horaire",
    "horaires",
    "journalier",
    "journaliers",
];

/// True when what follows the amount makes it a price or a wage: *par mois*, `/m2`, *la tonne*, *de l'heure*.
fn is_per_unit(after: &str, figure: f64) -> bool {
    let mut cursor = Cursor::new(after);
    while let Some("ttc" | "ht" | "brut" | "bruts" | "net" | "nets") = cursor.word() {
        cursor.advance();
    }
    let Some(first) = cursor.advance() else {
        return false;
    };
    if RECURRING.contains(&first.text) {
        return true;
    }
    let mut tables = [MEASURES, SOLD, COUNTED].as_slice();
    match first.text {
        "par" | "/" => {}
        "la" | "le" | "du" => tables = &[MEASURES, SOLD],
        "l" if cursor.eat("'") => tables = &[MEASURES, SOLD],
        "de" => {
            let hourly = cursor.eat("l") && cursor.eat("'") && cursor.eat("heure");
            return hourly;
        }
        _ => return false,
    }
    let unit = cursor.word().unwrap_or_default();
    // A yearly sum may well be a commitment; a yearly wage is none.
    if matches!(unit, "an" | "annee") {
        return figure < 1e5;
    }
    // `m2`, but not *par M. Blanc*
    if unit == "m" {
        cursor.advance();
        return first.text == "/" || cursor.peek().is_some_and(|p| p.kind == Kind::Digits);
    }
    let one = unit.strip_suffix('s').unwrap_or(unit);
    if figure >= 1e5 && SOLD.contains(&one) {
        return first.text == "par" || first.text == "/";
    }
    tables
        .iter()
        .any(|table| table.contains(&unit) || table.contains(&one))
}

#[cfg(test)]
mod tests {
    use super::super::tests::marked;
    use super::*;
    use crate::value::Quantity;

    fn read(text: &str, country: &str) -> Result<Amount, Refusal> {
        let (text, span) = marked(text);
        let country = Some(country).filter(|c| !c.is_empty());
        normalise(
            span,
            &Context {
                text: &text,
                published: None,
                country,
            },
        )
    }

    /// Text with the mention in brackets, country, amount, currency.
    const READS: &[(&str, &str, f64, &str)] = &[
        ("350 millions de dirhams", "", 350e6, "MAD"),
        ("350 MILLIONS DE DIRHAMS", "", 350e6, "MAD"),
        ("50 MDH", "", 50e6, "MAD"),
        ("50 MDHS", "", 50e6, "MAD"),
        ("50 Mdh", "", 50e6, "MAD"),
        ("50MDH", "", 50e6, "MAD"),
        ("1,2 MMDH", "", 1.2e9, "MAD"),
        ("1,2 Mds DH", "", 1.2e9, "MAD"),
        ("1,2 MdsDH", "", 1.2e9, "MAD"),
        ("1,2 Mrds de DH", "", 1.2e9, "MAD"),
        ("1,01 milliard de MAD", "", 1.01e9, "MAD"),
        ("350 M DH", "", 350e6, "MAD"),
        ("350 M.DH", "", 350e6, "MAD"),
        ("300 KDH", "", 3e5, "MAD"),
        ("12.500,50 DH", "", 12_500.5, "MAD"),
        ("500 millions de Dhs", "", 5e8, "MAD"),
        ("1.500 millions de DH", "", 1.5e9, "MAD"),
        ("MAD 500 millions", "", 5e8, "MAD"),
        ("200.000 dirhams", "", 2e5, "MAD"),
        ("500 millions de dirhams marocains", "", 5e8, "MAD"),
        ("500 millions de dirhams émiratis", "MA", 5e8, "AED"),
        ("500 millions de dirhams", "AE", 5e8, "AED"),
        ("2,5 M€", "", 2.5e6, "EUR"),
        ("2,5M€", "", 2.5e6, "EUR"),
        ("2,5 Md€", "", 2.5e9, "EUR"),
        ("2,5 Mds€", "", 2.5e9, "EUR"),
        ("2,5 Mds d'€", "", 2.5e9, "EUR"),
        ("300 k€", "", 3e5, "EUR"),
        ("300 K€", "", 3e5, "EUR"),
        ("20 MEUR", "", 20e6, "EUR"),
        ("€20 millions", "", 20e6, "EUR"),
        ("un million d'euros", "", 1e6, "EUR"),
        ("un million et demi d'euros", "", 1.5e6, "EUR"),
        ("1,5 milliard d’euros", "", 1.5e9, "EUR"),
        ("33,3 millions de dollars", "", 33.3e6, "USD"),
        ("5 MUSD", "", 5e6, "USD"),
        ("5 M$", "", 5e6, "USD"),
        ("$5 millions", "", 5e6, "USD"),
        ("US$ 5 millions", "", 5e6, "USD"),
        ("5 millions US$", "", 5e6, "USD"),
        ("5 millions $ US", "CA", 5e6, "USD"),
        ("5 G$", "CA", 5e9, "CAD"),
        ("5 M$", "CA", 5e6, "CAD"),
        ("5 millions de dollars", "CA", 5e6, "CAD"),
        ("5 millions de dollars américains", "CA", 5e6, "USD"),
        ("5 millions de dollars US", "CA", 5e6, "USD"),
        ("5 millions de dollars canadiens", "", 5e6, "CAD"),
        ("5 millions $ CA", "", 5e6, "CAD"),
        ("5 M$ CAN", "", 5e6, "CAD"),
        ("5 millions USD", "", 5e6, "USD"),
        ("5 millions de dollars australiens", "", 5e6, "AUD"),
        ("21,5 milliards FCFA", "", 21.5e9, "XOF"),
        ("21,5 milliards de FCFA", "SN", 21.5e9, "XOF"),
        ("21,5 milliards de F CFA", "CM", 21.5e9, "XAF"),
        ("21,5 milliards de F.CFA", "GA", 21.5e9, "XAF"),
        ("21,5 milliards de francs CFA", "TD", 21.5e9, "XAF"),
        ("21,5 milliards de francs", "CI", 21.5e9, "XOF"),
        ("FCFA 500 millions", "", 5e8, "XOF"),
        ("500 000 XAF", "", 5e5, "XAF"),
        ("le Cameroun investit [5 milliards de FCFA]", "", 5e9, "XAF"),
        ("15 MDT", "", 15e6, "TND"),
        ("15 millions de dinars", "TN", 15e6, "TND"),
        ("15 millions de dinars", "DZ", 15e6, "DZD"),
        ("15 millions de dinars algériens", "TN", 15e6, "DZD"),
        ("à Alger, [15 millions de dinars]", "", 15e6, "DZD"),
        ("à Sfax, [15 millions de dinars]", "", 15e6, "TND"),
        (
            "740 millions de FCFA, puis [2,1 milliards]. Cent personnes",
            "TG",
            2.1e9,
            "XOF",
        ),
        ("15 milliards de DA", "", 15e9, "DZD"),
        ("15 MDA", "", 15e6, "DZD"),
        ("15 MD", "TN", 15e6, "TND"),
        ("15 millions TND", "", 15e6, "TND"),
        ("3 milliards de centimes", "DZ", 3e7, "DZD"),
        ("3 milliards de centimes", "MA", 3e7, "MAD"),
        ("500 CHF", "", 500.0, "CHF"),
        ("5 millions de francs suisses", "", 5e6, "CHF"),
        ("5 millions de francs", "CH", 5e6, "CHF"),
        ("5 millions de francs congolais", "", 5e6, "CDF"),
        ("5 milliards GNF", "", 5e9, "GNF"),
        ("5 milliards de francs guinéens", "", 5e9, "GNF"),
        ("5 milliards d'ariary", "", 5e9, "MGA"),
        ("5 millions d'ouguiyas", "", 5e6, "MRU"),
        ("5 milliards de francs rwandais", "", 5e9, "RWF"),
        ("5 millions de livres sterling", "", 5e6, "GBP"),
        ("£5 millions", "", 5e6, "GBP"),
        ("5 millions de livres", "EG", 5e6, "EGP"),
        ("5 milliards de yuans", "", 5e9, "CNY"),
        ("5 milliards de yens", "", 5e9, "JPY"),
        ("5 milliards de riyals", "SA", 5e9, "SAR"),
        ("5 milliards de riyals qataris", "", 5e9, "QAR"),
        ("5 milliards de roupies mauriciennes", "", 5e9, "MUR"),
        ("3 000 milliards de FCFA", "", 3e12, "XOF"),
        ("une centaine de millions de dirhams", "", 1e8, "MAD"),
        ("une [dizaine de millions d'euros]", "", 1e7, "EUR"),
        ("[50 millions] de dirhams", "", 5e7, "MAD"),
        ("12 milliards FCFA puis [21,5 milliards]", "", 21.5e9, "XOF"),
        (
            "12 millions d'euros en 2023. Soit [3 millions] et 5 millions de dollars",
            "",
            3e6,
            "USD",
        ),
        (
            "quatre-vingts milliards (80 000 000 000) de francs CFA",
            "SN",
            8e10,
            "XOF",
        ),
        ("passées de [640] à 940 millions FCFA", "SN", 640e6, "XOF"),
        ("respectivement [120] et 85 MDH", "", 120e6, "MAD"),
        ("respectivement 120 et [85 MDH]", "", 85e6, "MAD"),
        ("de [3], 5 et 12 millions de dirhams", "", 3e6, "MAD"),
        ("de 3, [5] et 12 millions de dirhams", "", 5e6, "MAD"),
        ("[3, 5 et 12 millions de dirhams]", "", 3e6, "MAD"),
        (
            "de [3 millions], 5 millions et 12 millions de dirhams",
            "",
            3e6,
            "MAD",
        ),
        ("12 millions d'euros, puis [120] et de 85 MDH", "", 120e6, "MAD"),
        ("respectivement [1.500] et 2.000 MDH", "", 1.5e9, "MAD"),
        ("respectivement [500 000] et 1,2 million d'euros", "", 5e5, "EUR"),
        (
            "respectivement [850] millions et 1,2 milliard de DH",
            "",
            850e6,
            "MAD",
        ),
        ("respectivement [850] et 1,2 milliard de DH", "", 850.0, "MAD"),
        ("de [500] en 2023 à 700 millions d'euros", "", 5e8, "EUR"),
        ("[85] (phase 1) et 90 MDH (phase 2)", "", 85e6, "MAD"),
        ("[300 000] et 500 000 euros", "", 3e5, "EUR"),
        ("[120] emplois et 85 MDH", "", 120.0, "MAD"),
        (
            "Alto investira 300 MDH à Kénitra et Bria [120] à Settat",
            "",
            120e6,
            "MAD",
        ),
        (
            "mettra 48 millions de dinars sur la table et Sahel [17]",
            "TN",
            17e6,
            "TND",
        ),
        (
            "passe de 12,5 milliards de FCFA à trente. Puis [31] en fin d'année",
            "SN",
            31e9,
            "XOF",
        ),
        (
            "verse 300 MDH à Kénitra et [350 000] à Settat",
            "",
            350_000.0,
            "MAD",
        ),
        ("verse 300 MDH à Kénitra.\nPrime : [120]", "", 120.0, "MAD"),
        ("verse 300 MDH.\nPrévu à l'été : [120]", "", 120.0, "MAD"),
        ("[20] millions de dirhams", "", 20e6, "MAD"),
        ("[20] MDH", "", 20e6, "MAD"),
        ("[6O M€]", "", 60e6, "EUR"),
        ("« [€5O millions] »", "", 50e6, "EUR"),
        ("[l50 millions de dirhams]", "", 150e6, "MAD"),
        ("[l.2OO euros]", "", 1_200.0, "EUR"),
        ("[5 milliards] de dirhams", "", 5e9, "MAD"),
        ("[budget 2024 : 30 MDH]", "", 30e6, "MAD"),
        ("[1 milliard et 200 millions de dirhams]", "", 1.2e9, "MAD"),
        ("trois quarts de milliard d'euros", "", 7.5e8, "EUR"),
        ("5 millions US dollars", "", 5e6, "USD"),
        ("500 millimes", "TN", 0.5, "TND"),
        ("15 dinars et 500 millimes", "TN", 15.5, "TND"),
        ("15 euros et 5 centimes", "", 15.05, "EUR"),
        ("quinze dollars et quarante-cinq cents", "", 15.45, "USD"),
        ("15 euros 50", "", 15.5, "EUR"),
        ("15,5 € 50", "", 15.5, "EUR"),
        ("15 € 50 fois", "", 15.0, "EUR"),
        ("[15 euros] 50 fois", "", 15.0, "EUR"),
        ("15 euros et 50", "", 15.0, "EUR"),
        ("15 millions d'euros 50", "", 15e6, "EUR"),
        ("400 millions de marks", "", 4e8, "DEM"),
        ("un mark finlandais", "", 1.0, "FIM"),
        ("4 millions de florins néerlandais", "", 4e6, "NLG"),
        ("5 milliards de pesewas", "", 5e7, "GHS"),
        (
            "[12] en 2024. Mark Oulin a payé 3 millions d'euros",
            "",
            12.0,
            "EUR",
        ),
        ("50 centimes de dirham", "", 0.5, "MAD"),
        ("50 cents", "", 0.5, "USD"),
        ("5 milliards d'ariary", "MG", 5e9, "MGA"),
        ("5 milliards Ar", "MG", 5e9, "MGA"),
        ("5 milliards UM", "MR", 5e9, "MRU"),
        ("16,4 millions de $ c", "", 16.4e6, "CAD"),
        ("16,4 millions de $CAD", "", 16.4e6, "CAD"),
        ("16,4 millions de $ c'est trop", "US", 16.4e6, "USD"),
        ("10 milliards de $ hk", "", 1e10, "HKD"),
        ("CAD$ 15", "", 15.0, "CAD"),
        ("Rs 180 millions", "MU", 18e7, "MUR"),
        ("12 MF CFA", "NE", 12e6, "XOF"),
        ("une nuit à [500 euros] le dîner compris", "", 500.0, "EUR"),
        ("de [22], 3,5 et 6,8 milliards de FCFA", "TG", 22e9, "XOF"),
        ("passant de [31,9] à 15,1 millions d'euros", "", 31.9e6, "EUR"),
        ("passe de [120.715] à 94.450 euros", "", 120_715.0, "EUR"),
        ("[21,4 milliards d'euros] par M. Blanc", "", 21.4e9, "EUR"),
        ("la France a payé [5 millions de francs]", "", 5e6, "FRF"),
        ("500 millions de dirhams par an", "", 5e8, "MAD"),
        (
            "Il a investi [50 millions de dirhams] par l'intermédiaire de",
            "",
            5e7,
            "MAD",
        ),
        (
            "Il a versé [50 millions de dirhams] la semaine dernière",
            "",
            5e7,
            "MAD",
        ),
    ];

    #[test]
    fn amounts_read() {
        let mut wrong = Vec::new();
        for &(text, country, n, code) in READS {
            let got =
                read(text, country).map(|a| (a.money.amount.figure(), a.money.currency.as_str().to_owned()));
            if got != Ok((Some(n), code.to_owned())) {
                wrong.push((text, country, got, n, code));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        const PER_UNIT: &[&str] = &[
            "3 000 dirhams par mois",
            "3000 DH/mois",
            "500 dollars la tonne",
            "12 000 DH/m2",
            "12.000 DH le m²",
            "350 euros du mètre carré",
            "12.000 DH par m²",
            "15 euros par action",
            "17 DH de l'heure",
            "13,46 DH/heure",
            "90 dollars le baril",
            "[3 000 dirhams] par mois",
            "3 000 DH net par mois",
            "3.000 dirhams mensuels",
            "40 000 euros par an",
            "2 DH l’unité",
            "800 €/MWh",
            "500 euros la nuit",
            "13 000 FCFA le sac",
        ];
        for text in PER_UNIT {
            assert!(
                matches!(read(text, ""), Err(Refusal::PerUnit(_))),
                "{text}: {:?}",
                read(text, "")
            );
        }
        for text in ["un budget de [3 millions]", "500", "12 %% de 3 000"] {
            assert!(
                matches!(read(text, ""), Err(Refusal::NoCurrency(_))),
                "{text}: {:?}",
                read(text, "")
            );
        }
        for text in [
            "des millions de dirhams",
            "dirhams",
            "plusieurs milliards de FCFA",
            "25 %",
        ] {
            assert!(
                matches!(read(text, ""), Err(Refusal::NoNumber(_))),
                "{text}: {:?}",
                read(text, "")
            );
        }
    }

    #[test]
    fn bounds_are_read_around_the_amount() {
        let range = Quantity::between;
        for (text, expected) in [
            ("plus de [50 MDH]", Quantity::at_least(5e7)),
            ("plus d'[un milliard de dirhams]", Quantity::at_least(1e9)),
            ("près de [50 MDH]", Quantity::about(5e7)),
            ("jusqu'à [50 MDH]", Quantity::at_most(5e7)),
            ("entre [10 et 15 millions d'euros]", range(10e6, 15e6)),
            ("de [10 à 15 millions d'euros]", range(10e6, 15e6)),
            ("[10 millions d'euros à 15 millions d'euros]", range(10e6, 15e6)),
            ("[10 M€ - 15 M€]", range(10e6, 15e6)),
            ("entre [10 et 15 M€]", range(10e6, 15e6)),
            ("entre [10 et 15] millions d'euros", range(10e6, 15e6)),
            ("entre [10 M€ et 15 M€]", range(10e6, 15e6)),
            ("entre 10 et [15 millions d'euros]", range(10e6, 15e6)),
            ("entre 10 M€ et [15 M€]", range(10e6, 15e6)),
            ("[50 MDH] environ", Quantity::about(5e7)),
            ("[50 MDH] au minimum", Quantity::at_least(5e7)),
            ("[50 MDH] et plus de 300 emplois", Quantity::exactly(5e7)),
            ("[une centaine de millions de dirhams]", Quantity::about(1e8)),
        ] {
            assert_eq!(read(text, "").map(|a| a.money.amount), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_currency_the_country_settles_is_marked_as_inferred() {
        assert!(read("5 millions de dollars", "CA").unwrap().currency_inferred);
        assert!(read("5 milliards de FCFA", "CM").unwrap().currency_inferred);
        assert!(!read("5 millions USD", "CA").unwrap().currency_inferred);
        assert!(!read("5 MDH", "MA").unwrap().currency_inferred);
    }
}
