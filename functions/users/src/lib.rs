//! Creates, reads and changes a profile.
