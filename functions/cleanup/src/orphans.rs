//! Deletes orphaned accounts: accounts whose user was deleted directly in the user pool, by
//! themselves or by an administrator. Cognito has no event for it.

use std::collections::BTreeSet;

use domain::UserId;
use lambda::Error;
use lambda::events::Failures;
use serde::Deserialize;

use crate::Context;

/// The maximum number of rows of Users, and of Quotas, that one check reads. The next check begins
/// at another row. Cognito allows 30 `ListUsers` requests a second to all pools of an account, and
/// a check has a minute.
const MAX_ROWS: usize = 400;
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
/// Returns an error if the user pool lacks more than one in ten of the accounts, because it is then
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
    let (checked, mut orphans) = (accounts.len(), Vec::new());
    // One after the other: Cognito limits the rate of these requests for the whole user pool.
    for account in accounts {
        if !context.user_pool.contains(account).await? {
            orphans.push(account);
        }
    }
    if orphans.len() > (checked / MIN_CHECKED_PER_ORPHAN).max(1) {
        return Err(
            format!("the user pool lacks {} of {checked} accounts; deletes none", orphans.len()).into()
        );
    }
    let mut failures = Failures::default();
    for account in orphans {
        tracing::info!(id = %account, "deletes an account without a user");
        failures.record(account, context.users.delete(account).await);
    }
    failures.into_result()
}
