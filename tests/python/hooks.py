"""Webhooks from creation to deletion."""

from checks import check, refused, same
from world import ADMIN, MEMBER, OUTSIDER, READER

URL = "https://hooks.example/hub"


@check
def a_webhook_lives_from_creation_to_deletion(hub):
    watched = [{"type": "org", "name": "acme"}, hub.package.WebhookWatchedItem(type="user", name="ada")]
    made = hub.api.create_webhook(url=URL, watched=watched, domains=["discussion"], secret="s3cret", token=ADMIN)
    same((made.url, made.domains, made.disabled, made.job), (URL, ["discussion"], False, None))
    same([(item.type, item.name) for item in made.watched], [("org", "acme"), ("user", "ada")])
    # The Hub never gives a secret back.
    same(made.secret, None)
    same(hub.api.get_webhook(made.id, token=ADMIN), made)
    same([hook.id for hook in hub.api.list_webhooks(token=ADMIN)], [made.id])
    same(hub.api.list_webhooks(token=MEMBER), [])

    for _ in range(2):
        same(hub.api.disable_webhook(made.id, token=ADMIN).disabled, True)
    same(hub.api.list_webhooks(token=ADMIN)[0].disabled, True)
    same(hub.api.enable_webhook(made.id, token=ADMIN).disabled, False)

    other = [{"type": "model", "name": "acme/open"}]
    changed = hub.api.update_webhook(made.id, url=f"{URL}/2", watched=other, domains=["repo"], token=ADMIN)
    same((changed.id, changed.url, changed.domains), (made.id, f"{URL}/2", ["repo"]))
    same([(item.type, item.name) for item in changed.watched], [("model", "acme/open")])
    same(hub.api.get_webhook(made.id, token=ADMIN), changed)

    hub.api.delete_webhook(made.id, token=ADMIN)
    same(hub.api.list_webhooks(token=ADMIN), [])
    for call in (
        lambda: hub.api.get_webhook(made.id, token=ADMIN),
        lambda: hub.api.delete_webhook(made.id, token=ADMIN),
        lambda: hub.api.enable_webhook(made.id, token=ADMIN),
    ):
        refused(hub.errors.HfHubHTTPError, call, status=404)


@check
def a_webhook_watches_both_domains_unless_told_otherwise(hub):
    made = hub.api.create_webhook(url=URL, watched=[{"type": "dataset", "name": "acme/table"}], token=ADMIN)
    same(sorted(made.domains), ["discussion", "repo"])
    hub.api.delete_webhook(made.id, token=ADMIN)


@check
def webhooks_are_ones_own_and_need_a_token_that_may_write(hub):
    watched = [{"type": "user", "name": "eve"}]
    made = hub.api.create_webhook(url=URL, watched=watched, token=OUTSIDER)
    for call in (
        lambda: hub.api.get_webhook(made.id, token=MEMBER),
        lambda: hub.api.disable_webhook(made.id, token=MEMBER),
        lambda: hub.api.delete_webhook(made.id, token=MEMBER),
    ):
        refused(hub.errors.HfHubHTTPError, call, status=404)
    refused(
        hub.errors.HfHubHTTPError, lambda: hub.api.create_webhook(url=URL, watched=watched, token=READER), status=403
    )
    refused(hub.errors.HfHubHTTPError, lambda: hub.api.list_webhooks(token=False), status=401)
    hub.api.delete_webhook(made.id, token=OUTSIDER)


@check
def webhooks_against_the_rules_are_refused(hub):
    refused(hub.errors.BadRequestError, lambda: hub.api.create_webhook(url=URL, watched=[], token=ADMIN), status=400)
    unknown = [{"type": "galaxy", "name": "acme"}]
    refused(hub.errors.BadRequestError, lambda: hub.api.create_webhook(url=URL, watched=unknown, token=ADMIN), status=400)
    refused(ValueError, lambda: hub.api.create_webhook(watched=[{"type": "org", "name": "acme"}], token=ADMIN))
    refused(
        ValueError,
        lambda: hub.api.create_webhook(url=URL, job_id="1", watched=[{"type": "org", "name": "acme"}], token=ADMIN),
    )
