// The world that test_people.mjs looks at: small where values matter, large where lists must page.

// `cargo xtask test` searches everything that is written for this token.
export const ADMIN = process.env.HUBFOLK_TEST_CANARY ?? "hf_test_admin";
export const MEMBER = "hf_test_member";
export const OUTSIDER = "hf_test_outsider";
export const READER = "hf_test_reader";
export const EXPIRED = "hf_test_expired";
export const UNKNOWN = "hf_test_unknown";

export const MODELS = 1203;
export const COLLECTIONS = 230;
export const GROUP = "507f1f77bcf86cd799439011";
export const INNER = "65f0a1b2c3d4e5f60718293a";

const created = "2025-01-02T03:04:05.000Z";

export function world() {
  return {
    users: [
      { name: "ada", fullname: "Ada L.", isPro: true, email: "ada@acme.com", emailVerified: true },
      { name: "bob", fullname: "Bob" },
      { name: "eve", fullname: "Eve" },
    ],
    orgs: [
      {
        name: "acme",
        fullname: "Acme",
        plan: "enterprise",
        members: [
          { user: "ada", role: "admin" },
          { user: "bob", role: "write" },
        ],
        resourceGroups: [{ id: GROUP, name: "research", users: [{ user: "ada", role: "write" }] }],
      },
    ],
    tokens: [
      { token: ADMIN, user: "ada", role: "write", displayName: "admin", createdAt: created },
      { token: MEMBER, user: "bob", role: "write", displayName: "member" },
      { token: OUTSIDER, user: "eve", role: "write", displayName: "outsider" },
      { token: READER, user: "ada", role: "read", displayName: "reader" },
      { token: EXPIRED, user: "ada", role: "write", displayName: "old", expiresAt: created },
    ],
    repos: [
      {
        type: "model",
        id: "acme/open",
        downloads: 42,
        tags: ["pytorch"],
        pipeline_tag: "text-generation",
        createdAt: created,
        lastModified: created,
        siblings: ["README.md", "config.json"],
      },
      { type: "model", id: "acme/secret", private: true },
      { type: "model", id: "eve/gated", gated: "manual" },
      { type: "model", id: "ada/renamed", renamedFrom: ["ada/before"] },
      { type: "model", id: "gpt2" },
      { type: "dataset", id: "acme/table", downloads: 7, lastModified: created },
      { type: "space", id: "acme/show", sdk: "static", lastModified: created, emoji: "🚢" },
      ...Array.from({ length: MODELS }, (_, n) => ({ type: "model", id: `bob/m-${n}` })),
    ],
    likes: [
      { user: "ada", type: "model", id: "acme/open" },
      { user: "bob", type: "model", id: "acme/open" },
    ],
    papers: [{ id: "2510.04871", title: "Less is more", publishedAt: created, upvotes: 3 }],
    collections: [
      {
        _id: INNER,
        owner: "acme",
        slugName: "best-models",
        title: "Best models",
        description: "What we use",
        theme: "blue",
        upvotes: 2,
        lastUpdated: created,
        items: [
          { type: "model", id: "acme/open", note: "start here" },
          { type: "dataset", id: "acme/table" },
          { type: "space", id: "acme/show" },
          { type: "paper", id: "2510.04871" },
          { type: "model", id: "gpt2" },
        ],
      },
      { owner: "acme", slugName: "hidden", title: "Hidden", private: true },
      ...Array.from({ length: COLLECTIONS }, (_, n) => ({
        owner: "bob",
        slugName: `shelf-${n}`,
        title: `Shelf ${n}`,
        upvotes: n,
      })),
    ],
  };
}
