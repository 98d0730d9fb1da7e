//! A DynamoDB update expression made from values.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::to_row;
use crate::Error;

/// Attributes to set and to remove in one row.
#[derive(Debug, Default)]
pub struct Change {
    set: Vec<(String, AttributeValue)>,
    remove: Vec<String>,
}

impl Change {
    /// Sets every field of `part`, which serialises to an object.
    ///
    /// # Errors
    /// `part` is not an object.
    pub fn set_all(mut self, part: &impl Serialize) -> Result<Self, Error> {
        self.set.extend(to_row(part)?);
        Ok(self)
    }

    /// Sets one attribute, or removes it where there is no value.
    ///
    /// # Errors
    /// The value cannot be stored.
    pub fn set_or_remove(mut self, name: &str, value: Option<&impl Serialize>) -> Result<Self, Error> {
        match value {
            Some(value) => {
                self.set.push((name.to_owned(), serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(value)?))
            }
            None => self.remove.push(name.to_owned()),
        }
        Ok(self)
    }

    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }

    /// Puts the expression on a request. Names are always placeholders, since many are reserved words.
    pub(super) fn apply(self, request: UpdateItemFluentBuilder) -> UpdateItemFluentBuilder {
        let mut names = HashMap::new();
        let mut values = HashMap::new();
        let mut sets = Vec::new();
        for (i, (name, value)) in self.set.into_iter().enumerate() {
            sets.push(format!("#s{i} = :s{i}"));
            names.insert(format!("#s{i}"), name);
            values.insert(format!(":s{i}"), value);
        }
        let removes: Vec<_> = (0..self.remove.len()).map(|i| format!("#r{i}")).collect();
        names.extend(removes.iter().cloned().zip(self.remove));
        let clause = |verb: &str, parts: Vec<String>| {
            (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(", ")))
        };
        let clauses: Vec<_> =
            [clause("SET", sets), clause("REMOVE", removes)].into_iter().flatten().collect();
        let values = (!values.is_empty()).then_some(values);
        request
            .update_expression(clauses.join(" "))
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(values)
    }
}
