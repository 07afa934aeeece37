//! The same commitment in several documents: one `organization_id`, one `commitment_id`, later figures as updates.
//!
//! Reports are put in an order of their own before anything is decided, so that the order in which they come changes nothing.

mod group;
mod keys;
mod names;
#[cfg(test)]
mod tests;
mod updates;

use serde::Serialize;

pub use names::{Aliases, BadAlias};

pub(super) use keys::{commitment_key, organization_key};

use crate::record::{CommitmentRecord, Scope};
use crate::value::When;

/// A record of a document, to be linked with those of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Id of the document.
    pub doc_id: String,
    /// Id of the record in it.
    pub record_id: String,
    /// When the document was published, if known.
    pub published: Option<When>,
    /// What it says.
    pub record: CommitmentRecord,
}

impl Report {
    /// `document/record`, what links point to.
    pub fn reference(&self) -> String {
        format!("{}/{}", self.doc_id, self.record_id)
    }

    /// When it was told: the announcement, else the publication. `None` sorts last.
    fn told(&self) -> Option<jiff::civil::Date> {
        let day = |w: When| w.days().map(|(first, _)| first);
        self.record
            .announced
            .and_then(day)
            .or_else(|| self.published.and_then(day))
    }

    /// The order of reports: as told, as published, then by name.
    fn rank(&self) -> impl Ord + use<> {
        let day = |w: Option<When>| w.and_then(When::days).map(|(first, _)| first);
        let published = day(self.published);
        let told = self.told();
        (
            told.is_none(),
            told,
            published.is_none(),
            published,
            self.doc_id.clone(),
            self.record_id.clone(),
        )
    }

    /// Country of the record, as told or from its places.
    fn country(&self) -> Option<String> {
        self.record.extras.country.clone().or_else(|| {
            let mut known = self
                .record
                .locations
                .iter()
                .filter_map(|l| crate::normalise::place::normalise(l).country);
            known.next().map(str::to_owned)
        })
    }
}

/// What linking across documents found of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Canonical key of the organisations; `None` for totals.
    pub organization_id: Option<String>,
    /// Key of the commitment.
    pub commitment_id: String,
    /// Its reports, in order of announcement.
    pub reports: Vec<String>,
    /// The earlier report whose values this one changes.
    pub update_of: Option<String>,
    /// Which values: `jobs`, `investment`, `deadline`, `status`.
    pub changes: Vec<&'static str>,
    /// Later reports that change values of this one.
    pub updates: Vec<String>,
}

/// Links reports; the answer stands in the order of the reports, and does not depend on it otherwise.
///
/// `acronyms` are pairs of names that a document spells out as one organisation's.
pub fn link_across(reports: &[Report], acronyms: &[(String, String)], aliases: &Aliases) -> Vec<Link> {
    let mut names = names::Names::new(aliases);
    for report in reports {
        let country = report.country();
        for name in &report.record.organizations {
            names.add(name, country.as_deref());
        }
    }
    for (a, b) in acronyms {
        names.pair(a, b);
    }
    let names = names.resolve();
    let organizations: Vec<Vec<String>> = reports
        .iter()
        .map(|r| r.record.organizations.iter().map(|n| names.key(n)).collect())
        .collect();
    let mut order: Vec<usize> = (0..reports.len()).collect();
    order.sort_by_cached_key(|&i| reports[i].rank());
    let groups = group::group(reports, &organizations, &order);
    let ids = identify(reports, &organizations, &groups);
    let mut links: Vec<Option<Link>> = vec![None; reports.len()];
    for (group, id) in groups.iter().zip(ids) {
        let members: Vec<&Report> = group.iter().map(|&i| &reports[i]).collect();
        let references: Vec<String> = members.iter().map(|r| r.reference()).collect();
        let changed = updates::updates(&members);
        for (k, &i) in group.iter().enumerate() {
            let later = changed.iter().enumerate();
            links[i] = Some(Link {
                organization_id: keys::joined(organizations[i].iter().cloned()),
                commitment_id: id.clone(),
                reports: references.clone(),
                update_of: changed[k].of.map(|of| references[of].clone()),
                changes: changed[k].changes.clone(),
                updates: later
                    .filter(|(_, c)| c.of == Some(k))
                    .map(|(j, _)| references[j].clone())
                    .collect(),
            });
        }
    }
    links.into_iter().flatten().collect()
}

/// The key of each group: that of its first report; `~2` and so on where two commitments would share one.
fn identify(reports: &[Report], organizations: &[Vec<String>], groups: &[Vec<usize>]) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    groups
        .iter()
        .map(|group| {
            let first = group.first().copied().unwrap_or_default();
            let organization = match reports[first].record.scope {
                Scope::Single => keys::joined(organizations[first].iter().cloned()),
                Scope::Total => None,
            };
            let key = commitment_key(organization.as_deref(), &reports[first].record);
            let n = seen.entry(key.clone()).or_default();
            *n += 1;
            if *n == 1 { key } else { format!("{key}~{n}") }
        })
        .collect()
}
