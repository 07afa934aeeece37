//! Gold and predicted documents in, scores out.
//!
//! [`evaluate`] gives one [`Report`]; [`compare`] tells whether one set of predictions is better than another;
//! [`overlap_of_labels`] looks for evaluation text in the training labels.
//!
//! # How it counts
//! - Precision is `TP / (TP + FP)`, recall `TP / (TP + FN)`, F1 `2 TP / (2 TP + FP + FN)`. A figure whose denominator
//!   is 0 is undefined (`null`), never 0 or 1.
//! - *Micro* pools the counts; *macro* F1 is the mean of the F1 of the labels whose F1 is defined.
//! - *Strict*: same start, same end, same label. *Overlap*: same label and one character in common. Both are one to
//!   one: a mention is used once.
//! - Records of a document are aligned one to one, so that the number of agreeing slots over all pairs is the largest
//!   possible; the two records of a pair share an organisation, a job figure or an amount.
//! - A slot empty on both sides agrees, but counts neither as TP nor as anything else in the slot's figures. A wrong
//!   value is one FP and one FN. `organizations` is one value (the set), `locations` one value for each place.
//! - A record's *core* is right when organizations, jobs, investment, deadline, status and scope agree; it is *exact*
//!   when all its slots agree.
//! - Every interval is the 2.5 % to 97.5 % percentile range over 1,000 resamples of the documents, with a fixed seed.

mod bootstrap;
mod calibration;
mod compare;
mod errors;
mod judge;
mod leaks;
mod matching;
mod metrics;
mod pairs;
mod records;
mod render;
mod report;
mod slots;
mod table;

pub use bootstrap::{Figure, Score};
pub use calibration::{Bin, Calibration};
pub use compare::{Comparison, Contrast, compare};
pub use errors::{Difference, Kind};
pub use leaks::{LabelOverlap, SharedWords, overlap_of_labels};
pub use matching::Taxonomy;
pub use metrics::{Counts, Ratio};
pub use pairs::EvaluateError;
pub use report::{
    Calibrations, Documents, LabelScores, MentionScores, RecordScores, Report, Share, Slice, SlotScores,
    evaluate,
};
pub use slots::Slot;

#[cfg(test)]
mod samples;
