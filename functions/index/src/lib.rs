//! Keeps the precomputed feeds: who can see what.
