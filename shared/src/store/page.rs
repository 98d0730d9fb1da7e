//! Pages of a table.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

use super::{Row, from_row, text};
use crate::Error;
use crate::api::PageRequest;

/// Asks for a page of the partition whose `hash` attribute is `of`, newest picture first. `name`: what its value is called in
/// the expression.
pub(super) fn newest(
    client: &Client,
    table: &str,
    (hash, name): (&str, &str),
    of: AttributeValue,
    page: PageRequest,
) -> Result<QueryFluentBuilder, Error> {
    let request =
        client.query().table_name(table).limit(i32::try_from(page.limit)?).scan_index_forward(false);
    let request = request.expression_attribute_values(name, of);
    Ok(match page.after {
        None => request.key_condition_expression(format!("{hash} = {name}")),
        Some(after) => request
            .key_condition_expression(format!("{hash} = {name} AND pictureId < :after"))
            .expression_attribute_values(":after", text(after)),
    })
}

/// A page of a whole table, after the row with the key `start`, as it is now (strongly consistent), and whether there may be
/// more.
pub(super) async fn scan<T: DeserializeOwned>(
    client: &Client,
    table: &str,
    limit: usize,
    start: Option<Row>,
) -> Result<(Vec<T>, bool), Error> {
    let request = client.scan().table_name(table).limit(i32::try_from(limit)?).consistent_read(true);
    let reply = request.set_exclusive_start_key(start).send().await?;
    let rows = reply.items.unwrap_or_default().into_iter().map(from_row).collect::<Result<_, _>>()?;
    Ok((rows, reply.last_evaluated_key.is_some()))
}
