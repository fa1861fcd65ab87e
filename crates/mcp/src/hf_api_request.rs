//! `hf_api_request`: the tool that agent cards already use, held to a list.
//!
//! A request is an operation of the table with its arguments or it is none: the path is taken
//! apart, matched with the operations allowed here, and built anew from the operation's fields.
//! Nothing of the text that was given travels on by itself.

mod endpoint;

use futures_util::StreamExt;
use hubfolk_api::Effect;
use serde_json::{Map, Value, json};

use crate::{
    budget,
    call::{Call, Halt},
    commit::{Done, Plan},
    failure::{Code, Failure},
    operations::{Arguments, Call as Operation},
    repair, text,
};

pub use self::endpoint::{ALLOWED, allowed_paths, check};

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The path below `/api`.
    pub endpoint: String,
    /// `GET` or `POST`.
    pub method: String,
    /// The query.
    pub params: Arguments,
    /// The body of a `POST`.
    pub json_body: Option<Arguments>,
}

/// Longest text that is handed out when an answer is no JSON, in characters.
const LONGEST_TEXT: usize = 2_000;

impl Call<'_> {
    /// Does a request by its path.
    pub(crate) async fn request(&self) -> Result<String, Halt> {
        let object = |name: &str| self.arguments.get(name).and_then(Value::as_object).cloned();
        let request = Request {
            endpoint: self
                .arguments
                .get("endpoint")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            method: self.text("method").unwrap_or("GET").to_owned(),
            params: object("params").unwrap_or_default(),
            json_body: object("json_body"),
        };
        let most = match self.arguments.get("max_results").and_then(Value::as_i64) {
            None => self.server.max_results,
            Some(most) if most < 1 => {
                return Err(Failure::invalid("max_results must be 1 or more")
                    .hint("leave it out for the default")
                    .into());
            }
            Some(most) => usize::try_from(most).unwrap_or(usize::MAX),
        };
        let offset = self.arguments.get("offset").and_then(Value::as_i64).unwrap_or(0).max(0);
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let call = check(&request)?;
        self.note(|noted| noted.operation = Some(call.operation().name));
        let source = call.operation().name;
        let mut answer = if call.effect() == Effect::Read {
            if self.dry_run() {
                let request = call.request()?;
                return Ok(json!({ "dry_run": [{ "method": "GET", "path": request.uri().to_string(), "body": null }] })
                    .to_string());
            }
            match call.pages(&self.hub, None) {
                Some(_) => self.slice(call.as_ref(), offset, most).await?,
                None => self.whole(call.as_ref()).await?,
            }
        } else {
            let what =
                format!("{} {}", request.method.to_uppercase(), call.request()?.uri().path());
            match self.commit(Plan::one(what, call)).await? {
                Done::Shown(text) => return Ok(text),
                Done::Sent(answers) => {
                    let answer = answers.into_iter().next().ok_or_else(|| {
                        Failure::new(Code::Internal, "there was nothing to send")
                    })??;
                    shown(&answer)?
                }
            }
        };
        text::clean_value(&mut answer["data"]);
        self.guard(&mut answer["data"], source).await;
        Ok(within(answer).to_string())
    }

    /// One answer.
    async fn whole(&self, call: &dyn Operation) -> Result<Value, Failure> {
        shown(&call.send(&self.hub).await?)
    }

    /// The part of a list that was asked for, over as many pages as that takes.
    async fn slice(
        &self,
        call: &dyn Operation,
        offset: usize,
        most: usize,
    ) -> Result<Value, Failure> {
        let pages = call.pages(&self.hub, None);
        let mut pages = pages.ok_or_else(|| Failure::new(Code::Internal, "it is no list"))?;
        let end = offset.saturating_add(most);
        let mut items: Vec<Value> = Vec::new();
        let mut first: Option<(String, u16, Map<String, Value>)> = None;
        let (mut before, mut has_more) = (0_usize, false);
        let mut total = None;
        while let Some(page) = pages.next().await {
            let page = page?;
            if first.is_none() {
                first = Some((page.url.clone(), page.status.as_u16(), page.envelope.clone()));
                total = page.envelope.get("count").and_then(Value::as_u64);
            }
            let decoded = page.decode::<Value>()?.items;
            let count = decoded.len();
            let from = offset.saturating_sub(before).min(count);
            let to = end.saturating_sub(before).min(count);
            items.extend(decoded.into_iter().take(to).skip(from));
            has_more = before + count > end || page.next.is_some();
            before += count;
            if before >= end || items.len() >= most {
                break;
            }
        }
        let (url, status, envelope) = first.unwrap_or_default();
        let mut page = json!({ "returned": items.len(), "has_more": has_more });
        if has_more {
            page["next_offset"] = (offset + items.len()).into();
        }
        if let Some(total) = total {
            page["total"] = total.into();
        }
        let data = match endpoint::items_key(call) {
            Some(key) => {
                let mut envelope = envelope;
                envelope.insert(key.to_owned(), Value::Array(items));
                Value::Object(envelope)
            }
            None => Value::Array(items),
        };
        Ok(json!({ "url": url, "status": status, "data": data, "page": page }))
    }
}

/// An answer in the tool's form. A page for browsers is no answer.
fn shown(answer: &hubfolk::RawAnswer) -> Result<Value, Failure> {
    let data = match answer.json() {
        Some(data) => data,
        None if answer.content_type.as_deref().is_some_and(|kind| kind.contains("html")) => {
            return Err(Failure::new(Code::HubFailed, "the Hub answered a web page, not data")
                .hint("try again later, or check the endpoint"));
        }
        None => {
            let text = String::from_utf8_lossy(&answer.body);
            budget::cut(&text, LONGEST_TEXT).unwrap_or_else(|| text.into_owned()).into()
        }
    };
    Ok(json!({ "url": answer.url, "status": answer.status.as_u16(), "data": data }))
}

/// The answer within what any call may cost; what is left out is said in `page`.
fn within(mut answer: Value) -> Value {
    if budget::tokens(&answer.to_string()) <= budget::MOST {
        return answer;
    }
    let key = answer["data"].as_object().and_then(|data| {
        data.iter().find(|(_, value)| value.is_array()).map(|(key, _)| key.clone())
    });
    let list = |answer: &mut Value| match &key {
        Some(key) if answer.get("page").is_some() => {
            answer["data"][key.as_str()].as_array().cloned()
        }
        None => answer["data"].as_array().cloned(),
        _ => None,
    };
    if let Some(mut items) = list(&mut answer) {
        let costs: Vec<usize> =
            items.iter().map(|item| budget::tokens(&item.to_string()) + 1).collect();
        let mut used = 300;
        let kept = costs.iter().take_while(|cost| {
            used += **cost;
            used <= budget::MOST
        });
        let kept = kept.count().max(1);
        let was = items.len();
        items.truncate(kept);
        let place = match &key {
            Some(key) => &mut answer["data"][key.as_str()],
            None => &mut answer["data"],
        };
        *place = Value::Array(items);
        let next = answer["page"]["next_offset"].as_u64().unwrap_or_default();
        let end = answer["page"]["returned"].as_u64().unwrap_or(was as u64);
        // What was cut comes with the next offset.
        let start = if next > 0 { next - end } else { 0 };
        answer["page"]["returned"] = kept.into();
        answer["page"]["has_more"] = (kept < was || answer["page"]["has_more"] == true).into();
        answer["page"]["next_offset"] = (start + kept as u64).into();
        answer["page"]["cut"] = format!("at {} tokens", budget::MOST).into();
    }
    if budget::tokens(&answer.to_string()) > budget::MOST {
        let data = answer["data"].take();
        answer["data"] = budget::within(data, budget::MOST - 300);
        answer["page"]["cut"] = format!("at {} tokens", budget::MOST).into();
    }
    answer
}

/// Arguments of this tool as models send them: `params` and bodies as JSON in text, `"null"`.
pub(crate) fn repaired(mut arguments: Arguments) -> Arguments {
    for name in ["params", "json_body"] {
        if let Some(value) = arguments.get_mut(name) {
            let taken = repair::value(value.take());
            *value =
                repair::fit(taken.clone(), &[crate::operations::Kind::Object]).unwrap_or(taken);
        }
    }
    arguments
}
