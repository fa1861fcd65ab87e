"""Discussions and pull requests from creation to merge."""

import itertools

from checks import check, refused, same
from world import ADMIN, MEMBER, OUTSIDER, READER, TALKS

REPO = "acme/talk"


def kinds(details):
    return [event.type for event in details.events]


@check
def a_long_list_of_discussions_is_read_over_several_pages(hub):
    found = list(hub.api.get_repo_discussions(REPO))
    same([talk.num for talk in found], list(range(TALKS, 0, -1)))
    same({talk.repo_id for talk in found}, {REPO})
    same({talk.repo_type for talk in found}, {"model"})
    first = next(talk for talk in found if talk.num == 1)
    same((first.title, first.author, first.status, first.is_pull_request), ("Talk 1", "bob", "open", False))
    same(first.created_at.isoformat(), "2025-03-01T10:00:00+00:00")


@check
def discussions_are_filtered_by_kind_status_and_author(hub):
    def count(**filters):
        return sum(1 for _ in hub.api.get_repo_discussions(REPO, **filters))

    pulls, closed = TALKS // 5, TALKS // 3
    same(count(discussion_type="pull_request"), pulls)
    same(count(discussion_type="discussion"), TALKS - pulls)
    same(count(discussion_type="all", discussion_status="all"), TALKS)
    same(count(discussion_status="closed"), closed)
    same(count(discussion_status="open"), TALKS - closed)
    same(count(author="eve"), TALKS // 7)
    same(count(author="eve", discussion_type="pull_request", discussion_status="closed"), TALKS // (3 * 5 * 7))
    same(count(author="nobody-here"), 0)
    refused(ValueError, lambda: hub.api.get_repo_discussions(REPO, discussion_type="pr"))
    refused(ValueError, lambda: hub.api.get_repo_discussions(REPO, discussion_status="merged"))


@check
def a_discussion_lives_from_creation_to_closing(hub):
    made = hub.api.create_discussion(REPO, "  A question  ", description="How **big** is it?", token=OUTSIDER)
    same((made.title, made.author, made.status, made.num), ("A question", "eve", "open", TALKS + 1))
    same((made.is_pull_request, made.target_branch, made.diff, made.git_reference), (False, None, None, None))
    same(made.url, f"{hub.address}/{REPO}/discussions/{made.num}")
    (opening,) = made.events
    same((opening.type, opening.author, opening.content), ("comment", "eve", "How **big** is it?"))
    same((opening.edited, opening.hidden), (False, False))
    assert "<strong>big</strong>" in opening.rendered, opening.rendered

    answer = hub.api.comment_discussion(REPO, made.num, "Quite _big_.", token=MEMBER)
    same((answer.type, answer.author, answer.content, answer.edited), ("comment", "bob", "Quite _big_.", False))
    edited = hub.api.edit_discussion_comment(REPO, made.num, answer.id.upper(), "Very _big_.", token=MEMBER)
    same((edited.id, edited.content, edited.edited, edited.hidden), (answer.id, "Very _big_.", True, False))
    same(edited.last_edited_by, "bob")
    assert edited.last_edited_at >= answer.created_at
    hidden = hub.api.hide_discussion_comment(REPO, made.num, answer.id, token=MEMBER)
    same((hidden.id, hidden.hidden, hidden.content), (answer.id, True, "This comment has been hidden"))

    renamed = hub.api.rename_discussion(REPO, made.num, "A better question", token=MEMBER)
    same((renamed.type, renamed.author), ("title-change", "bob"))
    same((renamed.old_title, renamed.new_title), ("A question", "A better question"))
    closed = hub.api.change_discussion_status(REPO, made.num, "closed", comment="Answered.", token=OUTSIDER)
    same((closed.type, closed.author, closed.new_status), ("status-change", "eve", "closed"))

    details = hub.api.get_discussion_details(REPO, made.num)
    same((details.title, details.status), ("A better question", "closed"))
    same(sorted(kinds(details)), ["comment", "comment", "comment", "status-change", "title-change"])
    same(kinds(details)[:3], ["comment", "comment", "title-change"])
    same(details.events[1].content, hidden.content)
    same({event.content for event in details.events[3:] if event.type == "comment"}, {"Answered."})
    same([event.created_at for event in details.events], sorted(event.created_at for event in details.events))
    listed = next(iter(hub.api.get_repo_discussions(REPO, author="eve")))
    same((listed.num, listed.title, listed.status), (made.num, "A better question", "closed"))
    reopened = hub.api.change_discussion_status(REPO, made.num, "open", token=MEMBER)
    same(reopened.new_status, "open")
    same(hub.api.get_discussion_details(REPO, made.num).status, "open")


@check
def a_pull_request_lives_from_draft_to_merge(hub):
    made = hub.api.create_pull_request(REPO, "Better weights", token=OUTSIDER)
    same((made.status, made.is_pull_request, made.target_branch), ("draft", True, "refs/heads/main"))
    same((made.git_reference, made.merge_commit_oid), (f"refs/pr/{made.num}", None))
    same(made.conflicting_files, [])
    assert isinstance(made.diff, str), made.diff
    assert "Pull Request opened with the" in made.events[0].content
    drafts = hub.api.get_repo_discussions(REPO, discussion_type="pull_request", discussion_status="open")
    assert made.num in {talk.num for talk in drafts}, "a draft counts as open"

    refused(
        hub.errors.BadRequestError, lambda: hub.api.merge_pull_request(REPO, made.num, token=MEMBER), status=400
    )
    same(hub.api.change_discussion_status(REPO, made.num, "open", token=OUTSIDER).new_status, "open")
    refused(
        hub.errors.HfHubHTTPError, lambda: hub.api.merge_pull_request(REPO, made.num, token=OUTSIDER), status=403
    )
    hub.api.merge_pull_request(REPO, made.num, comment="Thank you.", token=MEMBER)

    merged = hub.api.get_discussion_details(REPO, made.num)
    same(merged.status, "merged")
    assert merged.merge_commit_oid and len(merged.merge_commit_oid) == 40, merged.merge_commit_oid
    states = [event.new_status for event in merged.events if event.type == "status-change"]
    same(states, ["open", "merged"])
    same({event.author for event in merged.events if getattr(event, "new_status", "") == "merged"}, {"bob"})
    assert "Thank you." in {event.content for event in merged.events if event.type == "comment"}
    closed = hub.api.get_repo_discussions(REPO, discussion_type="pull_request", discussion_status="closed")
    assert made.num in {talk.num for talk in closed}, "what is merged is closed"
    for call in (
        lambda: hub.api.merge_pull_request(REPO, made.num, token=MEMBER),
        lambda: hub.api.change_discussion_status(REPO, made.num, "open", token=MEMBER),
    ):
        refused(hub.errors.BadRequestError, call, status=400)


@check
def numbers_are_shared_by_discussions_and_pull_requests(hub):
    for kind in ("dataset", "space"):
        repo = {"dataset": "acme/table", "space": "acme/show"}[kind]
        numbers = []
        for number in itertools.count(1):
            make = hub.api.create_discussion if number % 2 else hub.api.create_pull_request
            made = make(repo, f"Number {number}", repo_type=kind, token=OUTSIDER)
            same((made.repo_type, made.repo_id), (kind, repo))
            numbers.append(made.num)
            if number == 4:
                break
        same(numbers, [1, 2, 3, 4])
        listed = [talk.num for talk in hub.api.get_repo_discussions(repo, repo_type=kind)]
        same(listed, [4, 3, 2, 1])


@check
def details_are_the_same_each_time(hub):
    url = f"{hub.address}/api/models/{REPO}/discussions/5?diff=1"
    first, second = (hub.session().get(url).content for _ in range(2))
    same(first, second)


@check
def only_those_who_may_change_a_discussion(hub):
    made = hub.api.create_discussion(REPO, "Mine", description="text", token=MEMBER)
    (opening,) = made.events
    for call in (
        lambda: hub.api.edit_discussion_comment(REPO, made.num, opening.id, "x", token=OUTSIDER),
        lambda: hub.api.hide_discussion_comment(REPO, made.num, opening.id, token=OUTSIDER),
        lambda: hub.api.rename_discussion(REPO, made.num, "Yours", token=OUTSIDER),
        lambda: hub.api.change_discussion_status(REPO, made.num, "closed", token=OUTSIDER),
        lambda: hub.api.comment_discussion(REPO, made.num, "x", token=READER),
        lambda: hub.api.create_discussion(REPO, "Reading only", token=READER),
    ):
        refused(hub.errors.HfHubHTTPError, call, status=403)
    for call in (
        lambda: hub.api.create_discussion(REPO, "Nobody", token=False),
        lambda: hub.api.comment_discussion(REPO, made.num, "x", token=False),
    ):
        # Over https the client would take this for a missing repository; over http it does not.
        refused(hub.errors.HfHubHTTPError, call, status=401)
    same(kinds(hub.api.get_discussion_details(REPO, made.num)), ["comment"])
    hub.api.hide_discussion_comment(REPO, made.num, opening.id, token=ADMIN)


@check
def what_is_missing_or_against_the_rules_is_refused(hub):
    missing = hub.errors.RepositoryNotFoundError
    refused(missing, lambda: hub.api.get_repo_discussions("acme/none", token=ADMIN), status=404)
    refused(missing, lambda: hub.api.get_repo_discussions("acme/secret", token=OUTSIDER), status=404)
    refused(missing, lambda: hub.api.create_discussion("acme/none", "Hello", token=ADMIN), status=404)
    for call in (
        lambda: hub.api.get_discussion_details(REPO, 9999),
        lambda: hub.api.comment_discussion(REPO, 9999, "x", token=ADMIN),
        lambda: hub.api.edit_discussion_comment(REPO, 1, "0" * 24, "x", token=ADMIN),
    ):
        refused(hub.errors.HfHubHTTPError, call, status=404)
    for call in (
        lambda: hub.api.create_discussion(REPO, "ab", token=ADMIN),
        lambda: hub.api.create_discussion(REPO, "x" * 201, token=ADMIN),
        lambda: hub.api.create_discussion(REPO, "Long", description="x" * 65_537, token=ADMIN),
        lambda: hub.api.comment_discussion(REPO, 1, "", token=ADMIN),
        lambda: hub.api.rename_discussion(REPO, 1, "ab", token=ADMIN),
        lambda: hub.api.merge_pull_request(REPO, 1, token=ADMIN),
    ):
        refused(hub.errors.BadRequestError, call, status=400)
    for number in (0, -1, "1"):
        refused(ValueError, lambda number=number: hub.api.get_discussion_details(REPO, number))
    refused(ValueError, lambda: hub.api.change_discussion_status(REPO, 1, "merged", token=ADMIN))


@check
def the_author_of_a_deleted_account_is_called_deleted(hub):
    # The world knows no such person: the key is left out.
    found = {talk.num: talk.author for talk in hub.api.get_repo_discussions("eve/gated")}
    same(found, {1: "deleted"})
    details = hub.api.get_discussion_details("eve/gated", 1)
    same((details.author, [event.author for event in details.events]), ("deleted", ["deleted"]))
