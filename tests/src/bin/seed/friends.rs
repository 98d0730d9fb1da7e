//! Friendships between the demo people.

use client::Session;
use reqwest::Method;
use store::Error;

/// Makes all people friends of each other, except for one open request. Idempotent, like `PUT
/// /friends/{id}`.
pub async fn befriend(people: &[&Session], waiting: (usize, usize)) -> Result<(), Error> {
    for (i, one) in people.iter().enumerate() {
        for (j, other) in people.iter().enumerate().skip(i + 1) {
            if waiting != (i, j) && waiting != (j, i) {
                request(one, other).await?;
                request(other, one).await?;
            }
        }
    }
    request(people[waiting.0], people[waiting.1]).await
}

/// Sends or accepts a friend request.
async fn request(one: &Session, other: &Session) -> Result<(), Error> {
    let path = format!("/friends/{}", other.user());
    one.call(Method::PUT, &path, None).await?.ok()?;
    Ok(())
}
