//! The usage plan of API Gateway that contains all developer keys.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::operation::create_usage_plan_key::CreateUsagePlanKeyError;
use aws_sdk_apigateway::operation::get_usage::GetUsageError;
use jiff::ToSpan;
use jiff::civil::Date;
use lambda::Error;
use lambda::api_keys::TOO_MANY;
use lambda::http::ApiError;
use store::aws::{Cloud, variable};
use tokio::sync::OnceCell;

use crate::view::DayUsage;

/// The number of days of which the usage is shown, today included.
const DAYS: i32 = 30;

/// The usage plan of developer keys.
///
/// The function finds the plan by its name. It cannot have the id as a variable: the plan depends
/// on the stage of the API, which depends on the functions with routes.
#[derive(Debug)]
pub struct UsagePlan {
    client: Client,
    name: String,
    id: OnceCell<String>,
}

impl UsagePlan {
    /// Uses the plan with the name in the environment variable `KEYS_PLAN`.
    pub fn from_env(cloud: &Cloud) -> Result<Self, Error> {
        Ok(Self::new(Client::new(cloud.config()), variable("KEYS_PLAN")?))
    }

    /// Uses the plan with this name.
    #[must_use]
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name, id: OnceCell::new() }
    }

    /// Returns the name of the plan, which begins with that of the stack.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    async fn id(&self) -> Result<&str, Error> {
        Ok(self.id.get_or_try_init(|| self.find()).await?)
    }

    async fn find(&self) -> Result<String, Error> {
        let mut plans = self.client.get_usage_plans().into_paginator().items().send();
        while let Some(plan) = plans.next().await {
            let plan = plan?;
            if plan.name() == Some(&self.name)
                && let Some(id) = plan.id
            {
                return Ok(id);
            }
        }
        Err(format!("there is no usage plan {}", self.name).into())
    }

    /// Adds an API key to the plan. From then on, API Gateway accepts the key. Returns `false` if
    /// the API key was deleted.
    pub(crate) async fn add(&self, api_key_id: &str) -> Result<bool, ApiError> {
        let request = self.client.create_usage_plan_key().usage_plan_id(self.id().await?);
        let error = match request.key_id(api_key_id).key_type("API_KEY").send().await {
            Ok(_) => return Ok(true),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(CreateUsagePlanKeyError::NotFoundException(_)) => Ok(false),
            Some(CreateUsagePlanKeyError::TooManyRequestsException(_)) => Err(TOO_MANY),
            _ => Err(ApiError::Internal(error.into())),
        }
    }

    /// Reads the calls of an API key in the last 30 days (UTC), oldest first. Omits days without
    /// calls. `today` is the last day. An API key that is not in the plan has none.
    pub(crate) async fn usage(&self, api_key_id: &str, today: Date) -> Result<Vec<DayUsage>, ApiError> {
        let start = today.saturating_sub((DAYS - 1).days());
        let request = self.client.get_usage().usage_plan_id(self.id().await?).key_id(api_key_id);
        let request = request.start_date(start.to_string()).end_date(today.to_string());
        let usage = match request.send().await {
            Ok(usage) => usage,
            Err(error) => match error.as_service_error() {
                Some(GetUsageError::NotFoundException(_)) => return Ok(Vec::new()),
                Some(GetUsageError::TooManyRequestsException(_)) => return Err(TOO_MANY),
                _ => return Err(ApiError::Internal(error.into())),
            },
        };
        // The only entry, with one pair for each day: the calls of the day, and the rest of the
        // quota. The documentation does not say whether its name is the id or the value.
        let days = usage.items().and_then(|items| items.values().next()).into_iter().flatten();
        let dates = today.series((-1).day());
        let usage = dates.zip(days.rev()).filter_map(|(date, day)| {
            let calls = day.first().copied().and_then(|calls| u64::try_from(calls).ok())?;
            (calls > 0).then_some(DayUsage { date, calls })
        });
        let mut usage: Vec<_> = usage.collect();
        usage.reverse();
        Ok(usage)
    }
}
