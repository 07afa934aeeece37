//! The output schema: one commitment, and the mentions that say so.

use serde::{Deserialize, Deserializer, Serialize};

use crate::value::{Money, Quantity, When};

/// How far the commitment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Will be done.
    Pledged,
    /// Has been done.
    Realized,
    /// Given up or suspended.
    Cancelled,
}

/// Whether the figures are of one commitment or a sum over several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One commitment.
    Single,
    /// A sum over several organisations or agreements.
    Total,
}

/// What a mention does in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Who commits.
    Organization,
    /// Jobs, direct or with no further word.
    Jobs,
    /// Jobs called indirect or induced.
    IndirectJobs,
    /// The amount.
    Investment,
    /// Where the jobs or the money go.
    Location,
    /// By when.
    Deadline,
    /// The day of the announcement.
    Announced,
}

impl Role {
    /// Every role, in the order of the record's fields.
    pub const ALL: [Self; 7] = [
        Self::Organization,
        Self::Jobs,
        Self::IndirectJobs,
        Self::Investment,
        Self::Location,
        Self::Deadline,
        Self::Announced,
    ];
}

/// A mention that supports a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// Id of the mention in the document.
    pub entity: String,
    /// What it does in the record.
    pub role: Role,
}

/// What kind of project the jobs or the money go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectType {
    /// A site that was not there before: *ouvrir une usine*, *s'implanter*.
    NewSite,
    /// More of what is there: *agrandir*, *nouvelle ligne*, *extension*.
    Extension,
    /// A plan over several sites or years: *programme d'investissement*, *plan de recrutement*.
    Programme,
}

/// What a record says beyond the slots that are scored. A field that the text does not state is left out of the JSON, so
/// that labelled files keep their shape; `null` is read as absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extras {
    /// Parent group of the organisation, when the text says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The economic sector, in the text's words, without article: *secteur de l'automobile*, *offshoring*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// New site, extension or programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_type: Option<ProjectType>,
    /// Organisations that sign with those that commit, finance them or host them.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub counterparties: Vec<String>,
    /// Share of the jobs called direct, in `[0, 1]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_share: Option<f64>,
    /// The amount of `investment` told in other currencies too.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub equivalents: Vec<Money>,
    /// Canonical key of the organisations' names, joined by `+`; see [`crate::link::across`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Key of the commitment, the same in every document that `jalon link --across` finds to report it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitment_id: Option<String>,
    /// ISO 3166 alpha-2 code of the country of the locations, when they lie in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// What a reader should check, in plain words.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub warnings: Vec<String>,
}

/// Reads `null` as the empty value.
fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// One commitment: named organisations create jobs or invest money in a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommitmentRecord {
    /// Id, unique in its document (`r1`, `r2`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who commits, several only when they do so together; empty when `scope` is `total`.
    pub organizations: Vec<String>,
    /// Jobs, direct or with no further word.
    pub jobs: Option<Quantity>,
    /// Jobs called *indirects* or *induits*.
    pub indirect_jobs: Option<Quantity>,
    /// The amount, in units of its currency.
    pub investment: Option<Money>,
    /// Where, most specific first level only, as in the text.
    pub locations: Vec<String>,
    /// By when it is to be reached; `None` for realized records.
    pub deadline: Option<When>,
    /// The day it was signed, announced or inaugurated.
    pub announced: Option<When>,
    /// Pledged, realized or cancelled.
    pub status: Status,
    /// One commitment or a sum.
    pub scope: Scope,
    /// Probability that the record is right, in `[0, 1]`; absent in annotated records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The mentions that say so.
    #[serde(default)]
    pub mentions: Vec<Support>,
    /// What else the text says of it.
    #[serde(flatten)]
    pub extras: Extras,
}

impl CommitmentRecord {
    /// A record with every slot empty.
    pub fn empty(status: Status, scope: Scope) -> Self {
        Self {
            id: None,
            organizations: Vec::new(),
            jobs: None,
            indirect_jobs: None,
            investment: None,
            locations: Vec::new(),
            deadline: None,
            announced: None,
            status,
            scope,
            confidence: None,
            mentions: Vec::new(),
            extras: Extras::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Quantity;

    const LABELLED: &str = r#"{"id":"r1","organizations":["Ventora"],"jobs":{"min":450,"max":450,"approx":false},"indirect_jobs":null,"investment":null,"locations":["Oujda"],"deadline":"2026","announced":"2024-03-12","status":"pledged","scope":"single","mentions":[{"entity":"e1","role":"organization"}]}"#;

    #[test]
    fn a_labelled_record_keeps_its_shape() {
        let record: CommitmentRecord = serde_json::from_str(LABELLED).unwrap();
        assert_eq!(record.jobs, Some(Quantity::exactly(450.0)));
        assert_eq!(record.extras, Extras::default());
        assert_eq!(serde_json::to_string(&record).unwrap(), LABELLED);
    }

    #[test]
    fn extras_are_read_null_or_not_and_other_fields_passed_over() {
        let told = LABELLED.replace(
            r#""status""#,
            r#""parent":"Serval","counterparties":null,"equivalents":[{"min":1.5e6,"max":1.5e6,"approx":true,"currency":"EUR"}],"project_type":"new_site","note":1,"status""#,
        );
        let record: CommitmentRecord = serde_json::from_str(&told).unwrap();
        assert_eq!(record.extras.parent.as_deref(), Some("Serval"));
        assert_eq!(record.extras.project_type, Some(ProjectType::NewSite));
        assert!(record.extras.counterparties.is_empty());
        let again = serde_json::to_string(&record).unwrap();
        assert!(again.contains(r#""parent":"Serval","project_type":"new_site","equivalents":[{"min":1500000,"max":1500000,"approx":true,"currency":"EUR"}]"#), "{again}");
        assert_eq!(serde_json::from_str::<CommitmentRecord>(&again).unwrap(), record);
    }
}
