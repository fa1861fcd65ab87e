//! Members of an organization and their roles, on the Hub.

use serde_json::{Value, json};

use crate::{
    call::{Call, Halt},
    commit::Plan,
    failure::{Code, Failure},
    listing::View,
    repair,
};

impl Call<'_> {
    /// Invites, removes, changes roles.
    pub(crate) async fn manage_member(&self) -> Result<String, Halt> {
        let organization = repair::name(self.need("organization")?);
        let action = self.need("action")?;
        let given = self.need("user")?;
        let by_email = action == "invite" && given.contains('@') && !given.starts_with('@');
        let user = if by_email { given.to_owned() } else { self.name(given).await? };
        let (what, operation, arguments) = match action {
            "set_role" => {
                let role = self.need("role")?;
                let (user, was, groups) = self.groups_of(&organization, &user).await?;
                (
                    format!("Make {user} {role} in {organization}, {was} until now"),
                    "change_organization_member_role",
                    json!({
                        "organization": organization,
                        "username": user,
                        "role": role,
                        "resourceGroups": groups,
                    }),
                )
            }
            "invite" => {
                let role = self.text("role").unwrap_or("read");
                let mut arguments = json!({ "organization": organization, "role": role });
                arguments[if by_email { "email" } else { "username" }] = user.as_str().into();
                (
                    format!("Invite {user} into {organization} as {role}"),
                    "invite_organization_member",
                    arguments,
                )
            }
            _ => (
                format!("Remove {user} from {organization}"),
                "remove_organization_member",
                json!({ "organization": organization, "username": user }),
            ),
        };
        let call = self.operation(operation, arguments)?;
        match self.commit_one(Plan::one(what, call)).await? {
            Err(shown) => Ok(shown),
            Ok(_) => Ok(json!({ "done": action, "user": user }).to_string()),
        }
    }

    /// A member's name, role and groups: whoever sets a role sets the groups with it.
    async fn groups_of(
        &self,
        organization: &str,
        user: &str,
    ) -> Result<(String, String, Vec<Value>), Failure> {
        let search = json!({ "organization": organization, "search": user });
        let call = self.operation("list_organization_members", search)?;
        let (members, _) = self.every(call.as_ref(), &View::of(&[])).await?;
        let same = |member: &&Value| {
            member["user"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(user))
        };
        let member = members.iter().find(same).ok_or_else(|| {
            let user = repair::excerpt(user, 60);
            Failure::new(Code::NotFound, format!("`{user}` is no member of `{organization}`"))
        })?;
        let groups = member["resourceGroups"].as_array().and_then(|groups| {
            groups
                .iter()
                .map(|group| {
                    let (id, role) = (group["id"].as_str()?, group["role"].as_str()?);
                    Some(json!({ "id": id, "role": role }))
                })
                .collect::<Option<Vec<_>>>()
        });
        let groups = groups.ok_or_else(|| {
            Failure::new(Code::Forbidden, "the member's groups cannot be seen, and would be lost")
                .hint("an administrator's token sees them; nothing was changed")
        })?;
        let name = member["user"].as_str().unwrap_or(user).to_owned();
        Ok((name, crate::format::cell(member.get("role")), groups))
    }
}
