//! Says how the server is, and answers routes that do not exist.
