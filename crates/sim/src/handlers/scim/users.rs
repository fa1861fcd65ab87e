//! Users of an identity provider.

use http::StatusCode;
use hubfolk_api::scim::{
    CreateScimUser, GetScimUser, ListScimUsers, RemoveScimUser, ReplaceScimUser, ScimAttribute,
    ScimChange, ScimEmail, ScimName, ScimUser as View, ScimUserChange, UpdateScimUser,
};
use serde_json::Value;

use super::super::{Ask, Behaviour, Change, Order, Show};
use super::{conflict, filter, id, meta, nothing, operation, page, place, text, truth};
use crate::answer::{Answer, Refusal};
use crate::id::ObjectId;
use crate::world::{Account, ChangeError, NewUser, OrgIx, ScimTree, ScimUser, World};

const UNKNOWN: &str = "User not found or not provisioned";

fn view(world: &World, org: OrgIx, tree: ScimTree, id: ObjectId, own: &ScimUser) -> View {
    let name = &world.user(own.user).name;
    let mut view = View::new(id.to_string(), name.to_string());
    view.external_id = Some(own.external_id.clone());
    view.display_name = Some(name.to_string());
    let mut names = ScimName::default();
    names.formatted = Some(format!("{} {}", own.given_name, own.family_name));
    names.given_name = Some(own.given_name.clone());
    names.family_name = Some(own.family_name.clone());
    view.name = Some(names);
    view.emails = own.email.iter().map(ScimEmail::primary).collect();
    view.active = Some(own.active);
    view.meta = Some(meta(world, org, tree, "User", id));
    view
}

fn found(world: &World, org: OrgIx, tree: ScimTree, id: ObjectId) -> Result<&ScimUser, Refusal> {
    let scim = world.scim(org, tree);
    scim.and_then(|scim| scim.users.get(&id)).ok_or_else(|| Refusal::not_found(UNKNOWN))
}

fn shown(world: &World, org: OrgIx, tree: ScimTree, id: ObjectId) -> Result<Answer, Refusal> {
    let own = found(world, org, tree, id)?;
    Ok(Answer::json(&view(world, org, tree, id, own)))
}

impl Show<ListScimUsers> for Behaviour {
    fn show(ask: &Ask<'_>, request: &ListScimUsers) -> Result<Answer, Refusal> {
        let (org, tree) = place(ask.world, &ask.caller, &request.organization, &request.tree)?;
        let wanted = filter(request.filter.as_deref())?;
        let fits = |id: ObjectId, own: &ScimUser| -> Result<bool, Refusal> {
            let Some((attribute, value)) = &wanted else { return Ok(true) };
            Ok(match attribute.as_str() {
                "id" => id.to_string() == *value,
                "userName" => ask.world.user(own.user).name.eq_ignore_ascii_case(value),
                "emails" | "emails.value" => own.email.as_ref() == Some(value),
                "externalId" => own.external_id.as_ref() == Some(value),
                _ => return Err(Refusal::invalid("Invalid filter", "filter")),
            })
        };
        let mut users = Vec::new();
        for (id, own) in ask.world.scim(org, tree).into_iter().flat_map(|scim| &scim.users) {
            if fits(*id, own)? {
                users.push(view(ask.world, org, tree, *id, own));
            }
        }
        page(users, request.start_index, request.count)
    }
}

impl Show<GetScimUser> for Behaviour {
    fn show(ask: &Ask<'_>, request: &GetScimUser) -> Result<Answer, Refusal> {
        let (org, tree) = place(ask.world, &ask.caller, &request.organization, &request.tree)?;
        shown(ask.world, org, tree, id(&request.user_id, UNKNOWN)?)
    }
}

impl Change<CreateScimUser> for Behaviour {
    fn change(order: &mut Order<'_>, request: &CreateScimUser) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let (org, tree) = place(order.world, &caller, &request.organization, &request.tree)?;
        let [email] = request.emails.as_slice() else {
            return Err(Refusal::invalid("Invalid input: expected one address", "emails"));
        };
        let active = request.active.unwrap_or(true);
        let known = match order.world.account(&request.user_name) {
            Some(Account::Org(_)) => return Err(conflict("This name is taken")),
            Some(Account::User(user)) => Some(user),
            None => None,
        };
        if let Some(user) = known {
            let id = order.world.user(user).id;
            if order.world.scim(org, tree).is_some_and(|scim| scim.users.contains_key(&id)) {
                order.world.set_active(org, tree, id, active, order.now);
                return Ok(shown(order.world, org, tree, id)?.status(StatusCode::CREATED));
            }
        }
        let names = request.name.as_ref();
        let user = match (known, tree) {
            (Some(user), ScimTree::Basic) => user,
            (Some(_), ScimTree::Managed) => return Err(conflict("User already exists")),
            (None, ScimTree::Basic) => return Err(Refusal::not_found("User not found")),
            (None, ScimTree::Managed) => {
                let Some(names) = names else {
                    return Err(Refusal::invalid("Invalid input: expected object", "name"));
                };
                let mut new = NewUser::named(&request.user_name);
                new.fullname = format!("{} {}", names.given_name, names.family_name);
                new.email = Some(email.value.clone());
                order.world.add_user(new).map_err(refused)?;
                let Some(Account::User(user)) = order.world.account(&request.user_name) else {
                    return Err(conflict("This name is taken"));
                };
                user
            }
        };
        let (given, family) = match names {
            Some(names) => (names.given_name.clone(), names.family_name.clone()),
            None => order.world.names_of(user),
        };
        let entry = (request.external_id.clone(), given, family, email.value.clone());
        let id = order.world.provision(org, tree, user, entry);
        order.world.set_active(org, tree, id, active, order.now);
        Ok(shown(order.world, org, tree, id)?.status(StatusCode::CREATED))
    }
}

fn refused(error: ChangeError) -> Refusal {
    match error {
        ChangeError::Taken(_) => conflict("User already exists"),
        other => Refusal::invalid(&other.to_string(), "userName"),
    }
}

/// What a user shall be after all changes; nothing is changed until all of them are known to fit.
#[derive(Default)]
struct Wanted {
    active: Option<bool>,
    external_id: Option<Option<String>>,
    user_name: Option<String>,
    email: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
}

impl Wanted {
    fn add(&mut self, tree: ScimTree, change: &ScimUserChange) -> Result<(), Refusal> {
        let Some(path) = &change.path else {
            let Value::Object(values) = &change.value else {
                return Err(Refusal::invalid("Invalid input: expected object", "value"));
            };
            return values
                .iter()
                .try_for_each(|(key, value)| self.set(tree, &key.as_str().into(), value));
        };
        match (&operation(&change.op), path) {
            (ScimChange::Remove, ScimAttribute::ExternalId) if tree == ScimTree::Managed => {
                self.external_id = Some(None);
                Ok(())
            }
            (ScimChange::Remove, _) => {
                Err(Refusal::bad_request("The remove operation is not supported for this path"))
            }
            (ScimChange::Add | ScimChange::Replace, path) => self.set(tree, path, &change.value),
            _ => Err(Refusal::invalid("Invalid option", "op")),
        }
    }

    fn set(&mut self, tree: ScimTree, path: &ScimAttribute, value: &Value) -> Result<(), Refusal> {
        if *path == ScimAttribute::Active {
            self.active = Some(truth(value)?);
            return Ok(());
        }
        if tree == ScimTree::Basic {
            return Err(Refusal::bad_request("Only the active field can be modified"));
        }
        let text = text(value, path.as_str())?.to_owned();
        match path {
            ScimAttribute::ExternalId => self.external_id = Some(Some(text)),
            ScimAttribute::UserName => self.user_name = Some(text),
            ScimAttribute::WorkEmail => self.email = Some(text),
            ScimAttribute::GivenName => self.given_name = Some(text),
            ScimAttribute::FamilyName => self.family_name = Some(text),
            _ => return Err(Refusal::invalid("Invalid option", "path")),
        }
        Ok(())
    }

    fn apply(
        self,
        order: &mut Order<'_>,
        org: OrgIx,
        tree: ScimTree,
        id: ObjectId,
    ) -> Result<Answer, Refusal> {
        let user = found(order.world, org, tree, id)?.user;
        if let Some(name) = &self.user_name {
            order.world.rename_account(user, name).map_err(refused)?;
        }
        if let Some(own) = order.world.scim_mut(org, tree).users.get_mut(&id) {
            own.external_id = self.external_id.unwrap_or(own.external_id.take());
            own.email = self.email.or(own.email.take());
            if let Some(name) = self.given_name {
                own.given_name = name;
            }
            if let Some(name) = self.family_name {
                own.family_name = name;
            }
        }
        if let Some(active) = self.active {
            order.world.set_active(org, tree, id, active, order.now);
        }
        shown(order.world, org, tree, id)
    }
}

impl Change<UpdateScimUser> for Behaviour {
    fn change(order: &mut Order<'_>, request: &UpdateScimUser) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let (org, tree) = place(order.world, &caller, &request.organization, &request.tree)?;
        let id = id(&request.user_id, UNKNOWN)?;
        found(order.world, org, tree, id)?;
        let mut wanted = Wanted::default();
        request.operations.iter().try_for_each(|change| wanted.add(tree, change))?;
        wanted.apply(order, org, tree, id)
    }
}

impl Change<ReplaceScimUser> for Behaviour {
    fn change(order: &mut Order<'_>, request: &ReplaceScimUser) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let (org, tree) = place(order.world, &caller, &request.organization, &request.tree)?;
        let id = id(&request.user_id, UNKNOWN)?;
        found(order.world, org, tree, id)?;
        let mut wanted = Wanted {
            active: Some(request.active.unwrap_or(true)),
            external_id: Some(Some(request.external_id.clone())),
            ..Wanted::default()
        };
        if tree == ScimTree::Managed {
            let (Some(name), Some(user_name)) = (&request.name, &request.user_name) else {
                let missing = if request.name.is_none() { "name" } else { "userName" };
                return Err(Refusal::invalid("Invalid input: expected a value", missing));
            };
            wanted.user_name = Some(user_name.clone());
            wanted.given_name = Some(name.given_name.clone());
            wanted.family_name = Some(name.family_name.clone());
            wanted.email = request.emails.iter().flatten().next().map(|email| email.value.clone());
        }
        wanted.apply(order, org, tree, id)
    }
}

impl Change<RemoveScimUser> for Behaviour {
    fn change(order: &mut Order<'_>, request: &RemoveScimUser) -> Result<Answer, Refusal> {
        let caller = order.caller()?;
        let tree = hubfolk_api::scim::ScimTree::Basic;
        let (org, tree) = place(order.world, &caller, &request.organization, &tree)?;
        let id = id(&request.user_id, UNKNOWN)?;
        found(order.world, org, tree, id)?;
        order.world.forget_scim_user(org, tree, id, order.now);
        Ok(nothing())
    }
}
