//! Who is whose friend.

use client::Session;
use reqwest::Method;
use store::Error;

/// Makes everyone a friend of everyone, except that one waits for the other's answer. `PUT /friends/{id}` asks or accepts, and
/// changes nothing where that is done: so may this be done again.
pub async fn befriend(people: &[&Session], waiting: (usize, usize)) -> Result<(), Error> {
    for (i, one) in people.iter().enumerate() {
        for (j, other) in people.iter().enumerate().skip(i + 1) {
            if waiting != (i, j) && waiting != (j, i) {
                ask(one, other).await?;
                ask(other, one).await?;
            }
        }
    }
    ask(people[waiting.0], people[waiting.1]).await
}

async fn ask(one: &Session, other: &Session) -> Result<(), Error> {
    let path = format!("/friends/{}", other.user());
    one.call(Method::PUT, &path, None).await?.ok()?;
    Ok(())
}
