//! The actions of people.

/// The highest number of friends that the simulation gives a person.
const MAX_FRIENDS: f64 = 5_000.0;
/// The exponent of the distribution of friends: the share of people with `n` friends falls as
/// `n^-1.5`, so that most have few friends and the mean is about 50.
const FRIENDS_EXPONENT: f64 = 1.5;
pub const SECONDS_PER_DAY: f64 = 86_400.0;
/// The part of a day's actions in the peak hour, compared with the mean.
pub const PEAK: f64 = 3.0;
/// Actions of a person in a day.
const UPLOADS: f64 = 1.0;
const VISITS: f64 = 1.0;
const FEED_PAGES: f64 = 3.0;
const COMMENTS: f64 = 0.3;
const MAILS: f64 = 0.1;
/// The share of pictures that everybody may see.
const PUBLIC: f64 = 0.1;
/// The share of people who have the web app open in the peak hour, and whose page shows the public
/// pictures.
const ONLINE: f64 = 0.05;
const WATCHES_PUBLIC: f64 = 0.3;
/// At midnight, this share of people opens the web app in a minute, and this share uploads a
/// picture in ten minutes.
const OPEN_AT_MIDNIGHT: f64 = 0.2;
const UPLOAD_AT_MIDNIGHT: f64 = 0.1;
const MINUTE: f64 = 60.0;
/// Seconds in which people upload after midnight.
pub const UPLOAD_TIME: f64 = 600.0;

/// Actions a second of all people.
#[derive(Clone, Debug)]
pub struct Load {
    pub people: f64,
    /// The mean number of friends.
    pub friends: f64,
    pub uploads: f64,
    pub public_uploads: f64,
    pub visits: f64,
    pub feed_pages: f64,
    pub comments: f64,
    /// Mails a day.
    pub mails_a_day: f64,
    /// Open connections.
    pub online: f64,
    /// Connections that watch the public pictures.
    pub public_watchers: f64,
}

impl Load {
    /// Returns the load of an ordinary peak hour.
    pub fn ordinary(people: f64) -> Self {
        let rate = people * PEAK / SECONDS_PER_DAY;
        Self {
            people,
            friends: Friends::among(people).mean(),
            uploads: rate * UPLOADS,
            public_uploads: rate * UPLOADS * PUBLIC,
            visits: rate * VISITS,
            feed_pages: rate * FEED_PAGES,
            comments: rate * COMMENTS,
            mails_a_day: people * MAILS,
            online: people * ONLINE,
            public_watchers: people * ONLINE * WATCHES_PUBLIC,
        }
    }

    /// Returns the load of the first minute of a new year.
    pub fn midnight(people: f64) -> Self {
        let (opened, uploads) =
            (people * OPEN_AT_MIDNIGHT / MINUTE, people * UPLOAD_AT_MIDNIGHT / UPLOAD_TIME);
        Self {
            uploads,
            public_uploads: uploads * PUBLIC,
            visits: opened,
            feed_pages: opened,
            comments: uploads,
            online: people * OPEN_AT_MIDNIGHT,
            public_watchers: people * OPEN_AT_MIDNIGHT * WATCHES_PUBLIC,
            ..Self::ordinary(people)
        }
    }
}

/// Returns the number of uploads in the ten minutes after midnight.
pub fn uploads_at_midnight(people: f64) -> f64 {
    people * UPLOAD_AT_MIDNIGHT
}

/// The distribution of the number of friends: the shares of people with 1, 2, … friends.
#[derive(Clone, Debug)]
pub struct Friends(Vec<f64>);

impl Friends {
    /// Returns the distribution among `people`.
    pub fn among(people: f64) -> Self {
        let limit = MAX_FRIENDS.min(people - 1.0);
        let weights: Vec<_> =
            (1..).map(f64::from).take_while(|n| *n <= limit).map(|n| n.powf(-FRIENDS_EXPONENT)).collect();
        let sum: f64 = weights.iter().sum();
        Self(weights.into_iter().map(|weight| weight / sum).collect())
    }

    /// Returns the mean.
    pub fn mean(&self) -> f64 {
        (1..).map(f64::from).zip(&self.0).map(|(n, share)| n * share).sum()
    }

    /// Returns the number of friends that this share of people does not exceed.
    pub fn quantile(&self, share: f64) -> usize {
        let mut sum = 0.0;
        let found = self.0.iter().position(|part| {
            sum += part;
            sum >= share
        });
        found.map_or(self.0.len(), |index| index + 1)
    }
}

/// Returns the share of views that the most viewed public picture of a day has, by Zipf's law.
pub fn share_of_the_most_viewed(people: f64) -> f64 {
    let pictures = (people * UPLOADS * PUBLIC).max(1.0);
    // The sum of 1/n, by its approximation.
    1.0 / (pictures.ln() + 0.577 + 0.5 / pictures)
}
