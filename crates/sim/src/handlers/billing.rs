//! What accounts use and pay for. A billing period is a month of the calendar.

use hubfolk_api::billing::{
    ComputeUsage, GetOrganizationUsage, GetOrganizationUsageByInferenceSession,
    GetOrganizationUsageByResourceGroup, GetOrganizationUsageV2, GetUsage,
    GetUsageByInferenceSession, GetUsageJobs, GetUsageV2, GroupUsage, InferenceMonth,
    InferenceSession, InferenceSessionUsage, InferenceUsage, JobUsage, JobsUsage, MachineUsage,
    ResourceGroupMonth, ResourceGroupUsage, StorageUsage, Usage, UsageItem, UsagePeriod,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::resource_groups::needs_plan;
use super::{Ask, Behaviour, Show};
use crate::answer::{Answer, Refusal};
use crate::clock::wire_date;
use crate::id::ObjectId;
use crate::visibility::organization;
use crate::world::{Account, BilledItem, BilledSession, Billing, OrgIx};

/// How far back the Hub looks.
const MONTHS: usize = 12;

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Month(Date);

impl Month {
    fn of(at: Timestamp) -> Self {
        Self(at.to_zoned(TimeZone::UTC).date().first_of_month())
    }

    fn before(self) -> Self {
        Self(self.0.yesterday().unwrap_or(self.0).first_of_month())
    }

    fn after(self) -> Self {
        Self(self.0.last_of_month().tomorrow().unwrap_or(self.0))
    }

    fn start(self) -> Timestamp {
        self.0.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
    }

    fn end(self) -> Timestamp {
        self.after().start()
    }

    fn has(self, at: Timestamp) -> bool {
        (self.start()..self.end()).contains(&at)
    }

    /// The id of an account's period: the month's beginning, then the account.
    fn id(self, account: ObjectId) -> ObjectId {
        let seconds = u32::try_from(self.start().as_second()).unwrap_or_default();
        ObjectId::from_parts(seconds, account.sequence())
    }
}

/// An account with what it uses.
struct Billed<'a> {
    id: ObjectId,
    name: &'a str,
    kind: &'static str,
    billing: Option<&'a Billing>,
    now: Timestamp,
}

impl Ask<'_> {
    fn billed_organization(&self, name: &str) -> Result<(Billed<'_>, OrgIx), Refusal> {
        let index = organization(self.world, name)?;
        let org = self.world.org(index);
        self.caller.may_inspect(self.world, org, &["org.read", "org.write"])?;
        let billing = self.world.billing(Account::Org(index));
        Ok((Billed { id: org.id, name: &org.name, kind: "org", billing, now: self.now }, index))
    }

    fn billed_caller(&self) -> Result<Billed<'_>, Refusal> {
        let index = self.caller.logged_in()?;
        let user = self.world.user(index);
        let billing = self.world.billing(Account::User(index));
        Ok(Billed { id: user.id, name: &user.name, kind: "user", billing, now: self.now })
    }

    /// The months from one date to the other, oldest first; this one when none is given.
    fn months(&self, start: Option<&str>, end: Option<&str>) -> Result<Vec<Month>, Refusal> {
        let date = |text: Option<&str>, field: &str| {
            let invalid = || Refusal::invalid("Invalid ISO datetime", field);
            text.map(|text| text.parse::<Timestamp>().map_err(|_| invalid())).transpose()
        };
        let end = date(end, "endDate")?.unwrap_or(self.now);
        let start = date(start, "startDate")?.unwrap_or_else(|| Month::of(end).start());
        if start > end {
            return Err(Refusal::invalid("startDate must be before endDate", "startDate"));
        }
        let oldest = (0..MONTHS).fold(Month::of(self.now), |month, _| month.before());
        if start < oldest.start() || end > Month::of(self.now).end() {
            let problem = "Both dates must fall within the last 12 months";
            return Err(Refusal::invalid(problem, "startDate"));
        }
        let mut months = vec![Month::of(start)];
        while let Some(last) = months.last().filter(|last| last.end() <= end) {
            months.push(last.after());
        }
        Ok(months)
    }
}

impl Billed<'_> {
    fn items(&self) -> impl Iterator<Item = &BilledItem> {
        let items = self.billing.into_iter().flat_map(|billing| &billing.items);
        // A world may know what somebody is going to use.
        items.filter(|item| item.started_at <= self.now)
    }

    fn used_sessions(&self) -> impl Iterator<Item = &BilledSession> {
        let sessions = self.billing.into_iter().flat_map(|billing| &billing.sessions);
        sessions.filter(|session| session.at <= self.now)
    }

    fn usage<'a>(&self, items: impl Iterator<Item = &'a BilledItem>) -> Vec<(String, UsageItem)> {
        let view = |item: &BilledItem| {
            let mut view = UsageItem::default();
            view.entity_id = Some(self.id.to_string());
            view.label.clone_from(&item.label);
            view.product.clone_from(&item.product);
            view.quantity = Some(item.quantity);
            view.started_at = Some(wire_date(item.started_at));
            view.stopped_at = Some(item.stopped_at.map(wire_date));
            view.free_grant = item.free.then_some(true);
            view.product_pretty_name = Some(item.pretty.clone());
            view.unit_label.clone_from(&item.unit);
            view.total_cost_micro_usd = Some(item.cost_micro_usd());
            view.unit_cost_micro_usd = Some(item.unit_cost_micro_usd);
            view.active = Some(item.stopped_at.is_none_or(|stopped| stopped > self.now));
            (item.category.clone(), view)
        };
        items.map(view).collect()
    }

    fn period(&self, wanted: Option<&str>) -> Result<Usage, Refusal> {
        let mut months =
            std::iter::successors(Some(Month::of(self.now)), |month| Some(month.before()));
        let month = match wanted {
            None => Month::of(self.now),
            Some(text) => months
                .by_ref()
                .take(MONTHS)
                .find(|month| month.id(self.id).to_string() == text)
                .ok_or_else(|| Refusal::not_found("Billing period not found"))?,
        };
        let mut period = UsagePeriod::new(month.id(self.id).to_string());
        period.entity_id = Some(self.id.to_string());
        period.entity_type = Some(self.kind.into());
        period.entity_name = Some(self.name.to_owned());
        period.period_start = Some(wire_date(month.start()));
        period.period_end = Some(wire_date(month.end()));
        let mut usage = Usage::new(period);
        let items = self.items().filter(|item| month.has(item.started_at));
        for (category, item) in self.usage(items) {
            usage.usage.entry(category).or_default().push(item);
        }
        Ok(usage)
    }

    fn between(&self, start: u64, end: u64) -> Result<Answer, Refusal> {
        let time = |seconds: u64, field: &str| {
            let time = i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
            time.ok_or_else(|| Refusal::invalid("Invalid date", field))
        };
        let (start, end) = (time(start, "startDate")?, time(end, "endDate")?);
        if start > end {
            return Err(Refusal::invalid("startDate must be before endDate", "startDate"));
        }
        let items = self.items().filter(|item| (start..=end).contains(&item.started_at));
        let mut usage: std::collections::BTreeMap<String, Vec<UsageItem>> = Default::default();
        for (category, item) in self.usage(items) {
            usage.entry(category).or_default().push(item);
        }
        Ok(Answer::json(&json!({
            "usage": usage, "startDate": wire_date(start), "endDate": wire_date(end),
        })))
    }

    fn sessions(&self, months: Vec<Month>) -> Answer {
        let mut all = InferenceSessionUsage::default();
        all.currency = Some("usd".to_owned());
        for month in months {
            let own = self.used_sessions().filter(|session| month.has(session.at)).map(|session| {
                InferenceSession::new(&session.id, session.requests, session.cost_cents)
            });
            all.periods.push(InferenceMonth::new(wire_date(month.start()), own.collect()));
        }
        Answer::json(&all)
    }

    /// What a group, or what belongs to none, used in a month.
    fn group(&self, month: Month, group: Option<ObjectId>) -> GroupUsage {
        let mut usage = GroupUsage::default();
        let (mut inference, mut storage) = (InferenceUsage::default(), StorageUsage::default());
        let (mut requests, mut cents, mut private, mut public) = (0.0, 0.0, 0.0, 0.0);
        for session in self.used_sessions() {
            if session.group == group && month.has(session.at) {
                requests += session.requests;
                cents += session.cost_cents;
            }
        }
        if let Some(billing) = self.billing {
            for stored in billing.storage.iter().filter(|stored| stored.group == group) {
                private += stored.private_gb;
                public += stored.public_gb;
            }
        }
        inference.request_count = Some(requests);
        inference.cost_cents = Some(cents);
        storage.private_gb = Some(private);
        storage.public_gb = Some(public);
        let machines = |kind: &str| {
            let mut machines = MachineUsage::default();
            let own = self.items().filter(|item| {
                item.group == group && month.has(item.started_at) && item.product.starts_with(kind)
            });
            let (mut seconds, mut micro) = (0.0, 0.0);
            for item in own {
                // Machines are counted in minutes.
                seconds += item.quantity * 60.0;
                micro += item.cost_micro_usd();
            }
            machines.uptime_sec = Some(seconds);
            machines.cost_cents = Some(micro / 10_000.0);
            Some(machines)
        };
        let mut compute = ComputeUsage::default();
        compute.spaces = machines("spaces/");
        compute.endpoints = machines("endpoints/");
        compute.jobs = machines("jobs/");
        usage.storage = Some(storage);
        usage.inference = Some(inference);
        usage.compute = Some(compute);
        usage
    }
}

impl Show<GetOrganizationUsage> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetOrganizationUsage) -> Result<Answer, Refusal> {
        let (billed, _) = ask.billed_organization(&request.organization)?;
        Ok(Answer::json(&billed.period(request.period_id.as_deref())?))
    }
}

impl Show<GetOrganizationUsageV2> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetOrganizationUsageV2) -> Result<Answer, Refusal> {
        let (billed, _) = ask.billed_organization(&request.organization)?;
        billed.between(request.start_date, request.end_date)
    }
}

impl Show<GetOrganizationUsageByResourceGroup> for Behaviour {
    fn show(
        ask: &Ask<'_>,
        request: &GetOrganizationUsageByResourceGroup,
    ) -> Result<Answer, Refusal> {
        let (billed, index) = ask.billed_organization(&request.organization)?;
        let org = ask.world.org(index);
        needs_plan(org)?;
        let mut all = ResourceGroupUsage::default();
        all.currency = Some("usd".to_owned());
        for month in ask.months(request.start_date.as_deref(), request.end_date.as_deref())? {
            let mut groups: Vec<GroupUsage> = org
                .groups
                .iter()
                .map(|group| {
                    let mut usage = billed.group(month, Some(group.id));
                    usage.id = Some(group.id.to_string());
                    usage.name = Some(group.name.to_string());
                    usage
                })
                .collect();
            groups.push(billed.group(month, None));
            all.periods.push(ResourceGroupMonth::new(wire_date(month.start()), groups));
        }
        Ok(Answer::json(&all))
    }
}

impl Show<GetOrganizationUsageByInferenceSession> for Behaviour {
    fn show(
        ask: &Ask<'_>,
        request: &GetOrganizationUsageByInferenceSession,
    ) -> Result<Answer, Refusal> {
        let (billed, _) = ask.billed_organization(&request.organization)?;
        let (start, end) = (request.start_date.as_deref(), request.end_date.as_deref());
        Ok(billed.sessions(ask.months(start, end)?))
    }
}

impl Show<GetUsage> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetUsage) -> Result<Answer, Refusal> {
        let billed = ask.billed_caller()?;
        Ok(Answer::json(&billed.period(request.period_id.as_deref())?))
    }
}

impl Show<GetUsageV2> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetUsageV2) -> Result<Answer, Refusal> {
        ask.billed_caller()?.between(request.start_date, request.end_date)
    }
}

impl Show<GetUsageByInferenceSession> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetUsageByInferenceSession) -> Result<Answer, Refusal> {
        let billed = ask.billed_caller()?;
        let (start, end) = (request.start_date.as_deref(), request.end_date.as_deref());
        Ok(billed.sessions(ask.months(start, end)?))
    }
}

impl Show<GetUsageJobs> for Behaviour {
    fn show(ask: &Ask<'_>, _: &GetUsageJobs) -> Result<Answer, Refusal> {
        let billed = ask.billed_caller()?;
        let month = Month::of(ask.now);
        let mut jobs = JobsUsage::default();
        let (mut minutes, mut micro) = (0.0, 0.0);
        for item in billed.items() {
            let Some(rest) = item.product.strip_prefix("jobs/") else { continue };
            if !month.has(item.started_at) {
                continue;
            }
            let mut job = JobUsage::new(item.label.clone().unwrap_or_default());
            job.hardware_flavor = rest.split('/').next().map(str::to_owned);
            job.total_minutes = Some(item.quantity);
            job.total_cost_micro_usd = Some(item.cost_micro_usd());
            job.started_at = Some(wire_date(item.started_at));
            job.completed_at = item.stopped_at.map(wire_date);
            minutes += item.quantity;
            micro += item.cost_micro_usd();
            jobs.usage.job_details.push(job);
        }
        jobs.usage.used_micro_usd = Some(micro);
        jobs.usage.total_minutes = Some(minutes);
        jobs.usage.period_start = Some(wire_date(month.start()));
        jobs.usage.period_end = Some(wire_date(month.end()));
        jobs.has_access = Some(true);
        Ok(Answer::json(&jobs))
    }
}
