//! Names of places: what is compared, and how precise each is.

use crate::text::fold;

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What is compared: the name without case, accents and hyphens.
    pub key: String,
}

/// Reads a name.
pub fn normalise(surface: &str) -> Place {
    Place {
        key: place_key(surface),
    }
}

/// The name without case, accents, hyphens and a leading article.
pub fn place_key(name: &str) -> String {
    let folded = fold(name);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
