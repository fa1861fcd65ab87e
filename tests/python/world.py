"""The world that the journeys begin in: small where values matter, large where lists must page."""

import os

MEMBERS = 1300
FANS = 1201
FOLLOWED = 640
TALKS = 105
SHELVES = 130
GROUP = "507f1f77bcf86cd799439011"
INNER = "65f0a1b2c3d4e5f60718293a"

# `cargo xtask test` searches everything that is written for this token.
ADMIN = os.environ.get("HUBFOLK_TEST_CANARY", "hf_test_admin")
MEMBER = "hf_test_member"
OUTSIDER = "hf_test_outsider"
READER = "hf_test_reader"
EXPIRED = "hf_test_expired"
UNKNOWN = "hf_test_unknown"


def world():
    seats = [f"seat{n}" for n in range(MEMBERS - 2)]
    roles = ("write", "contributor", "read", "no_access")
    created = "2025-01-02T03:04:05.000Z"
    return {
        "users": [
            {
                "name": "ada",
                "fullname": "Ada L.",
                "isPro": True,
                "details": "keeps the lists",
                "twoFaEnabled": True,
                "counters": {"numUpvotes": 11},
            },
            {"name": "bob", "fullname": "Bob", "twoFaEnabled": False, "email": "bob@acme.com"},
            {"name": "eve", "fullname": "Eve"},
            {"name": "maker", "fullname": "Maker"},
            {
                "generate": {
                    "prefix": "fan",
                    "count": FANS,
                    "follow": ["ada", "acme"],
                    "like": [{"type": "model", "id": "acme/open"}],
                }
            },
            *({"name": name, "fullname": f"Seat {name[4:]}"} for name in seats),
        ],
        "orgs": [
            {
                "name": "acme",
                "fullname": "Acme",
                "plan": "enterprise",
                "details": "makes everything",
                "isVerified": True,
                "emailDomains": ["acme.com"],
                "members": [
                    {"user": "ada", "role": "admin", "verifiedEmail": "ada@acme.com"},
                    {"user": "bob", "role": "write", "verifiedEmail": "bob@acme.com", "isExternalCollaborator": False},
                    *({"user": name, "role": roles[n % 4]} for n, name in enumerate(seats)),
                ],
                "resourceGroups": [
                    {"id": GROUP, "name": "research", "users": [{"user": "bob", "role": "read"}]}
                ],
            },
            {"name": "quiet", "fullname": "Quiet", "hideMembers": True, "members": [{"user": "bob", "role": "read"}]},
        ],
        "tokens": [
            {"token": ADMIN, "user": "ada", "role": "write", "displayName": "admin"},
            {"token": MEMBER, "user": "bob", "role": "write", "displayName": "member"},
            {"token": OUTSIDER, "user": "eve", "role": "write", "displayName": "outsider"},
            {"token": READER, "user": "ada", "role": "read", "displayName": "reader"},
            {"token": EXPIRED, "user": "ada", "role": "write", "displayName": "old", "expiresAt": created},
        ],
        "repos": [
            {"type": "model", "id": "acme/open"},
            {"type": "model", "id": "acme/secret", "private": True},
            {"type": "model", "id": "ada/own"},
            {"type": "model", "id": "eve/gated", "gated": "manual"},
            {"type": "dataset", "id": "acme/table"},
            {"type": "space", "id": "acme/show", "sdk": "static"},
            {"type": "model", "id": "acme/talk"},
            {"type": "model", "id": "eve/gate", "gated": "manual"},
            {"type": "model", "id": "eve/auto", "gated": "auto"},
            {"type": "dataset", "id": "acme/data-gate", "gated": "manual"},
            *({"type": "model", "id": f"maker/m-{n}"} for n in range(1205)),
        ],
        "follows": [
            {"from": "bob", "to": "ada"},
            {"from": "bob", "to": "acme"},
            *({"from": "ada", "to": name} for name in seats[:FOLLOWED]),
        ],
        "likes": [
            *(
                {"user": "ada", "type": kind, "id": repo, "createdAt": created}
                for kind, repo in (
                    ("model", "acme/open"),
                    ("model", "ada/own"),
                    ("dataset", "acme/table"),
                    ("space", "acme/show"),
                )
            ),
            {"user": "bob", "type": "model", "id": "acme/open", "createdAt": created},
            {"user": "bob", "type": "space", "id": "acme/show", "createdAt": created},
            {"user": "eve", "type": "model", "id": "acme/open", "createdAt": created},
        ],
        "papers": [{"id": "2510.04871", "title": "Less is more", "publishedAt": created, "upvotes": 3}],
        "discussions": [
            *(talk(n) for n in range(1, TALKS + 1)),
            {
                "type": "model",
                "id": "eve/gated",
                "num": 1,
                "author": None,
                "title": "Gone",
                "comment": "I was here",
                "createdAt": created,
            },
        ],
        "accessRequests": [
            {"type": "dataset", "id": "acme/data-gate", "user": f"fan{n}", "status": "pending", "timestamp": created}
            for n in range(1, FANS + 1)
        ],
        "collections": [
            {
                "_id": INNER,
                "owner": "acme",
                "slugName": "best-models",
                "title": "Best models",
                "description": "What we use",
                "theme": "blue",
                "upvotes": 2,
                "lastUpdated": created,
                "items": [
                    {"type": "model", "id": "acme/open", "note": "start here"},
                    {"type": "dataset", "id": "acme/table"},
                    {"type": "space", "id": "acme/show"},
                    {"type": "paper", "id": "2510.04871"},
                    {"type": "model", "id": "ada/own"},
                ],
            },
            {"owner": "acme", "slugName": "hidden", "title": "Hidden", "private": True},
            *(
                {"owner": "bob", "slugName": f"shelf-{n}", "title": f"Shelf {n}", "upvotes": n}
                for n in range(SHELVES)
            ),
        ],
    }


def talk(number):
    """Every fifth is a pull request, every third is closed, every seventh is eve's."""
    return {
        "type": "model",
        "id": "acme/talk",
        "num": number,
        "author": "bob" if number % 7 else "eve",
        "title": f"Talk {number}",
        "status": "open" if number % 3 else "closed",
        "isPullRequest": number % 5 == 0,
        "createdAt": f"2025-03-{(9 + number) // 24 + 1:02}T{(9 + number) % 24:02}:00:00.000Z",
        "comment": f"First words of {number}",
    }
