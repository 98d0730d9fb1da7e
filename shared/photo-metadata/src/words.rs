//! What people say about a picture.

/// What people, not the camera, wrote into a picture. Cleaned and bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// At most 200 characters.
    pub title: Option<String>,
    /// At most 2000 characters.
    pub caption: Option<String>,
    /// At most 50 of 64 characters each, none twice.
    pub keywords: Vec<String>,
    /// Stars: 0 to 5.
    pub rating: Option<u8>,
}

impl Words {
    /// These, and where they say nothing the others.
    pub(super) fn or(self, others: Self) -> Self {
        Self {
            title: self.title.or(others.title),
            caption: self.caption.or(others.caption),
            keywords: if self.keywords.is_empty() { others.keywords } else { self.keywords },
            rating: self.rating.or(others.rating),
        }
    }
}
