//! Updates of individual attributes of a row.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value;

use crate::transaction::Expression;
use crate::{Error, to_row};

/// Attributes to set and to remove in one row.
#[derive(Debug, Default)]
pub struct AttributeUpdate {
    set: Vec<(String, AttributeValue)>,
    set_if_absent: Vec<(String, AttributeValue)>,
    remove: Vec<String>,
}

impl AttributeUpdate {
    /// Sets an attribute for every field of `fields`, which must serialize to an object.
    pub fn set_fields(mut self, fields: &impl Serialize) -> Result<Self, Error> {
        self.set.extend(to_row(fields)?);
        Ok(self)
    }

    /// Sets one attribute, or removes it if `value` is `None`.
    pub fn set_or_remove(mut self, name: &str, value: Option<&impl Serialize>) -> Result<Self, Error> {
        match value {
            Some(value) => self.set.push((name.to_owned(), to_attribute_value(value)?)),
            None => self.remove.push(name.to_owned()),
        }
        Ok(self)
    }

    /// Sets one attribute if the row does not have it. Does nothing if `value` is `None`.
    pub fn set_if_absent(mut self, name: &str, value: Option<&impl Serialize>) -> Result<Self, Error> {
        if let Some(value) = value {
            self.set_if_absent.push((name.to_owned(), to_attribute_value(value)?));
        }
        Ok(self)
    }

    /// Returns `true` if the update sets and removes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.set_if_absent.is_empty() && self.remove.is_empty()
    }

    /// Adds the update expression to a request.
    pub(crate) fn apply(self, request: UpdateItemFluentBuilder) -> UpdateItemFluentBuilder {
        let Expression { text, names, values } = self.into_expression();
        let request = request.update_expression(text);
        let request = names
            .into_iter()
            .fold(request, |request, (name, value)| request.expression_attribute_names(name, value));
        values
            .into_iter()
            .fold(request, |request, (name, value)| request.expression_attribute_values(name, value))
    }

    /// Returns the update expression. Uses placeholders for all attribute names, because many are
    /// reserved words of DynamoDB.
    pub(crate) fn into_expression(self) -> Expression {
        let mut expression = Expression::default();
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        let set = self.set.into_iter().map(|attribute| (attribute, false));
        let set_if_absent = self.set_if_absent.into_iter().map(|attribute| (attribute, true));
        for (i, ((name, value), if_absent)) in set.chain(set_if_absent).enumerate() {
            sets.push(match if_absent {
                true => format!("#s{i} = if_not_exists(#s{i}, :s{i})"),
                false => format!("#s{i} = :s{i}"),
            });
            expression = expression.name(&format!("#s{i}"), &name).value(&format!(":s{i}"), value);
        }
        for (i, name) in self.remove.into_iter().enumerate() {
            removes.push(format!("#r{i}"));
            expression = expression.name(&format!("#r{i}"), &name);
        }
        let clauses = [("SET", sets), ("REMOVE", removes)].into_iter().filter(|(_, parts)| !parts.is_empty());
        let clauses: Vec<_> = clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect();
        expression.text = clauses.join(" ");
        expression
    }
}
