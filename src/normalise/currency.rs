//! Currencies as newsrooms write them, out of folded text → ISO 4217.

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::scan::{Cursor, head, tail};
use crate::text::fold;
use crate::value::Currency;

/// A word that several countries use for their money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Dollar,
    Dinar,
    Dirham,
    Franc,
    Cfa,
    Pound,
    Rupee,
    Riyal,
    Peso,
    Crown,
    Shilling,
    /// Out of use in Germany and Finland.
    Mark,
    /// Out of use in the Netherlands.
    Florin,
    /// Hundredths: *milliards de centimes*.
    Cent,
    /// Hundredths where *centimes* are not said: *cents*.
    SmallCent,
}

/// What a word or a symbol says of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// This one.
    Code(&'static str),
    /// One of those that share the word: the country settles it.
    Open(Family),
    /// So many of them make one of this currency: *centimes d'euro*, *millimes*.
    Part(&'static str, u16),
}

use Family::{
    Cent, Cfa, Crown, Dinar, Dirham, Dollar, Florin, Franc, Mark, Peso, Pound, Riyal, Rupee, Shilling,
    SmallCent,
};
use Unit::{Code, Open, Part};

/// Symbols and abbreviations: what may be fused with a scale (`MDH`, `K€`).
static SYMBOLS: LazyLock<Lexicon<Unit>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("dh", Open(Dirham)),
        ("dhs", Open(Dirham)),
        ("mad", Code("MAD")),
        ("€", Code("EUR")),
        ("eur", Code("EUR")),
        ("euro", Code("EUR")),
        ("euros", Code("EUR")),
        ("$", Open(Dollar)),
        ("usd", Code("USD")),
        ("£", Code("GBP")),
        ("gbp", Code("GBP")),
        ("¥", Code("JPY")),
        ("jpy", Code("JPY")),
        ("fcfa", Open(Cfa)),
        ("cfa", Open(Cfa)),
        ("xof", Code("XOF")),
        ("xaf", Code("XAF")),
        ("dt", Code("TND")),
        ("dtn", Code("TND")),
        ("tnd", Code("TND")),
        ("da", Code("DZD")),
        ("dza", Code("DZD")),
        ("dzd", Code("DZD")),
        ("chf", Code("CHF")),
        ("fs", Code("CHF")),
        ("cad", Code("CAD")),
        ("aud", Code("AUD")),
        ("nzd", Code("NZD")),
        ("mxn", Code("MXN")),
        ("mga", Code("MGA")),
        ("cdf", Code("CDF")),
        ("fc", Code("CDF")),
        ("gnf", Code("GNF")),
        ("fg", Code("GNF")),
        ("mru", Code("MRU")),
        ("rwf", Code("RWF")),
        ("frw", Code("RWF")),
        ("bif", Code("BIF")),
        ("fbu", Code("BIF")),
        ("djf", Code("DJF")),
        ("fdj", Code("DJF")),
        ("kmf", Code("KMF")),
        ("xpf", Code("XPF")),
        ("cfp", Code("XPF")),
        ("frf", Code("FRF")),
        ("bef", Code("BEF")),
        ("cny", Code("CNY")),
        ("rmb", Code("CNY")),
        ("sar", Code("SAR")),
        ("aed", Code("AED")),
        ("qar", Code("QAR")),
        ("kwd", Code("KWD")),
        ("lyd", Code("LYD")),
        ("egp", Code("EGP")),
        ("ngn", Code("NGN")),
        ("zar", Code("ZAR")),
        ("kes", Code("KES")),
        ("ghs", Code("GHS")),
        ("inr", Code("INR")),
        ("brl", Code("BRL")),
        ("try", Code("TRY")),
        ("sek", Code("SEK")),
        ("nok", Code("NOK")),
        ("dkk", Code("DKK")),
        ("pln", Code("PLN")),
        ("rub", Code("RUB")),
        ("krw", Code("KRW")),
        ("sgd", Code("SGD")),
        ("hkd", Code("HKD")),
        ("htg", Code("HTG")),
        ("rs", Open(Rupee)),
        ("mur", Code("MUR")),
        ("₦", Code("NGN")),
        ("₹", Code("INR")),
        ("₽", Code("RUB")),
        ("₩", Code("KRW")),
        ("₺", Code("TRY")),
    ])
});

/// Names, in the singular: a final `s` or `x` is dropped before they are looked up.
static NAMES: LazyLock<Lexicon<Unit>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("dirham", Open(Dirham)),
        ("derham", Open(Dirham)),
        ("dirharn", Open(Dirham)),
        ("dollar", Open(Dollar)),
        ("dinar", Open(Dinar)),
        ("franc", Open(Franc)),
        ("livre", Open(Pound)),
        ("roupie", Open(Rupee)),
        ("riyal", Open(Riyal)),
        ("rial", Open(Riyal)),
        ("peso", Open(Peso)),
        ("couronne", Open(Crown)),
        ("shilling", Open(Shilling)),
        ("mark", Open(Mark)),
        ("florin", Open(Florin)),
        ("centime", Open(Cent)),
        ("cent", Open(SmallCent)),
        ("millime", Part("TND", 1_000)),
        ("pesewa", Part("GHS", 100)),
        ("kobo", Part("NGN", 100)),
        ("penny", Part("GBP", 100)),
        ("pence", Part("GBP", 100)),
        ("sterling", Code("GBP")),
        ("yuan", Code("CNY")),
        ("renminbi", Code("CNY")),
        ("yen", Code("JPY")),
        ("won", Code("KRW")),
        ("rouble", Code("RUB")),
        ("real", Code("BRL")),
        ("reai", Code("BRL")),
        ("reau", Code("BRL")),
        ("zloty", Code("PLN")),
        ("forint", Code("HUF")),
        ("rand", Code("ZAR")),
        ("naira", Code("NGN")),
        ("cedi", Code("GHS")),
        ("birr", Code("ETB")),
        ("ouguiya", Code("MRU")),
        ("um", Code("MRU")),
        ("ariary", Code("MGA")),
        ("ar", Code("MGA")),
        ("kwanza", Code("AOA")),
        ("pula", Code("BWP")),
        ("dalasi", Code("GMD")),
        ("leone", Code("SLE")),
        ("escudo", Code("CVE")),
        ("metical", Code("MZN")),
        ("kwacha", Code("ZMW")),
        ("gourde", Code("HTG")),
        ("shekel", Code("ILS")),
        ("sheqel", Code("ILS")),
        ("baht", Code("THB")),
        ("dong", Code("VND")),
        ("ringgit", Code("MYR")),
        ("taka", Code("BDT")),
        ("hryvnia", Code("UAH")),
        ("deutschemark", Code("DEM")),
        ("peseta", Code("ESP")),
        ("drachme", Code("GRD")),
    ])
});

/// What settles a family's word, and what it then means.
type ByFamily = [(Family, &'static [(&'static str, &'static str)])];

/// The entries of a family.
fn of(table: &'static ByFamily, family: Family) -> &'static [(&'static str, &'static str)] {
    let found = table.iter().find(|(f, _)| *f == family);
    found.map_or(&[], |(_, entries)| entries)
}

/// The word that follows a family's name and settles it, by its beginning.
const ADJECTIVES: &ByFamily = &[
    (
        Dollar,
        &[
            ("us", "USD"),
            ("american", "USD"),
            ("americain", "USD"),
            ("etats", "USD"),
            ("usd", "USD"),
            ("c", "CAD"),
            ("cad", "CAD"),
            ("can", "CAD"),
            ("ca", "CAD"),
            ("austral", "AUD"),
            ("neo", "NZD"),
            ("hong", "HKD"),
            ("hk", "HKD"),
            ("nz", "NZD"),
            ("singap", "SGD"),
            ("taiwan", "TWD"),
            ("liberien", "LRD"),
            ("namibien", "NAD"),
        ],
    ),
    (
        Dinar,
        &[
            ("tunis", "TND"),
            ("alger", "DZD"),
            ("lib", "LYD"),
            ("kow", "KWD"),
            ("jordan", "JOD"),
            ("irak", "IQD"),
            ("iraq", "IQD"),
            ("bahre", "BHD"),
            ("serbe", "RSD"),
        ],
    ),
    (Dirham, &[("maroc", "MAD"), ("emir", "AED")]),
    (
        Franc,
        &[
            ("suisse", "CHF"),
            ("congol", "CDF"),
            ("guin", "GNF"),
            ("rwand", "RWF"),
            ("burund", "BIF"),
            ("comor", "KMF"),
            ("djib", "DJF"),
            ("pacif", "XPF"),
            ("cfp", "XPF"),
            ("belge", "BEF"),
            ("fran", "FRF"),
            ("luxemb", "LUF"),
        ],
    ),
    (
        Pound,
        &[
            ("sterling", "GBP"),
            ("brit", "GBP"),
            ("angl", "GBP"),
            ("egypt", "EGP"),
            ("liban", "LBP"),
            ("syr", "SYP"),
            ("turq", "TRY"),
            ("soud", "SDG"),
        ],
    ),
    (
        Rupee,
        &[
            ("ind", "INR"),
            ("maur", "MUR"),
            ("pakist", "PKR"),
            ("sri", "LKR"),
            ("seych", "SCR"),
        ],
    ),
    (
        Riyal,
        &[
            ("saoud", "SAR"),
            ("qat", "QAR"),
            ("oman", "OMR"),
            ("yem", "YER"),
            ("iran", "IRR"),
        ],
    ),
    (
        Peso,
        &[
            ("mexi", "MXN"),
            ("argent", "ARS"),
            ("chil", "CLP"),
            ("colomb", "COP"),
            ("philip", "PHP"),
        ],
    ),
    (
        Crown,
        &[
            ("sued", "SEK"),
            ("norv", "NOK"),
            ("dan", "DKK"),
            ("tch", "CZK"),
            ("island", "ISK"),
        ],
    ),
    (Mark, &[("allem", "DEM"), ("finl", "FIM")]),
    (
        Florin,
        &[
            ("holl", "NLG"),
            ("neer", "NLG"),
            ("arub", "AWG"),
            ("hongr", "HUF"),
        ],
    ),
    (
        Shilling,
        &[
            ("ken", "KES"),
            ("ougand", "UGX"),
            ("tanz", "TZS"),
            ("somal", "SOS"),
        ],
    ),
];

/// What a family's word means in a country.
const AT_HOME: &ByFamily = &[
    (Dollar, &[("CA", "CAD"), ("AU", "AUD"), ("NZ", "NZD")]),
    (
        Dinar,
        &[
            ("TN", "TND"),
            ("DZ", "DZD"),
            ("LY", "LYD"),
            ("KW", "KWD"),
            ("JO", "JOD"),
            ("IQ", "IQD"),
            ("BH", "BHD"),
            ("RS", "RSD"),
        ],
    ),
    (Dirham, &[("AE", "AED")]),
    (
        Franc,
        &[
            ("CH", "CHF"),
            ("CD", "CDF"),
            ("GN", "GNF"),
            ("RW", "RWF"),
            ("BI", "BIF"),
            ("KM", "KMF"),
            ("DJ", "DJF"),
            ("NC", "XPF"),
            ("PF", "XPF"),
            ("FR", "FRF"),
            ("BE", "BEF"),
            ("LU", "LUF"),
        ],
    ),
    (
        Pound,
        &[
            ("EG", "EGP"),
            ("LB", "LBP"),
            ("SY", "SYP"),
            ("TR", "TRY"),
            ("SD", "SDG"),
        ],
    ),
    (
        Rupee,
        &[
            ("IN", "INR"),
            ("MU", "MUR"),
            ("PK", "PKR"),
            ("LK", "LKR"),
            ("SC", "SCR"),
        ],
    ),
    (
        Riyal,
        &[
            ("SA", "SAR"),
            ("QA", "QAR"),
            ("OM", "OMR"),
            ("YE", "YER"),
            ("IR", "IRR"),
        ],
    ),
    (
        Peso,
        &[
            ("MX", "MXN"),
            ("AR", "ARS"),
            ("CL", "CLP"),
            ("CO", "COP"),
            ("PH", "PHP"),
        ],
    ),
    (
        Crown,
        &[
            ("SE", "SEK"),
            ("NO", "NOK"),
            ("DK", "DKK"),
            ("CZ", "CZK"),
            ("IS", "ISK"),
        ],
    ),
    (Shilling, &[("KE", "KES"), ("UG", "UGX"), ("TZ", "TZS")]),
    (
        SmallCent,
        &[
            ("CA", "CAD"),
            ("AU", "AUD"),
            ("FR", "EUR"),
            ("BE", "EUR"),
            ("MU", "MUR"),
        ],
    ),
    (
        Cent,
        &[
            ("MA", "MAD"),
            ("DZ", "DZD"),
            ("TN", "TND"),
            ("FR", "EUR"),
            ("BE", "EUR"),
            ("CH", "CHF"),
        ],
    ),
];

/// Countries that pay in CFA francs of Central Africa, and of West Africa.
const XAF: &[&str] = &["CM", "GA", "CG", "TD", "CF", "GQ"];
const XOF: &[&str] = &["BJ", "BF", "CI", "GW", "ML", "NE", "SN", "TG"];

/// What a family's word means when nothing says more.
fn by_default(family: Family) -> &'static str {
    match family {
        Dollar | SmallCent => "USD",
        Dinar => "TND",
        Dirham => "MAD",
        Franc | Cfa => "XOF",
        Pound => "GBP",
        Rupee => "INR",
        Riyal => "SAR",
        Peso => "MXN",
        Crown => "SEK",
        Shilling => "KES",
        Mark => "DEM",
        Florin => "NLG",
        Cent => "DZD",
    }
}

/// Beginnings of words that name a country whose money is called like another's.
const COUNTRY_STEMS: &[(&str, &str)] = &[
    ("maroc", "MA"),
    ("casablanca", "MA"),
    ("rabat", "MA"),
    ("tanger", "MA"),
    ("alger", "DZ"),
    ("oran", "DZ"),
    ("wilaya", "DZ"),
    ("tunis", "TN"),
    ("sfax", "TN"),
    ("sousse", "TN"),
    ("libye", "LY"),
    ("tripoli", "LY"),
    ("koweit", "KW"),
    ("jordan", "JO"),
    ("irak", "IQ"),
    ("emirat", "AE"),
    ("dubai", "AE"),
    ("abou dhabi", "AE"),
    ("abu dhabi", "AE"),
    ("france", "FR"),
    ("francais", "FR"),
    ("paris", "FR"),
    ("belg", "BE"),
    ("bruxelles", "BE"),
    ("luxembourg", "LU"),
    ("etats-unis", "US"),
    ("americain", "US"),
    ("washington", "US"),
    ("new york", "US"),
    ("canad", "CA"),
    ("quebec", "CA"),
    ("montreal", "CA"),
    ("ontario", "CA"),
    ("toronto", "CA"),
    ("australi", "AU"),
    ("suisse", "CH"),
    ("geneve", "CH"),
    ("lausanne", "CH"),
    ("zurich", "CH"),
    ("rdc", "CD"),
    ("kinshasa", "CD"),
    ("lubumbashi", "CD"),
    ("conakry", "GN"),
    ("guinee", "GN"),
    ("rwand", "RW"),
    ("kigali", "RW"),
    ("burundi", "BI"),
    ("djibouti", "DJ"),
    ("comor", "KM"),
    ("noumea", "NC"),
    ("caledoni", "NC"),
    ("tahiti", "PF"),
    ("cameroun", "CM"),
    ("yaounde", "CM"),
    ("douala", "CM"),
    ("gabon", "GA"),
    ("libreville", "GA"),
    ("brazzaville", "CG"),
    ("pointe-noire", "CG"),
    ("tchad", "TD"),
    ("n'djamena", "TD"),
    ("centrafri", "CF"),
    ("bangui", "CF"),
    ("guinee equatoriale", "GQ"),
    ("malabo", "GQ"),
    ("senegal", "SN"),
    ("dakar", "SN"),
    ("ivoir", "CI"),
    ("abidjan", "CI"),
    ("mali", "ML"),
    ("bamako", "ML"),
    ("burkina", "BF"),
    ("ouagadougou", "BF"),
    ("benin", "BJ"),
    ("cotonou", "BJ"),
    ("togo", "TG"),
    ("lome", "TG"),
    ("niger", "NE"),
    ("niamey", "NE"),
    ("egypt", "EG"),
    ("caire", "EG"),
    ("liban", "LB"),
    ("beyrouth", "LB"),
    ("turqui", "TR"),
    ("turc", "TR"),
    ("mauric", "MU"),
    ("inde", "IN"),
    ("qatar", "QA"),
    ("saoudi", "SA"),
    ("mexi", "MX"),
    ("argentin", "AR"),
    ("suede", "SE"),
    ("suedois", "SE"),
    ("norveg", "NO"),
    ("danemark", "DK"),
    ("danois", "DK"),
    ("kenya", "KE"),
    ("ougand", "UG"),
    ("tanzani", "TZ"),
];

impl Unit {
    /// How many of what the figure counts make one unit of the currency: 100 *centimes*, 1000 *millimes*.
    pub(super) fn per_unit(self) -> f64 {
        match self {
            Open(Cent | SmallCent) => 100.0,
            Part(_, n) => f64::from(n),
            Code(_) | Open(_) => 1.0,
        }
    }

    /// The code, and whether the document's country settled it.
    pub(super) fn resolve<'c>(self, country: impl FnOnce() -> Option<&'c str>) -> Option<(Currency, bool)> {
        let (code, inferred) = match self {
            Code(code) | Part(code, _) => (code, false),
            Open(family) => {
                let country = country();
                let at_home = of(AT_HOME, family).iter().find(|(c, _)| Some(*c) == country);
                let code = match (family, country) {
                    (Cfa | Franc, Some(c)) if XAF.contains(&c) => "XAF",
                    (Cfa | Franc, Some(c)) if XOF.contains(&c) => "XOF",
                    _ => at_home.map_or(by_default(family), |(_, code)| *code),
                };
                (code, family != Dirham || code != "MAD")
            }
        };
        Currency::new(code).map(|c| (c, inferred))
    }
}

/// True for a symbol or an abbreviation that may be written against its scale (`MDH`).
pub(super) fn is_symbol(folded: &str) -> bool {
    SYMBOLS.get(folded).is_some()
}

fn lookup(folded: &str) -> Option<Unit> {
    SYMBOLS
        .get(folded)
        .or_else(|| NAMES.get(folded.strip_suffix(['s', 'x']).unwrap_or(folded)))
}

/// Reads a currency right at the cursor (`dh`, `de dirhams`, `$ us`, `f cfa`, `dollars canadiens`) and says where it ends.
pub(super) fn read(mut cursor: Cursor<'_>) -> Option<(Unit, usize)> {
    let stop = cursor.eat(".") && cursor.rest().starts_with(char::is_whitespace);
    cursor.eat_of();
    let piece = cursor.advance()?;
    // `15 M. DH`, but *2,1 milliards. Cent personnes*.
    if stop && !is_symbol(piece.text) {
        return None;
    }
    match piece.text {
        // `F CFA`, `F.CFA`
        "f" => {
            let mut ahead = cursor;
            ahead.eat(".");
            return Some(match ahead.word() {
                Some("cfa") => (Open(Cfa), past(ahead)),
                Some("cfp") => (Code("XPF"), past(ahead)),
                _ => (Open(Franc), cursor.pos),
            });
        }
        // `US$`, `C$`
        "us" | "c" | "ca" | "can" | "a" | "r" | "s" | "hk" if cursor.eat("$") => {
            let code = match piece.text {
                "us" => "USD",
                "a" => "AUD",
                "r" => "BRL",
                "s" => "SGD",
                "hk" => "HKD",
                _ => "CAD",
            };
            return Some((Code(code), cursor.pos));
        }
        // `US dollars`
        "us" if cursor.word().is_some_and(|w| w.starts_with("dollar")) => {
            return Some((Code("USD"), past(cursor)));
        }
        _ => {}
    }
    let unit = lookup(piece.text)?;
    let Open(family) = unit else {
        // `CAD$`
        if matches!(unit, Code(_)) && cursor.rest().starts_with('$') {
            cursor.advance();
        }
        return Some((unit, cursor.pos));
    };
    // `dollars des États-Unis`, `dirhams émiratis`, `$ US`
    let mut ahead = cursor;
    ahead.eat_of();
    let adjective = ahead.word().unwrap_or_default();
    // `5 M$ c'est` names no country.
    let elided = ahead.at(past(ahead)).rest().starts_with('\'');
    let adjective = if elided { "" } else { adjective };
    if matches!(family, Franc | Cent) && matches!(adjective, "cfa" | "fcfa") {
        return Some((Open(Cfa), past(ahead)));
    }
    if family == Cent
        && let Some(code) = divided(adjective)
    {
        return Some((Part(code, 100), past(ahead)));
    }
    let fits = |stem: &str| {
        let whole = piece.text == "$" || stem.len() < 3;
        if whole {
            adjective == stem
        } else {
            adjective.starts_with(stem)
        }
    };
    let settled = of(ADJECTIVES, family).iter().find(|(stem, _)| fits(stem));
    // `2024. Mark` is a first name.
    let named = settled.is_some() || !matches!(piece.text, "mark" | "florin");
    named.then(|| settled.map_or((unit, cursor.pos), |(_, code)| (Code(code), past(ahead))))
}

/// The currency whose hundredths are called so: *centimes d'euro*, *de dirham*.
fn divided(name: &str) -> Option<&'static str> {
    match name {
        "euro" | "euros" => Some("EUR"),
        "dirham" | "dirhams" => Some("MAD"),
        "dinar" | "dinars" => Some("DZD"),
        "franc" | "francs" => Some("CHF"),
        _ => None,
    }
}

/// Reads the currency that ends `text`: `$`, `USD`, `US$`.
pub(super) fn read_before(text: &str) -> Option<Unit> {
    const LONGEST: usize = 6;
    let text = tail(text.trim_end(), LONGEST);
    text.char_indices()
        .filter(|&(i, _)| !text[..i].ends_with(char::is_alphanumeric))
        .find_map(|(i, c)| {
            let symbol = !c.is_whitespace() && c != '.';
            read(Cursor { text, pos: i })
                .filter(|&(_, end)| symbol && end == text.len())
                .map(|(unit, _)| unit)
        })
}

/// Where the next piece ends.
fn past(mut cursor: Cursor<'_>) -> usize {
    cursor.advance();
    cursor.pos
}

/// [`COUNTRY_STEMS`] by their first two letters.
static BY_FIRST_LETTERS: LazyLock<Lexicon<(&str, &str)>> = LazyLock::new(|| {
    Lexicon::keyed(
        COUNTRY_STEMS
            .iter()
            .map(|&(stem, country)| (head(stem, 2), (stem, country))),
    )
});

/// The country that the words nearest to `at` name, within a page of text.
pub(super) fn country_near(text: &str, at: &std::ops::Range<usize>) -> Option<&'static str> {
    const PAGE: usize = 2_000;
    let before = fold(tail(text.get(..at.start)?, PAGE));
    let after = fold(head(text.get(at.end..)?, PAGE));
    let left = words(&before)
        .rev()
        .find_map(|i| Some((before.len() - i, named(&before[i..])?)));
    let right = words(&after).find_map(|i| Some((i, named(&after[i..])?)));
    // At one distance, the longer name says more.
    let key = |(distance, (length, country))| (distance, std::cmp::Reverse(length), country);
    left.into_iter()
        .chain(right)
        .map(key)
        .min()
        .map(|(_, _, country)| country)
}

/// Length and country of the longest stem that opens `text`.
fn named(text: &str) -> Option<(usize, &'static str)> {
    BY_FIRST_LETTERS
        .under(head(text, 2))
        .filter(|(stem, _)| text.starts_with(stem))
        .map(|(stem, country)| (stem.len(), country))
        .max_by_key(|(length, _)| *length)
}

/// Where the words of a folded text begin.
fn words(text: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
    let in_word = |i: usize| text.as_bytes()[i].is_ascii_alphanumeric();
    (0..text.len()).filter(move |&i| in_word(i) && (i == 0 || !in_word(i - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_three_capitals() {
        let units = SYMBOLS.values().chain(NAMES.values());
        let units = units.filter_map(|u| if let Code(c) = u { Some(c) } else { None });
        let tables = ADJECTIVES.iter().chain(AT_HOME);
        let settled = tables.flat_map(|(_, entries)| *entries).map(|(_, c)| *c);
        for code in units.chain(settled) {
            assert!(Currency::new(code).is_some(), "{code}");
        }
    }
}
