//! Requests for access to gated repositories.

use serde_json::{Value, json};

use crate::{
    call::{Call, Halt},
    commit::{Done, Plan},
    failure::Failure,
    listing::View,
    words::Source,
};

/// Most people that one call decides about.
const MOST_USERS: usize = 100;

impl Call<'_> {
    /// Who asks for access, and what they wrote.
    pub(crate) async fn access_requests(&self) -> Result<String, Halt> {
        let (kind, repo) = self.repo()?;
        let status = self.text("status").unwrap_or("pending");
        let call = self.operation(
            "list_access_requests",
            json!({ "type": kind, "repo": repo, "status": status }),
        )?;
        let name = format!("{kind} {repo} access requests");
        // The column `by` says who each is; their answers need no label of their own.
        let source = Source { labels: false, ..self.labelling(&name).await };
        let row = |mut row: Value| {
            self.mark(&mut row, &source);
            row["by"] = self.label(&name, &row["user"], None).relation.name().into();
            row["fullname"] = row["user"]["fullname"].clone();
            row["email"] = row["user"]["email"].clone();
            row["orgs"] = row["user"]["verifiedOrgNames"].clone();
            Some(row)
        };
        let columns: &[&str] = match status {
            "pending" => &["user", "by", "fullname", "orgs", "timestamp", "fields"],
            _ => &["user", "fullname", "timestamp", "reviewedAt", "grantedBy"],
        };
        Ok(self.list(call.as_ref(), &View::rows(columns, &row)).await?)
    }

    /// Accepts, rejects, resets, sends back to pending, or lets in without a request.
    pub(crate) async fn answer_access(&self) -> Result<String, Halt> {
        let (kind, repo) = self.repo()?;
        let action = self.need("action")?;
        let users = self.users().await?;
        let reason = self.text("reason");
        let mut calls = Vec::with_capacity(users.len());
        for user in &users {
            let call = match action {
                "grant" => self.operation(
                    "grant_access",
                    json!({ "type": kind, "repo": repo, "user": user }),
                )?,
                _ => {
                    let status = match action {
                        "accept" => "accepted",
                        "reject" => "rejected",
                        "reset" => "reset",
                        _ => "pending",
                    };
                    self.operation(
                        "handle_access_request",
                        json!({
                            "type": kind,
                            "repo": repo,
                            "user": user,
                            "status": status,
                            "rejectionReason": reason.filter(|_| action == "reject"),
                            "resetReason": reason.filter(|_| action == "reset"),
                        }),
                    )?
                }
            };
            calls.push(call);
        }
        let verb = match action {
            "accept" => "Accept",
            "reject" => "Reject",
            "reset" => "Reset",
            "grant" => "Grant access to",
            _ => "Send back to pending",
        };
        let what = format!("{verb} {} for {kind} {repo}", users.join(", "));
        match self.commit(Plan::new(what, calls)).await? {
            Done::Shown(text) => Ok(text),
            Done::Sent(answers) => {
                let first_failure =
                    answers.iter().find_map(|answer| answer.as_ref().err().cloned());
                if let (Some(failure), [_]) = (&first_failure, answers.as_slice()) {
                    return Err(failure.clone().into());
                }
                let rows = users.iter().enumerate().map(|(index, user)| match answers.get(index) {
                    Some(Ok(_)) => json!({ "user": user, "done": true }),
                    Some(Err(failure)) => json!({
                        "user": user,
                        "done": false,
                        "error": failure.code.as_str(),
                        "message": failure.message,
                    }),
                    None => json!({ "user": user, "done": false, "error": "not_sent" }),
                });
                Ok(json!({ "action": action, "results": rows.collect::<Vec<_>>() }).to_string())
            }
        }
    }

    async fn users(&self) -> Result<Vec<String>, Failure> {
        let given = self.arguments.get("users").and_then(Value::as_array);
        let given: Vec<&str> = given.into_iter().flatten().filter_map(Value::as_str).collect();
        if given.is_empty() || given.len() > MOST_USERS {
            return Err(Failure::invalid(format!("give 1 to {MOST_USERS} `users`")));
        }
        let mut users = Vec::with_capacity(given.len());
        for user in given {
            let user = self.name(user).await?;
            if !users.contains(&user) {
                users.push(user);
            }
        }
        Ok(users)
    }
}
