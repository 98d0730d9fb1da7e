//! Tells people what is new by mobile push and e-mail.
