//! Folding of text for comparison: case and accents aside.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, accents removed, ligatures and typographic apostrophes and spaces made plain.
///
/// ```
/// assert_eq!(jalon::text::fold("L’Économiste"), "l'economiste");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            '’' | '‘' | 'ʼ' | '`' | '´' => out.push('\''),
            '‐' | '‑' | '–' | '—' | '−' => out.push('-'),
            c if c.is_whitespace() => out.push(' '),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_accents_and_typography() {
        assert_eq!(fold("Œuvre À\u{a0}l’ÉTÉ – Noël"), "oeuvre a l'ete - noel");
    }
}
