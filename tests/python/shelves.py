"""Collections from creation to deletion, with items of every type."""

from checks import check, refused, same
from world import ADMIN, GROUP, INNER, MEMBER, OUTSIDER, READER, SHELVES

ITEMS = (
    ("model", "acme/open", "models/acme/open"),
    ("dataset", "acme/table", "datasets/acme/table"),
    ("space", "acme/show", "spaces/acme/show"),
    ("paper", "2510.04871", "papers/2510.04871"),
)


@check
def a_collection_lives_from_creation_to_deletion(hub):
    made = hub.api.create_collection("Best of all!", description="What we like", token=ADMIN)
    assert made.slug.startswith("ada/best-of-all-"), made.slug
    same((made.title, made.description, made.private, made.items), ("Best of all!", "What we like", False, []))
    same((made.owner["name"], made.owner["type"], made.upvotes), ("ada", "user", 0))
    same(made.url, f"{hub.address}/collections/{made.slug}")

    for position, (kind, thing, _) in enumerate(ITEMS):
        now = hub.api.add_collection_item(made.slug, thing, kind, note=f"a {kind}", token=ADMIN)
        same([item.item_type for item in now.items], [kind for kind, _, _ in ITEMS[: position + 1]])
        item = now.items[-1]
        same((item.item_id, item.position, item.note), (thing, position, f"a {kind}"))
        same(len(item.item_object_id), 24)
    now = hub.api.add_collection_item(made.slug, INNER, "collection", token=ADMIN)
    same((now.items[-1].item_id, now.items[-1].note), (f"acme/best-models-{INNER}", None))

    again = lambda **more: hub.api.add_collection_item(made.slug, "acme/open", "model", token=ADMIN, **more)  # noqa: E731
    refused(hub.errors.HfHubHTTPError, again, status=409)
    same(len(again(exists_ok=True).items), 5)

    first, second = now.items[:2]
    hub.api.update_collection_item(made.slug, first.item_object_id, note="new words", position=1, token=ADMIN)
    now = hub.api.get_collection(made.slug)
    same([item.item_id for item in now.items[:2]], [second.item_id, first.item_id])
    same([item.position for item in now.items], [0, 1, 2, 3, 4])
    same(now.items[1].note, "new words")
    hub.api.delete_collection_item(made.slug, first.item_object_id, token=ADMIN)
    same([item.item_type for item in hub.api.get_collection(made.slug).items], ["dataset", "space", "paper", "collection"])
    gone = lambda **more: hub.api.delete_collection_item(  # noqa: E731
        made.slug, first.item_object_id, token=ADMIN, **more
    )
    refused(hub.errors.HfHubHTTPError, gone, status=404)
    gone(missing_ok=True)

    changed = hub.api.update_collection_metadata(
        made.slug, title="Second title", description="Other words", theme="pink", private=True, token=ADMIN
    )
    same((changed.title, changed.description, changed.theme), ("Second title", "Other words", "pink"))
    same(changed.private, True)
    assert changed.slug.startswith("ada/second-title-"), changed.slug
    # The id at the end finds it under any name.
    same(hub.api.get_collection(made.slug, token=ADMIN).slug, changed.slug)
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.get_collection(changed.slug, token=OUTSIDER), status=404)

    hub.api.delete_collection(changed.slug, token=ADMIN)
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.delete_collection(changed.slug, token=ADMIN), status=404)
    hub.api.delete_collection(changed.slug, missing_ok=True, token=ADMIN)
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.get_collection(changed.slug, token=ADMIN), status=404)


@check
def the_same_title_twice_is_a_conflict_unless_that_is_fine(hub):
    made = hub.api.create_collection("Twice", namespace="acme", token=MEMBER)
    same((made.owner["name"], made.owner["type"]), ("acme", "org"))
    again = lambda **more: hub.api.create_collection("Twice", namespace="acme", token=MEMBER, **more)  # noqa: E731
    refused(hub.errors.HfHubHTTPError, again, status=409)
    same(again(exists_ok=True).slug, made.slug)
    hub.api.delete_collection(made.slug, token=MEMBER)


@check
def a_collection_is_put_into_a_resource_group_and_taken_out(hub):
    made = hub.api.create_collection("Grouped", namespace="acme", resource_group_id=GROUP, token=ADMIN)
    url = f"{hub.address}/api/collections/{made.slug}"
    read = lambda: hub.session().get(url, headers=hub.headers(token=ADMIN)).json().get("resourceGroup")  # noqa: E731
    same(read()["name"], "research")
    hub.api.update_collection_resource_group(made.slug, None, token=ADMIN)
    same(read(), None)
    hub.api.update_collection_resource_group(made.slug, GROUP, token=ADMIN)
    same(read()["id"], GROUP)
    call = lambda: hub.api.update_collection_resource_group(made.slug, None, token=OUTSIDER)  # noqa: E731
    refused(hub.errors.HfHubHTTPError, call, status=403)
    hub.api.delete_collection(made.slug, token=ADMIN)


@check
def collections_are_listed_by_owner_item_and_order(hub):
    found = list(hub.api.list_collections(owner="acme"))
    same([one.slug for one in found], [f"acme/best-models-{INNER}"])
    one = found[0]
    same((one.title, one.description, one.theme, one.upvotes), ("Best models", "What we use", "blue", 2))
    same((one.position, len(one.items)), (0, 4))
    same(len(hub.api.get_collection(one.slug).items), 5)
    for _, _, item in ITEMS:
        same([one.slug for one in hub.api.list_collections(item=item)], [one.slug])
    same([one.slug for one in hub.api.list_collections(owner=["acme", "eve"])], [one.slug])
    same(list(hub.api.list_collections(owner="nobody-here")), [])
    best = [one.upvotes for one in hub.api.list_collections(owner="bob", sort="upvotes", limit=3)]
    same(best, [SHELVES - 1, SHELVES - 2, SHELVES - 3])


@check
def a_long_list_of_collections_is_read_over_several_pages(hub):
    found = list(hub.api.list_collections(owner="bob"))
    same(len(found), SHELVES)
    same(len({one.slug for one in found}), SHELVES)
    same([one.position for one in found], list(range(SHELVES)))


@check
def private_collections_are_shown_to_those_who_may_see_them(hub):
    titles = lambda token: sorted(one.title for one in hub.api.list_collections(owner="acme", token=token))  # noqa: E731
    same([titles(token) for token in (False, OUTSIDER)], [["Best models"]] * 2)
    same([titles(token) for token in (MEMBER, ADMIN)], [["Best models", "Hidden"]] * 2)


@check
def collections_against_the_rules_are_refused(hub):
    create = lambda title, **more: lambda: hub.api.create_collection(title, **more)  # noqa: E731
    refused(hub.errors.BadRequestError, create("x" * 61, token=ADMIN), status=400)
    refused(hub.errors.BadRequestError, create("Words", description="x" * 151, token=ADMIN), status=400)
    refused(hub.errors.HfHubHTTPError, create("Not mine", namespace="acme", token=OUTSIDER), status=403)
    refused(hub.errors.HfHubHTTPError, create("Reading only", token=READER), status=403)
    slug = f"acme/best-models-{INNER}"
    add = lambda thing, kind, token=ADMIN, **more: lambda: hub.api.add_collection_item(  # noqa: E731
        slug, thing, kind, token=token, **more
    )
    refused(hub.errors.RepositoryNotFoundError, add("acme/none", "model"), status=404)
    refused(hub.errors.HfHubHTTPError, add("0000.00000", "paper"), status=404)
    refused(hub.errors.BadRequestError, add("acme/talk", "model", note="x" * 501), status=400)
    refused(hub.errors.HfHubHTTPError, add("acme/talk", "model", token=OUTSIDER), status=403)
    for call in (
        lambda: hub.api.update_collection_metadata(slug, title="Mine now", token=OUTSIDER),
        lambda: hub.api.delete_collection(slug, token=OUTSIDER),
    ):
        refused(hub.errors.HfHubHTTPError, call, status=403)
    refused(
        hub.errors.HfHubHTTPError,
        lambda: hub.api.update_collection_item(slug, "0" * 24, note="x", token=ADMIN),
        status=404,
    )
    same(len(hub.api.get_collection(slug).items), 5)
