//! The output schema: one commitment, and the mentions that say so.

use serde::{Deserialize, Serialize};

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
        }
    }
}
