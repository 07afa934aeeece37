//! What the text says of a commitment beyond the slots that are scored: parent group, sector, kind of project,
//! counterparties, share of direct jobs, other currencies, country, keys, and what a reader should check.
//!
//! Rules over the words of a [`Scene`], filled in after the records are assembled; none of them changes a scored slot.

mod figures;
mod parent;
mod partners;
mod project;
mod sector;
#[cfg(test)]
mod tests;
mod warnings;

use std::collections::BTreeSet;

use super::across::{commitment_key, organization_key};
use super::scene::{Scene, Token};
use crate::label::Label;
use crate::normalise::place;
use crate::record::{CommitmentRecord, Role};

/// Fills the extras of every record of a document.
pub(super) fn fill(scene: &Scene<'_>, records: &mut [CommitmentRecord]) {
    if records.is_empty() {
        return;
    }
    let parents = parent::parents(scene);
    let committing: BTreeSet<usize> = records
        .iter()
        .flat_map(|r| entities_of(scene, r, Role::Organization))
        .collect();
    for record in records.iter_mut() {
        let figures = figures_of(scene, record);
        let organisations = entities_of(scene, record, Role::Organization);
        let mut extras = std::mem::take(&mut record.extras);
        extras.parent = organisations.iter().find_map(|e| parents.get(e).cloned());
        extras.sector = sector::sector(scene, &figures, &organisations);
        extras.project_type = project::project_type(scene, &figures);
        extras.counterparties = partners::counterparties(scene, &figures, &organisations, &committing);
        extras
            .counterparties
            .retain(|name| Some(name) != extras.parent.as_ref());
        extras.direct_share = figures::direct_share(scene, &figures, record);
        extras.equivalents = figures::equivalents(scene, record);
        extras.country = country(scene, record);
        record.extras = extras;
    }
    warnings::warn(scene, records);
    identify(records);
}

/// Gives the records their keys, each commitment of the document one of its own.
fn identify(records: &mut [CommitmentRecord]) {
    let mut seen: Vec<String> = Vec::new();
    for record in records {
        let organization = organization_key(&record.organizations);
        let key = commitment_key(organization.as_deref(), record);
        let n = seen.iter().filter(|k| **k == key).count();
        record.extras.organization_id = organization;
        record.extras.commitment_id = Some(if n == 0 {
            key.clone()
        } else {
            format!("{key}~{}", n + 1)
        });
        seen.push(key);
    }
}

/// Mentions that support a record in a role, placed ones only, in order.
fn mentions_of(scene: &Scene<'_>, record: &CommitmentRecord, roles: &[Role]) -> Vec<usize> {
    let supports = record.mentions.iter().filter(|s| roles.contains(&s.role));
    let numbers = supports.filter_map(|s| s.entity.strip_prefix('e')?.parse::<usize>().ok()?.checked_sub(1));
    numbers
        .filter(|&m| scene.token_of.get(m).is_some_and(Option::is_some))
        .collect()
}

/// Mentions of a record's jobs and amounts.
fn figures_of(scene: &Scene<'_>, record: &CommitmentRecord) -> Vec<usize> {
    mentions_of(scene, record, &[Role::Jobs, Role::IndirectJobs, Role::Investment])
}

/// Entities whose mentions support a record in a role.
fn entities_of(scene: &Scene<'_>, record: &CommitmentRecord, role: Role) -> Vec<usize> {
    let mut found: Vec<usize> = mentions_of(scene, record, &[role])
        .into_iter()
        .filter_map(|m| scene.entity_of[m])
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Segments that hold these mentions, each once, in order.
fn segments_of(scene: &Scene<'_>, mentions: &[usize]) -> Vec<usize> {
    let found: BTreeSet<usize> = mentions.iter().map(|&m| scene.segment_of(m)).collect();
    found.into_iter().collect()
}

/// Tokens of a segment.
fn tokens<'s>(scene: &'s Scene<'_>, segment: usize) -> &'s [Token] {
    scene
        .segments
        .get(segment)
        .map_or(&[], |s| &scene.tokens[s.tokens.clone()])
}

/// The organisation a token names.
fn organisation(scene: &Scene<'_>, token: &Token) -> Option<usize> {
    let m = token.mention.filter(|&m| scene.mentions[m].label == Label::Org)?;
    scene.entity_of[m]
}

/// The country that the locations lie in; none when they lie in several, or nowhere known.
fn country(scene: &Scene<'_>, record: &CommitmentRecord) -> Option<String> {
    let known = |name: &str| super::places::country_of(name).or_else(|| place::normalise(name).country);
    let mut countries: BTreeSet<&str> = record.locations.iter().filter_map(|l| known(l)).collect();
    if countries.is_empty() && !record.locations.is_empty() {
        // A village of no gazetteer lies where all the other places of the document do.
        countries = scene
            .locs
            .iter()
            .filter_map(|&m| known(scene.surface(m)))
            .collect();
    }
    let only = countries.len() == 1;
    countries.pop_first().filter(|_| only).map(str::to_owned)
}
