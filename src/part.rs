//! The part that a mention plays in the records of its document, as a head of the model sees it.

use crate::record::{Role, Status};

/// What a mention does in some record of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// An organisation that commits.
    Organization,
    /// A place where the jobs or the money go.
    Location,
    /// A deadline.
    Deadline,
    /// A day of announcement.
    Announced,
    /// A count or an amount that is pledged.
    Pledged,
    /// A count or an amount of what is done.
    Realized,
    /// A count or an amount of what was given up.
    Cancelled,
}

/// Probability of each part for one mention, in the order of [`Part::ALL`]; what lacks to 1 is that it plays none.
pub type PartScores = [f32; Part::ALL.len()];

impl Part {
    /// Every part, in the order of the head's labels.
    pub const ALL: [Self; 7] = [
        Self::Organization,
        Self::Location,
        Self::Deadline,
        Self::Announced,
        Self::Pledged,
        Self::Realized,
        Self::Cancelled,
    ];

    /// Its name in a model's configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Location => "location",
            Self::Deadline => "deadline",
            Self::Announced => "announced",
            Self::Pledged => "pledged",
            Self::Realized => "realized",
            Self::Cancelled => "cancelled",
        }
    }

    /// Position in [`Part::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The part of a mention with this role in a record of this status.
    pub fn of(role: Role, status: Status) -> Self {
        match (role, status) {
            (Role::Organization, _) => Self::Organization,
            (Role::Location, _) => Self::Location,
            (Role::Deadline, _) => Self::Deadline,
            (Role::Announced, _) => Self::Announced,
            (Role::Jobs | Role::IndirectJobs | Role::Investment, Status::Pledged) => Self::Pledged,
            (Role::Jobs | Role::IndirectJobs | Role::Investment, Status::Realized) => Self::Realized,
            (Role::Jobs | Role::IndirectJobs | Role::Investment, Status::Cancelled) => Self::Cancelled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbered_in_order_and_named_once() {
        let names: std::collections::BTreeSet<&str> = Part::ALL.iter().map(|p| p.as_str()).collect();
        assert_eq!(names.len(), Part::ALL.len());
        for (i, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!(part.index(), i);
        }
        assert_eq!(Part::of(Role::Jobs, Status::Cancelled), Part::Cancelled);
        assert_eq!(Part::of(Role::Location, Status::Cancelled), Part::Location);
    }
}
