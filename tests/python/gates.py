"""Gated repositories, from asking for access to the report."""

from checks import check, refused, same
from world import ADMIN, MEMBER, OUTSIDER, READER

REPO = "eve/gate"
OWNER = OUTSIDER
LISTS = ("pending", "accepted", "rejected")


def ask(hub, repo, token, **fields):
    """What the button on the page of a gated repository does; the client has no method for it."""
    url = f"{hub.address}/{repo}/ask-access"
    return hub.session().post(url, json=fields, headers=hub.headers(token=token), follow_redirects=False)


def lists(hub, repo=REPO, **kind):
    """Who is in which list."""
    found = {}
    for name in LISTS:
        requests = getattr(hub.api, f"list_{name}_access_requests")(repo, token=OWNER, **kind)
        found[name] = {request.username: request for request in requests}
    return found


def where(hub, user, repo=REPO):
    return [name for name, users in lists(hub, repo).items() if user in users]


@check
def somebody_asks_for_access_and_is_let_in(hub):
    refused(hub.errors.GatedRepoError, lambda: hub.api.auth_check(REPO, token=MEMBER), status=403)
    answer = ask(hub, REPO, MEMBER, Company="Acme", Country="CH")
    same(answer.status_code, 303)
    assert answer.headers["location"].endswith(f"/{REPO}"), answer.headers["location"]
    error = refused(hub.errors.GatedRepoError, lambda: hub.api.auth_check(REPO, token=MEMBER), status=403)
    assert "awaiting a review" in error.server_message, error.server_message

    found = lists(hub)
    same([sorted(users) for users in found.values()], [["bob"], [], []])
    request = found["pending"]["bob"]
    same((request.fullname, request.email, request.status), ("Bob", "bob@acme.com", "pending"))
    same(request.fields, {"Company": "Acme", "Country": "CH"})

    hub.api.accept_access_request(REPO, "bob", token=OWNER)
    same(where(hub, "bob"), ["accepted"])
    hub.api.auth_check(REPO, token=MEMBER)
    same(lists(hub)["accepted"]["bob"].timestamp, request.timestamp)


@check
def a_request_is_rejected_with_a_reason_taken_back_and_accepted_by_its_number(hub):
    hub.api.reject_access_request(REPO, "bob", rejection_reason="no company mail", token=OWNER)
    same(where(hub, "bob"), ["rejected"])
    error = refused(hub.errors.GatedRepoError, lambda: hub.api.auth_check(REPO, token=MEMBER), status=403)
    assert "has been rejected" in error.server_message, error.server_message
    # Asking again changes nothing.
    same(ask(hub, REPO, MEMBER).status_code, 303)
    same(where(hub, "bob"), ["rejected"])

    hub.api.cancel_access_request(REPO, "bob", token=OWNER)
    same(where(hub, "bob"), ["pending"])
    number = lists(hub)["pending"]["bob"].request_id
    hub.api.accept_access_request(REPO, request_id=number, token=OWNER)
    same(where(hub, "bob"), ["accepted"])
    same(lists(hub)["accepted"]["bob"].request_id, number)
    refused(ValueError, lambda: hub.api.accept_access_request(REPO, token=OWNER))
    refused(ValueError, lambda: hub.api.accept_access_request(REPO, "bob", request_id=number, token=OWNER))


@check
def access_is_granted_to_somebody_who_never_asked(hub):
    refused(hub.errors.GatedRepoError, lambda: hub.api.auth_check(REPO, token=ADMIN), status=403)
    hub.api.grant_access(REPO, "ada", token=OWNER)
    hub.api.auth_check(REPO, token=ADMIN)
    request = lists(hub)["accepted"]["ada"]
    # Who did not ask gave no address either.
    same((request.status, request.email, request.fields), ("accepted", None, None))
    again = lambda: hub.api.grant_access(REPO, "ada", token=OWNER)  # noqa: E731
    error = refused(hub.errors.BadRequestError, again, status=400)
    same(error.server_message, "That user already has access to the repo")


@check
def requests_that_cannot_be_handled_say_why(hub):
    def handle(user, **more):
        return lambda: hub.api.accept_access_request(more.pop("repo", REPO), user, token=OWNER, **more)

    error = refused(hub.errors.HfHubHTTPError, handle("bob"), status=404)
    same(error.server_message, "No access request found matching your criteria")
    error = refused(hub.errors.HfHubHTTPError, handle("nobody-here"), status=404)
    same(error.server_message, "User not found")
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.grant_access(REPO, "nobody-here", token=OWNER), status=404)
    long = lambda: hub.api.reject_access_request(REPO, "bob", rejection_reason="x" * 201, token=OWNER)  # noqa: E731
    refused(hub.errors.BadRequestError, long, status=400)
    open_repo = lambda: hub.api.grant_access("acme/open", "eve", token=ADMIN)  # noqa: E731
    error = refused(hub.errors.BadRequestError, open_repo, status=400)
    same(error.server_message, "model acme/open is not gated")
    same(error.response.headers["X-Error-Code"], "RepoNotGated")
    # The client's own rule; nothing is sent.
    refused(ValueError, lambda: hub.api.list_pending_access_requests(REPO, repo_type="kernel", token=OWNER))


@check
def requests_are_for_those_who_may_write(hub):
    for call in (
        lambda: hub.api.list_pending_access_requests(REPO, token=MEMBER),
        lambda: hub.api.accept_access_request(REPO, "ada", token=MEMBER),
        lambda: hub.api.reject_access_request(REPO, "ada", rejection_reason=None, token=MEMBER),
        lambda: hub.api.cancel_access_request(REPO, "ada", token=MEMBER),
        lambda: hub.api.grant_access(REPO, "eve", token=READER),
    ):
        refused(hub.errors.HfHubHTTPError, call, status=403)
    missing = lambda: hub.api.list_pending_access_requests("eve/none", token=OWNER)  # noqa: E731
    refused(hub.errors.RepositoryNotFoundError, missing, status=404)


@check
def a_long_list_of_requests_is_read_over_several_pages(hub):
    waiting = list(hub.api.list_pending_access_requests("acme/data-gate", repo_type="dataset", token=ADMIN))
    same(len(waiting), 1201)
    same(len({request.username for request in waiting}), 1201)
    same(len({request.request_id for request in waiting}), 1201)


@check
def an_automatic_gate_lets_everyone_in_at_once(hub):
    refused(hub.errors.GatedRepoError, lambda: hub.api.auth_check("eve/auto", token=MEMBER), status=403)
    same(ask(hub, "eve/auto", MEMBER).status_code, 303)
    hub.api.auth_check("eve/auto", token=MEMBER)
    same(where(hub, "bob", "eve/auto"), ["accepted"])


@check
def the_report_names_everyone_with_a_request(hub):
    url = f"{hub.address}/{REPO}/user-access-report"
    answer = hub.session().get(url, headers=hub.headers(token=OWNER))
    same(answer.headers["content-disposition"], "attachment; filename=user-access-report-eve-gate.json")
    rows = {row["user"]: row for row in answer.json()}
    same({name: row["status"] for name, row in rows.items()}, {"bob": "accepted", "ada": "accepted"})
    same((rows["bob"]["fullname"], rows["bob"]["email"]), ("Bob", "bob@acme.com"))
    same(rows["ada"]["grantedBy"]["user"], "eve")
    same(hub.session().get(url, headers=hub.headers(token=MEMBER)).status_code, 403)
