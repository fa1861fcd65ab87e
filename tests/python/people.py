"""People, organizations, likes, access, errors, as the official Python client sees them."""

from checks import check, names, refused, same
from world import ADMIN, EXPIRED, FANS, FOLLOWED, MEMBER, MEMBERS, OUTSIDER, READER, UNKNOWN

# Who am I


@check
def whoami_names_the_user_the_organizations_and_the_token(hub):
    me = hub.api.whoami(token=ADMIN)
    same((me["type"], me["name"], me["fullname"], me["isPro"]), ("user", "ada", "Ada L.", True))
    same([(org["name"], org["roleInOrg"]) for org in me["orgs"]], [("acme", "admin")])
    same(me["auth"]["accessToken"]["displayName"], "admin")
    same(me["auth"]["accessToken"]["role"], "write")


@check
def whoami_with_a_bad_token_is_an_http_error(hub):
    for token in (UNKNOWN, EXPIRED):
        error = refused(hub.errors.HfHubHTTPError, lambda: hub.api.whoami(token=token))
        # The client puts its own words for this in place of the server's.
        assert "Invalid user token" in str(error), error
        same(error.response.status_code, 401)
        same(error.response.headers["X-Error-Message"], "Invalid username or password.")


@check
def whoami_without_a_token_asks_for_one_before_anything_is_sent(hub):
    refused(hub.errors.LocalTokenNotFoundError, lambda: hub.api.whoami())


# Users


@check
def a_user_overview_has_every_counter(hub):
    user = hub.api.get_user_overview("ada", token=MEMBER)
    same((user.username, user.fullname, user.is_pro, user.user_type), ("ada", "Ada L.", True, "user"))
    same((user.details, user.is_following), ("keeps the lists", True))
    same((user.num_followers, user.num_following), (FANS + 1, FOLLOWED))
    same((user.num_likes, user.num_upvotes), (4, 11))
    same((user.num_models, user.num_datasets, user.num_spaces), (1, 0, 0))
    same((user.num_discussions, user.num_papers), (0, 0))
    same([org.name for org in user.orgs], ["acme"])


@check
def a_user_is_found_in_any_case_and_shown_in_its_own(hub):
    same(hub.api.get_user_overview("ADA").username, "ada")


@check
def a_missing_user_is_an_http_error_and_no_missing_repo(hub):
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.get_user_overview("nobody-here"), status=404)
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.list_user_followers("nobody-here"), status=404)
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.list_user_following("nobody-here"), status=404)


@check
def followers_are_read_over_several_pages(hub):
    found = names(hub.api.list_user_followers("ada"))
    same(len(found), FANS + 1)
    assert "bob" in found, "bob follows ada"


@check
def following_is_read_over_several_pages(hub):
    same(names(hub.api.list_user_following("ada")), {f"seat{n}" for n in range(FOLLOWED)})


# Organizations


@check
def an_organization_overview_has_every_counter(hub):
    org = hub.api.get_organization_overview("acme", token=MEMBER)
    same((org.name, org.fullname, org.details), ("acme", "Acme", "makes everything"))
    same((org.is_verified, org.is_following, org.plan), (True, True, "enterprise"))
    same((org.num_users, org.num_followers), (MEMBERS, FANS + 1))
    same((org.num_models, org.num_datasets, org.num_spaces), (2, 2, 1))


@check
def a_missing_organization_is_an_http_error(hub):
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.get_organization_overview("nothing-here"), status=404)
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.list_organization_members("nothing-here"), status=404)


@check
def organization_followers_are_read_over_several_pages(hub):
    same(len(names(hub.api.list_organization_followers("acme"))), FANS + 1)


@check
def members_of_a_large_organization_are_read_over_several_pages(hub):
    expected = {"ada", "bob"} | {f"seat{n}" for n in range(MEMBERS - 2)}
    for token in (False, MEMBER, ADMIN):
        same(names(hub.api.list_organization_members("acme", token=token)), expected)


@check
def an_administrator_sees_what_members_and_strangers_do_not(hub):
    def bob(token):
        members = hub.api.list_organization_members("acme", token=token)
        return next(vars(member) for member in members if member.username == "bob")

    seen = bob(ADMIN)
    same((seen["role"], seen["twoFaEnabled"], seen["verifiedEmail"]), ("write", False, "bob@acme.com"))
    same(seen["isExternalCollaborator"], False)
    same([(group["name"], group["role"]) for group in seen["resourceGroups"]], [("research", "read")])
    seen = bob(MEMBER)
    same(seen["role"], "write")
    for key in ("twoFaEnabled", "verifiedEmail", "isExternalCollaborator"):
        assert key not in seen, key
    assert "role" not in bob(False), "a stranger sees no role"


@check
def hidden_members_are_not_shown_to_strangers(hub):
    error = refused(hub.errors.HfHubHTTPError, lambda: hub.api.list_organization_members("quiet", token=OUTSIDER))
    assert error.response.status_code in (403, 404), error.response.status_code
    same(names(hub.api.list_organization_members("quiet", token=MEMBER)), {"bob"})


@check
def a_user_name_where_an_organization_belongs_is_a_bad_request(hub):
    refused(hub.errors.BadRequestError, lambda: hub.api.list_organization_members("ada"), status=400)


@check
def a_page_names_the_next_one_by_its_whole_address(hub):
    read = []
    address, pages = f"{hub.address}/api/organizations/acme/members", 0
    while address:
        answer = hub.session().get(address)
        read += answer.json()
        address, pages = answer.links.get("next", {}).get("url"), pages + 1
        assert address is None or address.startswith(f"{hub.address}/api/"), address
    same((len(read), pages), (MEMBERS, 3))


# Likes


@check
def likes_are_sorted_by_the_kind_of_repo(hub):
    likes = hub.api.list_liked_repos("ada")
    same((likes.user, likes.total), ("ada", 4))
    same((set(likes.models), likes.datasets, likes.spaces), ({"acme/open", "ada/own"}, ["acme/table"], ["acme/show"]))


@check
def likes_without_a_name_are_those_of_the_token(hub):
    likes = hub.api.list_liked_repos(token=OUTSIDER)
    same((likes.user, likes.total, likes.models), ("eve", 1, ["acme/open"]))


@check
def likers_are_read_over_several_pages(hub):
    likers = names(hub.api.list_repo_likers("acme/open"))
    same(len(likers), FANS + 3)
    assert {"ada", "bob", "eve"} <= likers
    same(names(hub.api.list_repo_likers("acme/table", repo_type="dataset")), {"ada"})


@check
def unlike_takes_one_like_away_and_may_be_repeated(hub):
    before = names(hub.api.list_repo_likers("acme/show", repo_type="space"))
    same(before, {"ada", "bob"})
    for _ in range(2):
        hub.api.unlike("acme/show", repo_type="space", token=MEMBER)
        same(names(hub.api.list_repo_likers("acme/show", repo_type="space")), {"ada"})
    same(hub.api.list_liked_repos("bob").spaces, [])


@check
def unlike_of_a_missing_repo_says_so(hub):
    call = lambda: hub.api.unlike("acme/none", token=MEMBER)  # noqa: E731
    refused(hub.errors.RepositoryNotFoundError, call, status=404)


@check
def the_client_has_no_like_because_the_hub_closed_it(hub):
    assert not hasattr(hub.api, "like")


# Access


@check
def a_public_repo_is_open_to_all(hub):
    for token in (False, OUTSIDER, MEMBER, ADMIN):
        hub.api.auth_check("acme/open", token=token)
    hub.api.auth_check("acme/table", repo_type="dataset")
    hub.api.auth_check("acme/show", repo_type="space")


@check
def a_missing_repo_is_not_found_with_and_without_a_token(hub):
    refused(hub.errors.RepositoryNotFoundError, lambda: hub.api.auth_check("acme/none", token=False), status=401)
    refused(hub.errors.RepositoryNotFoundError, lambda: hub.api.auth_check("acme/none", token=OUTSIDER), status=404)


@check
def a_private_repo_is_not_found_by_those_who_may_not_see_it(hub):
    refused(hub.errors.RepositoryNotFoundError, lambda: hub.api.auth_check("acme/secret", token=False), status=401)
    refused(hub.errors.RepositoryNotFoundError, lambda: hub.api.auth_check("acme/secret", token=OUTSIDER), status=404)
    hub.api.auth_check("acme/secret", token=MEMBER)
    refused(hub.errors.RepositoryNotFoundError, lambda: hub.api.list_repo_likers("acme/secret"), status=401)


@check
def a_gated_repo_says_that_it_is_gated(hub):
    gate = lambda token: hub.api.auth_check("eve/gated", token=token)  # noqa: E731
    refused(hub.errors.GatedRepoError, lambda: gate(False), status=401)
    error = refused(hub.errors.GatedRepoError, lambda: gate(MEMBER), status=403)
    assert "eve/gated" in error.server_message, error.server_message
    gate(OUTSIDER)


@check
def writing_needs_the_right_and_a_token_that_may_write(hub):
    hub.api.auth_check("acme/open", token=ADMIN, write=True)
    for token in (OUTSIDER, READER):
        call = lambda: hub.api.auth_check("acme/open", token=token, write=True)  # noqa: E731
        refused(hub.errors.HfHubHTTPError, call, status=403)


@check
def a_bad_token_is_never_taken_for_a_missing_repo(hub):
    for token in (UNKNOWN, EXPIRED):
        for call in (
            lambda: hub.api.auth_check("acme/open", token=token),
            lambda: hub.api.get_user_overview("ada", token=token),
            lambda: hub.api.list_organization_members("acme", token=token),
        ):
            error = refused(hub.errors.HfHubHTTPError, call, status=401)
            same(error.server_message, "Invalid credentials in Authorization header")
