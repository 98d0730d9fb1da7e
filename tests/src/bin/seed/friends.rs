//! Friendships between the demo people.

use client::Session;
use reqwest::Method;
use store::Error;

/// Makes all pairs of people friends, except for the pair with an open request. Repeated calls
/// change nothing.
pub async fn befriend(people: &[&Session], open_request: (usize, usize)) -> Result<(), Error> {
    for (i, one) in people.iter().enumerate() {
        for (j, other) in people.iter().enumerate().skip(i + 1) {
            if open_request != (i, j) && open_request != (j, i) {
                request(one, other).await?;
                request(other, one).await?;
            }
        }
    }
    request(people[open_request.0], people[open_request.1]).await
}

/// Sends or accepts a friend request.
async fn request(sender: &Session, recipient: &Session) -> Result<(), Error> {
    let path = format!("/friends/{}", recipient.user());
    sender.call(Method::PUT, &path, None).await?.ok()?;
    Ok(())
}
