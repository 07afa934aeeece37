//! Folding of text for comparison: case and accents aside.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, accents removed, ligatures and typographic apostrophes and spaces made plain.
///
/// ```
/// assert_eq!(jalon::text::fold("L’Économiste"), "l'economiste");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    fold_into(&mut out, text);
    out
}

/// Appends [`fold`]`(text)` to `out`.
pub fn fold_into(out: &mut String, text: &str) {
    let plain = |b: u8| matches!(b, b' '..=b'_' | b'a'..=b'\x7f');
    let from = out.len();
    let mut rest = text;
    loop {
        // Most of a text is ASCII: whole runs at a time.
        let run = rest.bytes().position(|b| !plain(b)).unwrap_or(rest.len());
        out.push_str(&rest[..run]);
        let mut chars = rest[run..].chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        match c {
            // What French adds to ASCII, without the detour through the decomposition tables.
            'à' | 'â' | 'À' | 'Â' => out.push('a'),
            'ç' | 'Ç' => out.push('c'),
            'è'..='ë' | 'È'..='Ë' => out.push('e'),
            'î' | 'ï' | 'Î' | 'Ï' => out.push('i'),
            'ô' | 'Ô' => out.push('o'),
            'ù' | 'û' | 'Ù' | 'Û' => out.push('u'),
            '\u{a0}' | '\u{202f}' => out.push(' '),
            '’' => out.push('\''),
            '–' | '—' => out.push('-'),
            '€' | '«' | '»' => out.push(c),
            // Combining marks are dropped, so their order does not matter and characters can be decomposed one by one.
            c => std::iter::once(c)
                .nfkd()
                .filter(|d| !is_combining_mark(*d))
                .for_each(|d| fold_char(out, d)),
        }
    }
    out[from..].make_ascii_lowercase();
}

/// A character without its accent: ligatures, typographic marks, spaces, capitals.
fn fold_char(out: &mut String, c: char) {
    match c {
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        '’' | '‘' | 'ʼ' | '`' | '´' => out.push('\''),
        '‐' | '‑' | '–' | '—' | '−' => out.push('-'),
        c if c.is_whitespace() || c.is_ascii_control() => out.push(' '),
        c => out.extend(c.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folding_removes_case_accents_and_typography() {
        assert_eq!(fold("Œuvre À\u{a0}l’ÉTÉ – Noël"), "oeuvre a l'ete - noel");
        assert_eq!(
            fold("e\u{301}te\u{301} 1ᵉʳ m² ﬁn\n5\u{202f}%"),
            "ete 1er m2 fin 5 %"
        );
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(s in "\\PC*") {
            let once = fold(&s);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
