//! A month of the whole application.

use crate::Steps;
use crate::prices::Item;
use crate::usage::Usage;

/// Uploads of one person in a month.
pub const UPLOADS: f64 = 30.0;
/// Visits of the web app.
pub const VISITS: f64 = 30.0;
/// Pages of 50 pictures of the feed.
pub const FEED_PAGES: f64 = 90.0;
/// Small images of each page that the browser does not have yet.
const NEW_IMAGES_PER_PAGE: f64 = 15.0;
/// Large images.
const LARGE_IMAGES: f64 = 60.0;
const COMMENTS: f64 = 10.0;
const FRIENDSHIPS: f64 = 1.0;
const DELETIONS: f64 = 3.0;
/// Minutes of a visit.
const MINUTES: f64 = 10.0;
/// Pictures of one person.
pub const STORED: f64 = 1_000.0;
/// Bytes of an original.
pub const ORIGINAL: f64 = 4e6;
/// Bytes of the rows of a picture without its rows in feeds, with the index.
const PICTURE_ROWS: f64 = 1_500.0;
/// Bytes of a row of a feed, with the 100 bytes that DynamoDB adds to each row.
const FEED_ROW: f64 = 250.0;
/// Days until Intelligent-Tiering moves an unopened object to the tier *Archive Instant Access*.
const DAYS_TO_ARCHIVE: f64 = 90.0;
const DAYS: f64 = 30.0;
/// The readers with which Lambda polls a queue that has a maximum concurrency, and one without.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>
pub const READERS: f64 = 5.0;
/// See [`READERS`].
pub const FEWEST_READERS: f64 = 2.0;
/// Long polls of one reader in a minute: each takes 20 seconds.
const POLLS_PER_MINUTE: f64 = 3.0;
const TEMPLATE: &str = include_str!("../../../template.yaml");

/// Returns the number of friends of a person among `people`.
pub fn friends(people: f64) -> f64 {
    (people - 1.0).min(50.0)
}

/// Returns the usage of one upload of a person with `friends` friends.
pub fn upload(steps: &Steps, friends: f64) -> Usage {
    let (private, shared) = (&steps.private_upload.usage, &steps.shared_upload.usage);
    // The difference grows with the number of friends, who get a row of their feed each.
    let per_friend = &(shared.clone() + private * -1.0) * (1.0 / crate::FRIENDS as f64);
    private.clone() + &per_friend * friends
}

/// Returns the usage of `pictures` stored for a month. The share `archived` was not opened for 90
/// days.
pub fn storage(steps: &Steps, pictures: f64, friends: f64, archived: f64) -> Usage {
    let renditions: f64 = steps.shared_upload.renditions.values().sum();
    let originals = pictures * ORIGINAL / 1e9;
    let rows = pictures * PICTURE_ROWS / 1e9;
    Usage::of([
        (Item::S3Storage, originals * (1.0 - archived) + pictures * renditions / 1e9),
        (Item::S3Archive, originals * archived),
        (Item::S3Monitoring, pictures),
        (Item::TableStorage, rows + pictures * FEED_ROW * (3.0 + friends) / 1e9),
        (Item::TableRecovery, rows),
    ])
}

/// Returns the usage of an application that nobody uses.
pub fn idle(readers: f64) -> Usage {
    let count = |text: &str| TEMPLATE.matches(text).count() as f64;
    // The functions that read queues use the anchor `worker`. One reads its queue only if push or
    // e-mail is set up.
    let queues = count("<<: &worker") + count("<<: *worker") - count("Enabled: !If [Delivers");
    Usage::of([
        (Item::Queue, queues * readers * POLLS_PER_MINUTE * 60.0 * 24.0 * DAYS),
        (Item::Alarm, count("Type: AWS::CloudWatch::Alarm")),
        // The hourly check of accounts.
        (Item::Invocation, 24.0 * DAYS),
        (Item::ReadUnit, 24.0 * DAYS * 10.0),
    ])
}

/// Returns the share of originals that nobody has opened for 90 days.
pub fn archived() -> f64 {
    1.0 - UPLOADS * DAYS_TO_ARCHIVE / DAYS / STORED
}

/// Returns the images that one person downloads in a month.
pub fn images(steps: &Steps) -> Usage {
    let bytes = |name: &str| steps.shared_upload.renditions[name];
    let small = FEED_PAGES * NEW_IMAGES_PER_PAGE;
    Usage::of([
        (Item::S3Read, small + LARGE_IMAGES),
        (Item::SiteRequest, small + LARGE_IMAGES),
        (Item::SiteTransfer, (small * bytes("small") + LARGE_IMAGES * bytes("large")) / 1e9),
    ])
}

/// Returns the usage of a month with `people`, without what an idle application uses.
pub fn active(steps: &Steps, people: f64) -> Usage {
    let friends = friends(people);
    let person = &(upload(steps, friends) + Usage::of([(Item::S3Transition, 1.0)])) * UPLOADS
        + &steps.visit.usage * VISITS
        + &steps.feed_page.usage * FEED_PAGES
        + &steps.comment.usage * COMMENTS
        + &steps.friendship.usage * FRIENDSHIPS
        + &steps.deletion.usage * DELETIONS
        + images(steps)
        + Usage::of([(Item::LiveMinute, VISITS * MINUTES), (Item::ActiveUser, 1.0)])
        + storage(steps, STORED, friends, archived());
    &person * people
}
