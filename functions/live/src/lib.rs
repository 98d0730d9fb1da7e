//! Tells open pages what happens, and takes what they send.
