//! The questions about usage.

use bon::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{InferenceSessionUsage, JobsUsage, ResourceGroupUsage, Usage};
use crate::{
    endpoint::{Endpoint, Operation},
    id::{self, Invalid},
    table::Visitor,
};

/// Shows every operation of this file to the visitor.
pub(super) fn visit(visitor: &mut impl Visitor) {
    visitor.call::<GetOrganizationUsage>();
    visitor.call::<GetOrganizationUsageV2>();
    visitor.call::<GetOrganizationUsageByResourceGroup>();
    visitor.call::<GetOrganizationUsageByInferenceSession>();
    visitor.call::<GetUsage>();
    visitor.call::<GetUsageV2>();
    visitor.call::<GetUsageByInferenceSession>();
    visitor.call::<GetUsageJobs>();
}

fn check_period(period_id: Option<&str>) -> Result<(), Invalid> {
    period_id.map_or(Ok(()), |id| id::object_id("billing period", id))
}

fn check_times(start: u64, end: u64) -> Result<(), Invalid> {
    if start == 0 {
        return Err(Invalid::new("startDate", "0", "is no time; for example 1767225600"));
    }
    if end < start {
        let rule = "is before startDate; times are in Unix seconds";
        return Err(Invalid::new("endDate", end.to_string(), rule));
    }
    Ok(())
}

/// Dates as the Hub takes them: with the time of day, in UTC.
fn check_dates(start: Option<&str>, end: Option<&str>) -> Result<(), Invalid> {
    for (field, date) in [("startDate", start), ("endDate", end)] {
        let fits = date.is_none_or(|date| {
            date.len() >= 20 && date.as_bytes()[10] == b'T' && date.ends_with('Z')
        });
        if !fits {
            let rule = "is no time in UTC; for example 2026-01-31T00:00:00Z";
            return Err(Invalid::new(field, date.unwrap_or_default(), rule));
        }
    }
    match (start, end) {
        (Some(start), Some(end)) if end < start => {
            Err(Invalid::new("endDate", end, "is before startDate"))
        }
        _ => Ok(()),
    }
}

/// Get what an organization used in a billing period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetOrganizationUsage {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Which billing period; the present one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub period_id: Option<String>,
}

impl GetOrganizationUsage {
    /// The present billing period.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self::builder(organization).build()
    }
}

impl Endpoint for GetOrganizationUsage {
    const OPERATION: Operation = Operation::get(
        "get_organization_usage",
        "/api/organizations/{organization}/billing/usage",
        "Get what an organization used in a billing period",
    );
    type Response = Usage;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        check_period(self.period_id.as_deref())
    }
}

/// Get what an organization used between two times.
///
/// The document does not say what the answer holds; it is kept as it comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetOrganizationUsageV2 {
    /// Name of the organization.
    pub organization: String,
    /// Since when, in Unix seconds.
    #[schemars(range(min = 1))]
    pub start_date: u64,
    /// Until when, in Unix seconds.
    #[schemars(range(min = 1))]
    pub end_date: u64,
}

impl GetOrganizationUsageV2 {
    /// Between these times, in Unix seconds.
    #[must_use]
    pub fn new(organization: impl Into<String>, start_date: u64, end_date: u64) -> Self {
        Self { organization: organization.into(), start_date, end_date }
    }
}

impl Endpoint for GetOrganizationUsageV2 {
    const OPERATION: Operation = Operation::get(
        "get_organization_usage_v2",
        "/api/organizations/{organization}/billing/usage-v2",
        "Get what an organization used between two times",
    );
    type Response = Map<String, Value>;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        check_times(self.start_date, self.end_date)
    }
}

/// Get what each resource group of an organization used, month by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetOrganizationUsageByResourceGroup {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Since when, ISO 8601 in UTC, at most 12 months ago; this month when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub start_date: Option<String>,
    /// Until when, ISO 8601 in UTC; now when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub end_date: Option<String>,
}

impl GetOrganizationUsageByResourceGroup {
    /// This month.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self::builder(organization).build()
    }
}

impl Endpoint for GetOrganizationUsageByResourceGroup {
    const OPERATION: Operation = Operation::get(
        "get_organization_usage_by_resource_group",
        "/api/organizations/{organization}/billing/usage-by-resource-group",
        "Get what each resource group of an organization used, month by month",
    );
    type Response = ResourceGroupUsage;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        check_dates(self.start_date.as_deref(), self.end_date.as_deref())
    }
}

/// Get what each inference session of an organization used, month by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetOrganizationUsageByInferenceSession {
    /// Name of the organization.
    #[builder(start_fn)]
    pub organization: String,
    /// Since when, ISO 8601 in UTC, at most 12 months ago; this month when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub start_date: Option<String>,
    /// Until when, ISO 8601 in UTC; now when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub end_date: Option<String>,
}

impl GetOrganizationUsageByInferenceSession {
    /// This month.
    #[must_use]
    pub fn new(organization: impl Into<String>) -> Self {
        Self::builder(organization).build()
    }
}

impl Endpoint for GetOrganizationUsageByInferenceSession {
    const OPERATION: Operation = Operation::get(
        "get_organization_usage_by_inference_session",
        "/api/organizations/{organization}/billing/usage-by-inference-session",
        "Get what each inference session of an organization used, month by month",
    );
    type Response = InferenceSessionUsage;

    fn validate(&self) -> Result<(), Invalid> {
        id::organization_name(&self.organization)?;
        check_dates(self.start_date.as_deref(), self.end_date.as_deref())
    }
}

/// Get what the caller used in a billing period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder, Default)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetUsage {
    /// Which billing period; the present one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 24, max = 24), regex(pattern = "^[0-9a-f]{24}$"))]
    pub period_id: Option<String>,
}

impl GetUsage {
    /// The present billing period.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }
}

impl Endpoint for GetUsage {
    const OPERATION: Operation = Operation::get(
        "get_usage",
        "/api/settings/billing/usage",
        "Get what the caller used in a billing period",
    );
    type Response = Usage;

    fn validate(&self) -> Result<(), Invalid> {
        check_period(self.period_id.as_deref())
    }
}

/// Get what the caller used between two times.
///
/// The document does not say what the answer holds; it is kept as it comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetUsageV2 {
    /// Since when, in Unix seconds.
    #[schemars(range(min = 1))]
    pub start_date: u64,
    /// Until when, in Unix seconds.
    #[schemars(range(min = 1))]
    pub end_date: u64,
}

impl GetUsageV2 {
    /// Between these times, in Unix seconds.
    #[must_use]
    pub fn new(start_date: u64, end_date: u64) -> Self {
        Self { start_date, end_date }
    }
}

impl Endpoint for GetUsageV2 {
    const OPERATION: Operation = Operation::get(
        "get_usage_v2",
        "/api/settings/billing/usage-v2",
        "Get what the caller used between two times",
    );
    type Response = Map<String, Value>;

    fn validate(&self) -> Result<(), Invalid> {
        check_times(self.start_date, self.end_date)
    }
}

/// Get what each inference session of the caller used, month by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Builder, Default)]
#[serde(rename_all = "camelCase")]
#[builder(on(String, into))]
#[non_exhaustive]
pub struct GetUsageByInferenceSession {
    /// Since when, ISO 8601 in UTC, at most 12 months ago; this month when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub start_date: Option<String>,
    /// Until when, ISO 8601 in UTC; now when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub end_date: Option<String>,
}

impl GetUsageByInferenceSession {
    /// This month.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }
}

impl Endpoint for GetUsageByInferenceSession {
    const OPERATION: Operation = Operation::get(
        "get_usage_by_inference_session",
        "/api/settings/billing/usage-by-inference-session",
        "Get what each inference session of the caller used, month by month",
    );
    type Response = InferenceSessionUsage;

    fn validate(&self) -> Result<(), Invalid> {
        check_dates(self.start_date.as_deref(), self.end_date.as_deref())
    }
}

/// Get what the caller's jobs used in the present billing period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
#[non_exhaustive]
pub struct GetUsageJobs {}

impl GetUsageJobs {
    /// The present billing period.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Endpoint for GetUsageJobs {
    const OPERATION: Operation = Operation::get(
        "get_usage_jobs",
        "/api/settings/billing/usage/jobs",
        "Get what the caller's jobs used in the present billing period",
    );
    type Response = JobsUsage;
}
