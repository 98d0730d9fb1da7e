//! Deletes orphaned accounts: accounts whose user was deleted directly in the user pool, by
//! themselves or by an administrator. Cognito has no event for it.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use domain::UserId;
use lambda::Error;
use lambda::events::Failures;
use serde::Deserialize;
use tokio::time::Instant;

use crate::Context;

/// The maximum number of rows of Users, and of Quotas, that one check reads. The next check begins
/// at another row. Cognito allows 30 `ListUsers` requests a second to all pools of an account.
const MAX_ROWS: usize = 400;
/// The time after which one check asks the user pool for no further account. It leaves a part of
/// the function's timeout to the deletions.
const MAX_DURATION: Duration = Duration::from_secs(40);
/// The minimum number of checked accounts for each account that one check deletes. One account is
/// always allowed.
const MIN_CHECKED_PER_ORPHAN: usize = 10;

/// The event of the schedule: `{"checkAccounts": "everyone"}` or
/// `{"checkAccounts": {"user": "ID"}}`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountCheck {
    check_accounts: Accounts,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Accounts {
    Everyone,
    User(UserId),
}

/// Starts the deletion of each checked account without a user in the user pool. The stream of Users
/// continues it.
///
/// # Errors
/// Returns an error if the user pool lacks more than one in ten of the checked accounts: it is then
/// probably not the pool of this table. Deletes nothing in this case.
pub async fn delete_orphans(context: &Context, check: AccountCheck) -> Result<(), Error> {
    let accounts = match check.check_accounts {
        // An account without a profile can have pictures, and then it has a row in Quotas.
        Accounts::Everyone => {
            let mut accounts = context.users.sample_ids(MAX_ROWS).await?;
            accounts.append(&mut context.quotas.sample_ids(MAX_ROWS).await?);
            accounts
        }
        Accounts::User(id) => BTreeSet::from([id]),
    };
    let orphans = find_orphans(accounts, async |account| context.user_pool.contains(account).await).await?;
    let mut failures = Failures::default();
    for account in orphans {
        tracing::info!(id = %account, "deletes an account without a user");
        failures.record(account, context.users.delete(account).await);
    }
    failures.into_result()
}

/// Returns the accounts that do not exist in the user pool, among those that one check can ask for.
///
/// # Errors
/// Returns an error if there are too many of them; see [`delete_orphans`].
async fn find_orphans(
    accounts: BTreeSet<UserId>,
    exists: impl AsyncFn(UserId) -> Result<bool, Error>,
) -> Result<Vec<UserId>, Error> {
    let (start, total) = (Instant::now(), accounts.len());
    let (mut checked, mut orphans) = (0, Vec::new());
    // In random order, so that checks that end early omit different accounts. One after the other,
    // because Cognito limits the rate of these requests for the whole user pool.
    for account in accounts.into_iter().collect::<HashSet<_>>() {
        if start.elapsed() >= MAX_DURATION {
            tracing::info!(checked, total, "ends a check of accounts early");
            break;
        }
        if !exists(account).await? {
            orphans.push(account);
        }
        checked += 1;
    }
    if orphans.len() > (checked / MIN_CHECKED_PER_ORPHAN).max(1) {
        return Err(
            format!("the user pool lacks {} of {checked} accounts; deletes none", orphans.len()).into()
        );
    }
    Ok(orphans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use tokio::time::sleep;
    use uuid::Uuid;

    /// Checks 600 accounts in a pool that replies after 100 ms. The pool lacks the first `missing`
    /// accounts that it is asked for. Returns the number of checked accounts and of orphans.
    async fn check_slowly(missing: usize) -> (usize, Result<usize, String>) {
        let accounts = (0..600).map(|n| UserId(Uuid::from_u128(n))).collect();
        let asked = Cell::new(0);
        let exists = async |_| {
            sleep(Duration::from_millis(100)).await;
            Ok(asked.replace(asked.get() + 1) >= missing)
        };
        let orphans = find_orphans(accounts, exists).await;
        (asked.get(), orphans.map(|orphans| orphans.len()).map_err(|error| error.to_string()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_with_a_slow_user_pool_ends_early_and_finds_orphans() {
        assert_eq!(check_slowly(0).await, (400, Ok(0)));
        assert_eq!(check_slowly(40).await, (400, Ok(40)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_ends_early_compares_orphans_with_checked_accounts() {
        let error = "the user pool lacks 41 of 400 accounts; deletes none";
        assert_eq!(check_slowly(41).await, (400, Err(error.into())));
    }
}
