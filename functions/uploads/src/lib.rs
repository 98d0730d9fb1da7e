//! Registers a picture and hands out a presigned upload.
