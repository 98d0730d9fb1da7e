//! Makes the renditions and the placeholder of an uploaded picture.
