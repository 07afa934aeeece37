//! Numbers as French and Maghreb newsrooms write them.
