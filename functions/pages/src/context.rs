//! The clients and settings of this function.

use lambda::Error;
use store::aws::{Cloud, variable};
use store::feed_pages::FeedReader;
use store::{AccessReader, Albums, Comments, Database, Links, Pictures, Secrets, UrlPresigner, Users};

/// The clients and settings of this function.
#[derive(Debug)]
pub struct Context {
    /// The pictures, albums and links that a visitor can view, under the access policy.
    pub access: AccessReader,
    /// The Albums table, for the order of an album's pictures and for the albums of a member.
    pub albums: Albums,
    /// The Comments table.
    pub comments: Comments,
    /// The public feeds.
    pub feeds: FeedReader,
    /// The Links table, to count visits.
    pub links: Links,
    /// The Pictures table, to find out whether a picture exists.
    pub pictures: Pictures,
    /// The Users table.
    pub users: Users,
    /// The keys of cursors and link sessions.
    pub secrets: Secrets,
    /// Presigns the URLs of renditions and originals.
    pub presigner: UrlPresigner,
    /// The settings of the site.
    pub settings: Settings,
}

/// The settings of the site, which are parameters of the template. Pages omit empty URLs.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The name of the site.
    pub title: String,
    /// The URL by which people contact the operator: a page or a `mailto:` URL.
    pub contact_url: String,
    /// The URL of the imprint.
    pub imprint_url: String,
    /// The URL of the terms of use.
    pub terms_url: String,
    /// The URL of the privacy policy.
    pub privacy_url: String,
    /// Whether the site serves pages other than those of share links.
    pub has_public_pages: bool,
}

impl Settings {
    fn from_env() -> Result<Self, Error> {
        Ok(Self {
            title: variable("SITE_TITLE")?,
            contact_url: variable("CONTACT_URL")?,
            imprint_url: variable("IMPRINT_URL")?,
            terms_url: variable("TERMS_URL")?,
            privacy_url: variable("PRIVACY_URL")?,
            has_public_pages: variable("PUBLIC_PAGES")? == "yes",
        })
    }
}

impl Context {
    /// Opens the tables and the bucket that the environment names.
    ///
    /// # Errors
    /// Returns an error if an environment variable is missing. The error names the variable.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(&Database::from_env(cloud)?, UrlPresigner::from_env(cloud)?, Settings::from_env()?))
    }

    /// Opens the tables of a database.
    #[must_use]
    pub fn new(database: &Database, presigner: UrlPresigner, settings: Settings) -> Self {
        Self {
            access: AccessReader::new(database),
            albums: Albums::new(database),
            comments: Comments::new(database),
            feeds: FeedReader::new(database),
            links: Links::new(database),
            pictures: Pictures::new(database),
            users: Users::new(database),
            secrets: Secrets::new(database),
            presigner,
            settings,
        }
    }
}
