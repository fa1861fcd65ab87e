//! What surrounds every page: header, navigation, the organizations to choose from, problems.

use askama::Template;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use crate::access::{Caller, Role};
use crate::app::App;
use crate::assets;
use crate::problem::Problem;
use crate::question::Desk;

/// Organizations that the header lists; of more it names the page that lists all.
const MOST_LISTED: usize = 30;

/// A part of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// One organization at a glance.
    Overview,
    /// Its members; one member.
    Members,
    /// Its resource groups.
    Groups,
    /// What changed in it.
    Changes,
    /// Its syncs.
    Runs,
    /// How it is kept.
    Settings,
    /// Every organization.
    Organizations,
    /// What agents ask.
    Approvals,
    /// Who is signed in; tokens.
    Sessions,
    /// Who may sign in.
    Accounts,
    /// Who changed what in the service.
    Log,
    /// Any other page.
    Other,
}

/// An entry of the navigation.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its words.
    pub name: &'static str,
    /// Where it leads.
    pub url: String,
    /// Whether this page is in it.
    pub current: bool,
}

/// An organization to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its overview.
    pub url: String,
    /// Whether this page is about it.
    pub current: bool,
}

/// What surrounds a page.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// Who is signed in; empty when nobody is.
    pub who: String,
    /// The organization that the page is about, by its name in paths.
    pub org: Option<String>,
    /// Organizations to choose from.
    pub choices: Vec<Choice>,
    /// How many there are in all.
    pub orgs: usize,
    /// Pages about the organization.
    pub about_org: Vec<Entry>,
    /// Pages about the service.
    pub about_service: Vec<Entry>,
    /// The caller's role here.
    pub role: Option<Role>,
    /// Whether the organization shows its members' pictures.
    pub pictures: bool,
    /// Whether the service keeps the organization up to date; a ledger may hold others.
    pub kept: bool,
}

impl Shell {
    /// What surrounds a page of this section, about this organization if there is one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn new(desk: &mut Desk<'_>, section: Section, org: Option<&str>) -> Result<Self, Problem> {
        let orgs = desk.orgs()?;
        // A page about the service still offers the organization that there is.
        let current = org.map(str::to_owned).or_else(|| match orgs.as_slice() {
            [(name, _)] => Some(name.clone()),
            _ => None,
        });
        let row = orgs.iter().find(|(name, _)| Some(name) == current.as_ref());
        let shown = row.map(|(_, row)| row.id);
        let setting = shown.map(|id| desk.store().org_setting(id)).transpose()?.flatten();
        let access = &desk.caller().access;
        let role = match row {
            Some((_, row)) => access.role_in(row.id),
            None => access.best(),
        };
        let choices = orgs.iter().take(MOST_LISTED).map(|(name, _)| Choice {
            name: name.clone(),
            url: org_url(name, ""),
            current: Some(name) == org.map(str::to_owned).as_ref(),
        });
        Ok(Self {
            who: desk.caller().who.clone(),
            choices: choices.collect(),
            orgs: orgs.len(),
            about_org: current
                .as_deref()
                .map_or_else(Vec::new, |org| about_org(org, section, role >= Some(Role::Admin))),
            about_service: about_service(section, access.everywhere),
            org: org.map(str::to_owned),
            role,
            kept: setting.is_some(),
            pictures: setting.is_some_and(|setting| setting.avatars),
        })
    }

    /// Whether the caller may do what takes this role.
    #[must_use]
    pub fn may(&self, role: Role) -> bool {
        self.role >= Some(role)
    }

    /// Whether the caller may have the organization synced now.
    #[must_use]
    pub fn may_sync(&self) -> bool {
        self.kept && self.may(Role::Approver)
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub fn signed_in(&self) -> bool {
        !self.who.is_empty()
    }

    /// The address of a file of the dashboard.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }
}

/// The address of a page about an organization: `org_url("acme", "/members")`.
#[must_use]
pub fn org_url(org: &str, page: &str) -> String {
    format!("/orgs/{}{page}", segment(org))
}

/// A text as one segment of a path.
#[must_use]
pub fn segment(text: &str) -> String {
    const KEPT: percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~')
        .remove(b'@');
    percent_encoding::utf8_percent_encode(text, &KEPT).to_string()
}

fn about_org(org: &str, section: Section, admin: bool) -> Vec<Entry> {
    let entry = |name, page, of| Entry { name, url: org_url(org, page), current: section == of };
    let mut entries = vec![
        entry("Overview", "", Section::Overview),
        entry("Members", "/members", Section::Members),
        entry("Groups", "/groups", Section::Groups),
        entry("Changes", "/changes", Section::Changes),
        entry("Runs", "/runs", Section::Runs),
    ];
    if admin {
        entries.push(entry("Settings", "/settings", Section::Settings));
    }
    entries
}

fn about_service(section: Section, role: Option<Role>) -> Vec<Entry> {
    let entry = |name, url: &str, of| Entry { name, url: url.to_owned(), current: section == of };
    let mut entries = vec![entry("Organizations", "/orgs", Section::Organizations)];
    if role >= Some(Role::Approver) {
        entries.push(entry("Approvals", "/approvals", Section::Approvals));
    }
    entries.push(entry("Sessions", "/sessions", Section::Sessions));
    if role >= Some(Role::Admin) {
        entries.push(entry("Accounts", "/accounts", Section::Accounts));
        entries.push(entry("Log", "/log", Section::Log));
    }
    entries
}

/// A page as it is sent.
///
/// # Errors
///
/// When a template fails, which none does on data.
pub fn page(template: &impl Template) -> Result<Response, Problem> {
    match template.render() {
        Ok(text) => Ok(Html(text).into_response()),
        Err(error) => Err(Problem::internal(&error)),
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    shell: Shell,
    problem: &'a Problem,
    title: &'static str,
}

/// The page for an address that leads nowhere.
pub(crate) async fn no_such_page() -> Problem {
    Problem::not_found("there is no such page").hint("the header leads to those there are")
}

/// Gives problems the form that was asked for: JSON to programs, a page to people.
pub(crate) async fn render_problems(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let for_program = wants_json(request.uri().path(), request.headers());
    let method = request.method().clone();
    let partial = request.headers().contains_key("hx-request");
    let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut response = next.run(request).await;
    let caller = response.extensions_mut().remove::<Caller>();
    let problem = match response.extensions_mut().remove::<Box<Problem>>() {
        Some(problem) => problem,
        None => match bare(response.status()) {
            // Of axum and the layers: a body that is too large, a method that is not there. A page
            // that says itself what is wrong, such as a form, stays as it is.
            Some(problem) if !is_page(&response) => Box::new(problem),
            _ => return response,
        },
    };
    if problem.status == StatusCode::UNAUTHORIZED && !for_program {
        let back = if method == http::Method::GET { target } else { String::new() };
        let url = crate::session::sign_in_url(&back);
        // A part of a page cannot be the page of signing in: the browser is sent there as a whole.
        return match partial {
            true => (StatusCode::UNAUTHORIZED, [("hx-redirect", url)]).into_response(),
            false => axum::response::Redirect::to(&url).into_response(),
        };
    }
    let (status, mut headers) = (response.status(), std::mem::take(response.headers_mut()));
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
    if for_program {
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer"));
        }
        return (status, headers, axum::Json(json!({ "error": problem }))).into_response();
    }
    let shell = match caller {
        Some(caller) => {
            let shell =
                app.read(&caller, Role::Viewer, |desk| Shell::new(desk, Section::Other, None));
            shell.await.unwrap_or_default()
        }
        None => Shell::default(),
    };
    let template = ProblemPage { shell, title: title(status), problem: &problem };
    match template.render() {
        Ok(text) => (status, headers, Html(text)).into_response(),
        Err(_) => (status, headers, problem.message.clone()).into_response(),
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Whether an answer is for a program.
fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    path.starts_with("/api/")
        || matches!(path, "/readyz" | "/healthz" | "/metrics")
        || accept.is_some_and(|accept| {
            accept.contains("application/json") && !accept.contains("text/html")
        })
}

/// A problem for an error answer that says nothing.
fn bare(status: StatusCode) -> Option<Problem> {
    let problem = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "method", "this address does not take this method")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, "too_large", "the form is larger than this service takes")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(status, "media_type", "this takes a form, as browsers send it")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            Problem::new(status, "timeout", "this took too long and was given up")
        }
        status if status.is_client_error() => {
            Problem::new(status, "invalid", "what was sent is not understood")
        }
        status if status.is_server_error() => {
            Problem::new(status, "internal", "this went wrong inside the service")
        }
        _ => return None,
    };
    Some(problem)
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "That is not understood",
        403 => "Not allowed",
        404 => "Not here",
        405 => "Not this way",
        409 => "Not possible now",
        429 => "Too often",
        503 => "The database is away",
        _ => "Something went wrong",
    }
}
