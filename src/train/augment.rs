//! Variation of labelled documents.
