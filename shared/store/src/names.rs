//! The Names table: key (prefix, entry). Finds people by name.
//!
//! A findable person has one row for each word of their names ([`NameWords::indexed`]). `prefix` is
//! the beginning of the word, usually two letters. `entry` is `WORD#USER`, so that the words of a
//! partition sort alphabetically. `words` contains all words of the person, so that a query of
//! several words reads few profiles.
//!
//! [`crate::Users`] writes and deletes the rows in the transaction that writes the profile. A row
//! is a hint: only the profile states whether a person can be found.

use domain::{KeyWord, NameWords, User, UserId};
use serde::Deserialize;

use crate::cursor_cipher::Position;
use crate::database::{Database, Table};
use crate::transaction::Transaction;
use crate::{Error, Row, from_rows, string};

/// The maximum number of writes of one transaction, a limit of DynamoDB.
const MAX_WRITES: usize = 100;
/// The number of writes of a change of a profile besides those of names: the profile, the old and
/// the new handle, and the condition on the account.
const OTHER_WRITES: usize = 4;
const _: () = assert!(2 * NameWords::MAX + OTHER_WRITES <= MAX_WRITES);

/// The Names table.
#[derive(Clone, Debug)]
pub struct Names(Database);

/// One word of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePosition {
    /// The folded word.
    pub word: String,
    /// The person.
    pub user_id: UserId,
}

/// A row of the table: one word of a person, with all words of the person at the time of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRow {
    /// The word and the person.
    pub position: NamePosition,
    /// All words of the person.
    pub words: NameWords,
}

/// A row as the table contains it.
#[derive(Deserialize)]
struct StoredRow {
    entry: String,
    words: String,
}

fn key(prefix: &str, word: &str, user: UserId) -> Row {
    let entry = string(format_args!("{word}#{user}"));
    Row::from([("prefix".into(), string(prefix)), ("entry".into(), entry)])
}

fn parse_entry(entry: &str) -> Option<NamePosition> {
    let (word, user_id) = entry.split_once('#')?;
    Some(NamePosition { word: word.to_owned(), user_id: user_id.parse().ok()? })
}

impl Position for NamePosition {
    fn to_bytes(&self) -> Vec<u8> {
        format!("{}#{}", self.word, self.user_id).into_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        parse_entry(str::from_utf8(bytes).ok()?)
    }
}

impl Names {
    /// Opens the table.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Reads at most `limit` rows in which a word begins with the key word, strongly consistent, in
    /// alphabetical order after `after`. A page with fewer than `limit` rows is the
    /// last one, because `limit` is at most 100, rows have at most 8 KB and one query reads 1 MB.
    pub async fn read_page(
        &self,
        KeyWord { prefix, word }: KeyWord<'_>,
        limit: usize,
        after: Option<&NamePosition>,
    ) -> Result<Vec<NameRow>, Error> {
        let request = self.0.query(Table::Names, "prefix", prefix).consistent_read(true);
        let request = request
            .key_condition_expression("prefix = :prefix AND begins_with(entry, :word)")
            .expression_attribute_values(":word", string(word))
            .set_exclusive_start_key(after.map(|after| key(prefix, &after.word, after.user_id)))
            .limit(i32::try_from(limit)?);
        let rows: Vec<StoredRow> = from_rows(request.send().await?.items)?;
        let parse = |row: StoredRow| {
            let position = parse_entry(&row.entry).ok_or("a row of Names without a word or a user")?;
            Ok(NameRow { position, words: NameWords::parse(&row.words) })
        };
        rows.into_iter().map(parse).collect()
    }
}

impl Transaction<'_> {
    /// Adds the writes and deletions of rows after the profile `old` has become `new`. The
    /// transaction must require that the words of the profile did not change since the read of
    /// `old`.
    pub(crate) fn replace_names(self, user: UserId, old: Option<&User>, new: Option<&User>) -> Self {
        let words = |profile: Option<&User>| profile.map(NameWords::of).unwrap_or_default();
        let (old, new) = (words(old), words(new));
        if old == new {
            return self;
        }
        let put = |transaction: Self, (prefix, word): (&str, &str)| {
            let mut row = key(prefix, word, user);
            row.insert("words".into(), string(&new));
            transaction.put(Table::Names, row)
        };
        let delete =
            |transaction: Self, (prefix, word)| transaction.delete(Table::Names, key(prefix, word, user));
        let outdated = old.indexed().filter(|(_, word)| !new.contains(word));
        outdated.fold(new.indexed().fold(self, put), delete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_position_survives_its_bytes() {
        let position = NamePosition { word: "王小明".into(), user_id: UserId(Uuid::from_u128(7)) };
        assert_eq!(NamePosition::from_bytes(&position.to_bytes()), Some(position));
        for invalid in [&b""[..], b"ada", b"ada#", b"ada#x", b"\xff#00000000-0000-0000-0000-000000000007"] {
            assert_eq!(NamePosition::from_bytes(invalid), None);
        }
    }
}
