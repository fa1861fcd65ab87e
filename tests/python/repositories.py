"""Repositories as far as people need them: made, moved, opened, closed, listed."""

from checks import check, refused, same
from world import ADMIN, GROUP, MEMBER, OUTSIDER, READER


@check
def repos_are_created_moved_and_deleted(hub):
    url = hub.api.create_repo("acme/fresh", token=ADMIN, private=True)
    same(url.repo_id, "acme/fresh")
    assert hub.api.repo_exists("acme/fresh", token=ADMIN)
    assert not hub.api.repo_exists("acme/fresh", token=OUTSIDER)
    hub.api.update_repo_settings("acme/fresh", token=ADMIN, private=False)
    assert hub.api.repo_exists("acme/fresh", token=OUTSIDER)
    hub.api.move_repo("acme/fresh", "acme/moved", token=ADMIN)
    same(hub.api.model_info("acme/moved", token=ADMIN).id, "acme/moved")
    same(hub.api.model_info("acme/fresh", token=ADMIN).id, "acme/moved")
    hub.api.delete_repo("acme/moved", token=ADMIN)
    assert not hub.api.repo_exists("acme/moved", token=ADMIN)


@check
def every_kind_of_repo_is_created_and_has_its_info(hub):
    kinds = (("model", {}), ("dataset", {}), ("space", {"space_sdk": "static"}), ("kernel", {}))
    for kind, more in kinds:
        name = hub.api.get_full_repo_name(f"own-{kind}", token=ADMIN)
        same(name, f"ada/own-{kind}")
        same(hub.api.create_repo(name, repo_type=kind, token=ADMIN, **more).repo_id, name)
        info = hub.api.repo_info(name, repo_type=kind)
        same((info.id, info.private, info.likes), (name, False, 0))
    same(hub.api.dataset_info("ada/own-dataset").author, "ada")
    same(hub.api.space_info("ada/own-space").sdk, "static")
    same(hub.api.kernel_info("ada/own-kernel").id, "ada/own-kernel")
    for kind, _ in kinds:
        hub.api.delete_repo(f"ada/own-{kind}", repo_type=kind, token=ADMIN)
        refused(
            hub.errors.RepositoryNotFoundError,
            lambda kind=kind: hub.api.repo_info(f"ada/own-{kind}", repo_type=kind, token=ADMIN),
            status=404,
        )


@check
def a_repo_has_some_revisions_and_not_others(hub):
    sha = hub.api.model_info("acme/open").sha
    for revision, there in (("main", True), (sha, True), ("nowhere", False)):
        same(hub.api.revision_exists("acme/open", revision), there)
    call = lambda: hub.api.model_info("acme/open", revision="nowhere")  # noqa: E731
    refused(hub.errors.RevisionNotFoundError, call, status=404)


@check
def a_repo_that_exists_is_a_conflict_unless_that_is_fine(hub):
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.create_repo("acme/open", token=ADMIN), status=409)
    same(hub.api.create_repo("acme/open", token=ADMIN, exist_ok=True).repo_id, "acme/open")
    # Who may not create there is told so, unless the repo is there already.
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.create_repo("acme/new", token=OUTSIDER), status=403)
    same(hub.api.create_repo("acme/open", token=OUTSIDER, exist_ok=True).repo_id, "acme/open")


@check
def a_repo_is_copied_without_what_people_did_to_it(hub):
    same(hub.api.duplicate_repo("acme/open", "ada/copy", private=True, token=ADMIN).repo_id, "ada/copy")
    copy = hub.api.model_info("ada/copy", token=ADMIN)
    same((copy.private, copy.likes), (True, 0))
    again = lambda **more: hub.api.duplicate_repo("acme/open", "ada/copy", token=ADMIN, **more)  # noqa: E731
    refused(hub.errors.HfHubHTTPError, again, status=409)
    same(again(exist_ok=True).repo_id, "ada/copy")
    secret = lambda: hub.api.duplicate_repo("acme/secret", "eve/mine", token=OUTSIDER)  # noqa: E731
    refused(hub.errors.RepositoryNotFoundError, secret, status=404)
    hub.api.delete_repo("ada/copy", token=ADMIN)


@check
def a_missing_repo_is_not_deleted_and_not_moved(hub):
    refused(
        hub.errors.RepositoryNotFoundError, lambda: hub.api.delete_repo("acme/none", token=ADMIN), status=404
    )
    hub.api.delete_repo("acme/none", token=ADMIN, missing_ok=True)
    refused(
        hub.errors.RepositoryNotFoundError, lambda: hub.api.move_repo("acme/none", "acme/x", token=ADMIN), status=404
    )
    refused(ValueError, lambda: hub.api.move_repo("bare", "acme/x", token=ADMIN))


@check
def settings_change_what_everyone_sees(hub):
    settings = lambda **change: hub.api.update_repo_settings("acme/settled", token=ADMIN, **change)  # noqa: E731
    hub.api.create_repo("acme/settled", token=ADMIN)
    for gated in ("auto", "manual", False):
        settings(gated=gated)
        same(hub.api.model_info("acme/settled").gated, gated)
    settings(visibility="private", gated="auto")
    assert not hub.api.repo_exists("acme/settled", token=OUTSIDER)
    info = hub.api.model_info("acme/settled", token=MEMBER)
    same((info.private, info.gated), (True, "auto"))
    settings(visibility="public")
    same(hub.api.model_info("acme/settled").private, False)
    hub.api.delete_repo("acme/settled", token=ADMIN)


@check
def settings_are_for_those_who_may_change_them(hub):
    for token in (OUTSIDER, READER):
        call = lambda token=token: hub.api.update_repo_settings("acme/open", gated="auto", token=token)  # noqa: E731
        refused(hub.errors.HfHubHTTPError, call, status=403)
    missing = lambda: hub.api.update_repo_settings("acme/none", gated="auto", token=ADMIN)  # noqa: E731
    refused(hub.errors.RepositoryNotFoundError, missing, status=404)
    refused(ValueError, lambda: hub.api.update_repo_settings("acme/open", gated="maybe", token=ADMIN))
    refused(ValueError, lambda: hub.api.update_repo_settings("acme/open", token=ADMIN))
    same(hub.api.model_info("acme/open").gated, False)


@check
def a_repo_made_in_a_resource_group_is_closed_to_those_outside_of_it(hub):
    hub.api.create_repo("acme/grouped", token=ADMIN, private=True, resource_group_id=GROUP)
    same(hub.api.model_info("acme/grouped", token=ADMIN).id, "acme/grouped")
    same(hub.api.model_info("acme/grouped", token=MEMBER).id, "acme/grouped")
    assert not hub.api.repo_exists("acme/grouped", token=OUTSIDER)
    hub.api.delete_repo("acme/grouped", token=ADMIN)


@check
def repos_are_listed_by_author_with_the_fields_asked_for(hub):
    ids = lambda repos: sorted(repo.id for repo in repos)  # noqa: E731
    same(ids(hub.api.list_models(author="acme")), ["acme/open", "acme/talk"])
    same(ids(hub.api.list_models(author="acme", token=MEMBER)), ["acme/open", "acme/secret", "acme/talk"])
    same(ids(hub.api.list_datasets(author="acme")), ["acme/data-gate", "acme/table"])
    same(ids(hub.api.list_spaces(author="acme")), ["acme/show"])
    same(list(hub.api.list_models(author="nobody-here")), [])
    same(ids(hub.api.list_models(author="eve", gated=True)), ["eve/auto", "eve/gate", "eve/gated"])
    same(ids(hub.api.list_models(search="acme/op")), ["acme/open"])
    (one,) = hub.api.list_models(author="acme", sort="likes", limit=1, expand=["likes", "author", "gated"])
    same((one.id, one.author, one.gated), ("acme/open", "acme", False))
    assert one.likes > 1000, one.likes


@check
def a_long_list_of_repos_is_read_over_several_pages(hub):
    found = [repo.id for repo in hub.api.list_models(author="maker")]
    same(len(found), 1205)
    same(len(set(found)), len(found))


@check
def the_storage_of_ones_own_repos_and_of_an_organizations_is_listed(hub):
    mine = {(repo.type, repo.id, repo.visibility) for repo in hub.api.list_user_repos(token=OUTSIDER)}
    same(mine, {("model", name, "public") for name in ("eve/auto", "eve/gate", "eve/gated")})
    found = {repo.id: repo for repo in hub.api.list_user_repos("acme", token=ADMIN)}
    same(found["acme/secret"].visibility, "private")
    same({repo.type for repo in found.values()}, {"model", "dataset", "space"})
    assert all(repo.storage >= 0 and repo.storage_percent >= 0 for repo in found.values())
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.list_user_repos("acme", token=OUTSIDER), status=403)
