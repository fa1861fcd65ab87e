// The official JavaScript client against `hubfolk sim`, through what it exports only.
//
// Run by `cargo xtask test`. By hand, in a folder where @huggingface/hub is installed:
//     node tests/js/test_people.mjs --hubfolk target/debug/hubfolk --client target/js

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { parseArgs } from "node:util";

import { startSimulator } from "./simulator.mjs";
import {
  ADMIN,
  COLLECTIONS,
  EXPIRED,
  GROUP,
  INNER,
  MEMBER,
  MODELS,
  OUTSIDER,
  READER,
  UNKNOWN,
  world,
} from "./world.mjs";

const { values: options } = parseArgs({ options: { hubfolk: { type: "string" }, client: { type: "string" } } });
const client = createRequire(join(resolve(options.client), "package.json"))("@huggingface/hub");

/** Functions of people and community, and of the repositories they meet in: each is called below. */
const IN_SCOPE = [
  "whoAmI",
  "checkRepoAccess",
  "repoExists",
  "createRepo",
  "deleteRepo",
  "modelInfo",
  "datasetInfo",
  "spaceInfo",
  "listModels",
  "listDatasets",
  "listSpaces",
  "createCollection",
  "deleteCollection",
  "listCollections",
];

/** Everything else that the client exports, and why it is not ours. */
const OUT_OF_SCOPE = [
  [/^(commit|upload|copy|delete(File|Branch)|createBranch|countCommits|listCommits)/, "what is in a repository"],
  [/^(download|snapshotDownload|file|list(Files)|pathsInfo|__internal)/, "files of a repository"],
  [/(Job|JobHardware|JobEvents|JobLogs|JobMetrics|Jobs)$/, "jobs"],
  [/^oauth/, "logging in with a browser"],
  [/[sS]afetensor|SAFETENSORS|QuantizationMultiplier|isQuantizedTensor|CompressedTensors|TensorEntry/, "file formats"],
  [/ShardFilename|computeNumOfParams|parseTotalParameters|DIFFUSERS|globMatch|relativeUnderFolder/, "file formats"],
  [/^(scan|getHFHubCachePath|getRepoFolderName|getBlobStat|REGEX_COMMIT_HASH|REPO_ID_SEPARATOR)/, "a cache on disk"],
  [/^(parseRepoType|streamJson)$/, "helpers that send nothing to the Hub"],
  [/^[A-Z_]+$/, "constants"],
  [/Error$/, "kinds of error"],
];

const called = new Set();
let hubUrl;
let stop;

before(async () => ({ hubUrl, stop } = await startSimulator(options.hubfolk, world())));
after(() => stop?.());

/** The client, with the simulator's address put into every call. */
const hub = new Proxy(client, {
  get(target, name) {
    return (params = {}) => {
      called.add(name);
      return target[name]({ hubUrl, ...params });
    };
  },
});

/** Expects the client's own error, with what every answer of the Hub carries. */
async function refused(statusCode, call, message) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof client.HubApiError, `${error.stack}`);
    assert.equal(error.statusCode, statusCode);
    assert.ok(error.url.startsWith(hubUrl), error.url);
    assert.match(error.requestId, /^Root=1-/);
    assert.equal(typeof error.data.error, "string", "every refusal says why");
    if (message) {
      assert.match(error.message, message);
    }
    return true;
  });
}

async function all(list) {
  const items = [];
  for await (const item of list) {
    items.push(item);
  }
  return items;
}

// Who am I

test("whoAmI names the user, the organizations and the token", async () => {
  const me = await hub.whoAmI({ accessToken: ADMIN });
  assert.deepEqual([me.type, me.name, me.fullname, me.isPro], ["user", "ada", "Ada L.", true]);
  assert.deepEqual([me.email, me.emailVerified], ["ada@acme.com", true]);
  assert.match(me.id, /^[0-9a-f]{24}$/);
  assert.deepEqual(
    me.orgs.map((org) => [org.type, org.name, org.fullname, org.roleInOrg]),
    [["org", "acme", "Acme", "admin"]],
  );
  assert.equal(me.auth.type, "access_token");
  const { displayName, role, createdAt } = me.auth.accessToken;
  assert.deepEqual([displayName, role], ["admin", "write"]);
  assert.equal(createdAt.toISOString(), "2025-01-02T03:04:05.000Z");
});

test("whoAmI with a token that is unknown or has ended is refused", async () => {
  for (const accessToken of [UNKNOWN, EXPIRED]) {
    await refused(401, () => hub.whoAmI({ accessToken }), /Invalid username or password/);
  }
});

// Access

test("a repository is seen by those who may see it", async () => {
  for (const accessToken of [undefined, ADMIN, MEMBER, OUTSIDER]) {
    await hub.checkRepoAccess({ repo: "acme/open", accessToken });
    await hub.checkRepoAccess({ repo: "datasets/acme/table", accessToken });
    await hub.checkRepoAccess({ repo: { type: "space", name: "acme/show" }, accessToken });
    // The door of a gated repository is at its files: its page is open.
    await hub.checkRepoAccess({ repo: "eve/gated", accessToken });
  }
  await hub.checkRepoAccess({ repo: "acme/secret", accessToken: MEMBER });
});

test("private and missing look the same from outside", async () => {
  for (const repo of ["acme/secret", "acme/none"]) {
    await refused(401, () => hub.checkRepoAccess({ repo }));
    await refused(404, () => hub.checkRepoAccess({ repo, accessToken: OUTSIDER }), /Repository not found/);
    assert.equal(await hub.repoExists({ repo }), false);
    assert.equal(await hub.repoExists({ repo, accessToken: OUTSIDER }), false);
  }
  assert.equal(await hub.repoExists({ repo: "acme/secret", accessToken: MEMBER }), true);
});

test("a bad token is refused even where none is needed", async () => {
  await refused(401, () => hub.checkRepoAccess({ repo: "acme/open", accessToken: UNKNOWN }), /Invalid credentials/);
  await refused(401, () => all(hub.listCollections({ accessToken: UNKNOWN })), /Invalid credentials/);
});

// Repositories

test("a model has its values and the fields asked for", async () => {
  const model = await hub.modelInfo({ name: "acme/open", additionalFields: ["author", "tags", "filePaths", "sha"] });
  assert.deepEqual(
    [model.name, model.private, model.gated, model.downloads, model.likes, model.task],
    ["acme/open", false, false, 42, 2, "text-generation"],
  );
  assert.deepEqual([model.author, model.tags], ["acme", ["pytorch"]]);
  assert.deepEqual(model.filePaths, ["README.md", "config.json"]);
  assert.match(model.sha, /^[0-9a-f]{40}$/);
  assert.match(model.id, /^[0-9a-f]{24}$/);
  assert.equal(model.updatedAt.toISOString(), "2025-01-02T03:04:05.000Z");
  assert.equal((await hub.modelInfo({ name: "eve/gated" })).gated, "manual");
  assert.equal((await hub.modelInfo({ name: "gpt2" })).name, "gpt2");
  assert.equal((await hub.modelInfo({ name: "acme/open", revision: model.sha })).id, model.id);
});

test("a name of before leads to the repository of today", async () => {
  assert.equal((await hub.modelInfo({ name: "ada/before" })).name, "ada/renamed");
});

test("a dataset and a space have their values", async () => {
  const table = await hub.datasetInfo({ name: "acme/table", additionalFields: ["author"] });
  assert.deepEqual([table.name, table.author, table.downloads, table.gated], ["acme/table", "acme", 7, false]);
  const show = await hub.spaceInfo({ name: "acme/show", additionalFields: ["author"] });
  assert.deepEqual([show.name, show.author, show.sdk, show.private], ["acme/show", "acme", "static", false]);
});

test("what is missing is refused with a status", async () => {
  await refused(404, () => hub.modelInfo({ name: "acme/none", accessToken: ADMIN }), /Repository not found/);
  await refused(401, () => hub.datasetInfo({ name: "acme/none" }));
  await refused(404, () => hub.spaceInfo({ name: "acme/open", accessToken: ADMIN }));
  await refused(404, () => hub.modelInfo({ name: "acme/open", revision: "nowhere" }), /Invalid rev id: nowhere/);
});

test("a list of models is read over several pages", async () => {
  const models = await all(hub.listModels({ search: { owner: "bob" } }));
  assert.equal(models.length, MODELS);
  assert.equal(new Set(models.map((model) => model.id)).size, MODELS);
  assert.ok(models.every((model) => model.name.startsWith("bob/m-")));
  assert.equal((await all(hub.listModels({ search: { owner: "bob" }, limit: 3 }))).length, 3);
});

test("a list of models is searched, filtered, sorted, and without what is private", async () => {
  const names = async (params) => (await all(hub.listModels(params))).map((model) => model.name).sort();
  assert.deepEqual(await names({ search: { owner: "acme" } }), ["acme/open"]);
  assert.deepEqual(await names({ search: { owner: "acme" }, accessToken: MEMBER }), ["acme/open", "acme/secret"]);
  assert.deepEqual(await names({ search: { owner: "nobody-here" } }), []);
  assert.deepEqual(await names({ search: { query: "rename" } }), ["ada/renamed"]);
  assert.deepEqual(await names({ search: { tags: ["pytorch"] } }), ["acme/open"]);
  const [first] = await all(hub.listModels({ sort: "likes", limit: 1, additionalFields: ["author"] }));
  assert.deepEqual([first.name, first.likes, first.author], ["acme/open", 2, "acme"]);
});

test("datasets and spaces are listed by owner", async () => {
  const datasets = await all(hub.listDatasets({ search: { owner: "acme" } }));
  assert.deepEqual(datasets.map((dataset) => [dataset.name, dataset.downloads]), [["acme/table", 7]]);
  const spaces = await all(hub.listSpaces({ search: { owner: "acme" } }));
  assert.deepEqual(spaces.map((space) => [space.name, space.sdk]), [["acme/show", "static"]]);
});

for (const [type, prefix, existing] of [
  ["model", "", "acme/open"],
  ["dataset", "datasets/", "acme/table"],
  ["space", "spaces/", "acme/show"],
]) {
  test(`a ${type} is created, found and deleted`, async () => {
    const name = `acme/fresh-${type}`;
    const repo = { type, name };
    const made = await hub.createRepo({ repo, accessToken: ADMIN, private: true, sdk: "static" });
    assert.ok(made.repoUrl.endsWith(`/${prefix}${name}`), made.repoUrl);
    assert.match(made.id, /^[0-9a-f]{24}$/);
    assert.equal(await hub.repoExists({ repo, accessToken: MEMBER }), true);
    assert.equal(await hub.repoExists({ repo, accessToken: OUTSIDER }), false);
    await refused(409, () => hub.createRepo({ repo, accessToken: ADMIN }), /already created this/);
    await refused(403, () => hub.deleteRepo({ repo: prefix + existing, accessToken: OUTSIDER }));
    await hub.deleteRepo({ repo, accessToken: ADMIN });
    assert.equal(await hub.repoExists({ repo, accessToken: ADMIN }), false);
    await refused(404, () => hub.deleteRepo({ repo, accessToken: ADMIN }), /Repository not found/);
  });
}

test("a repository starts in the resource group it is made for", async () => {
  const repo = "acme/grouped";
  await hub.createRepo({ repo, accessToken: ADMIN, resourceGroupId: GROUP, private: true });
  assert.equal(await hub.repoExists({ repo, accessToken: ADMIN }), true);
  // Bob writes in the organization, but is not in the group.
  assert.equal(await hub.repoExists({ repo, accessToken: MEMBER }), false);
  await hub.deleteRepo({ repo, accessToken: ADMIN });
});

test("nobody creates where they may not", async () => {
  await refused(403, () => hub.createRepo({ repo: "acme/mine", accessToken: OUTSIDER }), /rights/);
  await assert.rejects(() => hub.createRepo({ repo: "bare-name", accessToken: ADMIN }), TypeError);
  await assert.rejects(() => hub.whoAmI({ accessToken: "not-a-token" }), TypeError);
});

// Collections

test("a collection is listed with its owner and its first four items", async () => {
  const [found, ...others] = await all(hub.listCollections({ search: { owner: ["acme"] } }));
  assert.equal(others.length, 0);
  assert.deepEqual(
    [found.slug, found.title, found.description, found.theme, found.private, found.upvotes, found.gating],
    [`acme/best-models-${INNER}`, "Best models", "What we use", "blue", false, 2, false],
  );
  assert.deepEqual([found.owner.name, found.owner.type], ["acme", "org"]);
  assert.equal(found.lastUpdated, "2025-01-02T03:04:05.000Z");
  assert.deepEqual(
    found.items.map((item) => [item.type, item.id]),
    [
      ["model", "acme/open"],
      ["dataset", "acme/table"],
      ["space", "acme/show"],
      ["paper", "2510.04871"],
    ],
  );
  assert.deepEqual(found.items[0].note, { html: "start here", text: "start here" });
});

test("collections are read over several pages, sorted and cut", async () => {
  const mine = await all(hub.listCollections({ search: { owner: ["bob"] } }));
  assert.equal(mine.length, COLLECTIONS);
  assert.equal(new Set(mine.map((one) => one.slug)).size, COLLECTIONS);
  const [first, second] = await all(hub.listCollections({ search: { owner: ["bob"] }, sort: "upvotes", limit: 2 }));
  assert.deepEqual([first.upvotes, second.upvotes], [COLLECTIONS - 1, COLLECTIONS - 2]);
});

test("collections are found by owners, by item and by words", async () => {
  const slugs = async (search) => (await all(hub.listCollections({ search }))).map((one) => one.slug);
  assert.equal((await slugs({ owner: ["acme", "bob"] })).length, COLLECTIONS + 1);
  for (const item of ["models/acme/open", "datasets/acme/table", "spaces/acme/show", "papers/2510.04871"]) {
    assert.deepEqual(await slugs({ item: [item] }), [`acme/best-models-${INNER}`], item);
  }
  assert.deepEqual(await slugs({ q: "best models" }), [`acme/best-models-${INNER}`]);
  assert.deepEqual(await slugs({ owner: ["nobody-here"] }), []);
});

test("a private collection is listed for those who may see it", async () => {
  const titles = async (accessToken) =>
    (await all(hub.listCollections({ search: { owner: ["acme"] }, accessToken }))).map((one) => one.title).sort();
  assert.deepEqual(await titles(undefined), ["Best models"]);
  assert.deepEqual(await titles(OUTSIDER), ["Best models"]);
  assert.deepEqual(await titles(MEMBER), ["Best models", "Hidden"]);
});

for (const item of [
  { type: "model", id: "acme/open" },
  { type: "dataset", id: "acme/table" },
  { type: "space", id: "acme/show" },
  { type: "paper", id: "2510.04871" },
  { type: "collection", id: INNER },
]) {
  test(`a collection is created with a ${item.type}, listed and deleted`, async () => {
    const accessToken = ADMIN;
    const collection = { title: `With a ${item.type}`, namespace: "ada", description: "made in a test", item };
    const { slug } = await hub.createCollection({ collection, accessToken });
    assert.match(slug, new RegExp(`^ada/with-a-${item.type}-[0-9a-f]{24}$`));
    const [found] = await all(hub.listCollections({ search: { owner: ["ada"] } }));
    assert.deepEqual([found.slug, found.title, found.description], [slug, collection.title, "made in a test"]);
    assert.deepEqual([found.items[0].type, found.items[0].id], [item.type, item.id]);
    if (item.type === "collection") {
      assert.equal(found.items[0].slug, `acme/best-models-${INNER}`);
      assert.equal(found.items[0].numberItems, 5);
    }
    await refused(403, () => hub.deleteCollection({ slug, accessToken: OUTSIDER }));
    await hub.deleteCollection({ slug, accessToken });
    await refused(404, () => hub.deleteCollection({ slug, accessToken }));
    assert.deepEqual(await all(hub.listCollections({ search: { owner: ["ada"] } })), []);
  });
}

test("a collection is not created against the rules", async () => {
  const create = (collection, accessToken = ADMIN) => () => hub.createCollection({ collection, accessToken });
  await refused(400, create({ title: "x".repeat(61), namespace: "ada" }), /title/);
  await refused(400, create({ title: "Long", namespace: "ada", description: "x".repeat(151) }), /description/);
  await refused(403, create({ title: "Not yours", namespace: "acme" }, OUTSIDER));
  await refused(403, create({ title: "Only reading", namespace: "ada" }, READER));
  await refused(401, create({ title: "Nobody", namespace: "ada" }, UNKNOWN));
  const { slug } = await hub.createCollection({ collection: { title: "Twice", namespace: "ada" }, accessToken: ADMIN });
  await assert.rejects(create({ title: "Twice", namespace: "ada" }), (error) => {
    assert.ok(error instanceof client.HubApiError);
    assert.deepEqual([error.statusCode, error.data.slug], [409, slug]);
    return true;
  });
  await hub.deleteCollection({ slug, accessToken: ADMIN });
});

// Nothing forgotten

test("every function that the client exports is called above or is none of ours", () => {
  for (const name of IN_SCOPE) {
    assert.equal(typeof client[name], "function", `the client has no ${name} any more`);
    assert.ok(called.has(name), `${name} was never called`);
  }
  const unsorted = Object.keys(client)
    .filter((name) => !IN_SCOPE.includes(name))
    .filter((name) => !OUT_OF_SCOPE.some(([pattern]) => pattern.test(name)));
  assert.deepEqual(unsorted, [], "new in the client: ours, or not?");
  console.log(`counted: the JavaScript client has ${IN_SCOPE.length} functions of ours, all called`);
});
