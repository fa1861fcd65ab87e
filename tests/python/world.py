"""The world that test_people.py looks at: small where values matter, large where lists must page."""

import os

MEMBERS = 1300
FANS = 1201
FOLLOWED = 640

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
            {"name": "bob", "fullname": "Bob", "twoFaEnabled": False},
            {"name": "eve", "fullname": "Eve"},
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
                    {"id": "507f1f77bcf86cd799439011", "name": "research", "users": [{"user": "bob", "role": "read"}]}
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
    }
