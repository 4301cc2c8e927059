import assert from "node:assert/strict";
import { before, test } from "node:test";

import { connect, eventually, newFake, newPage, newSite, promised, rest, signIn, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

const credentials = { User: "hq", Password: "pw of hq" };

test("06 sixty repositories: the first page shows fifty, troubles first, with one request for each refresh", async () => {
  const page = await newPage(chrome.browser);
  const asked = [];
  page.on("request", (request) => request.url().includes("/api/v1/repositories") && asked.push(request.url()));
  await signIn(page, site, "/repositories");
  await page.getByRole("row").nth(50).waitFor();
  const rows = page.getByRole("row");
  assert.equal(await rows.count(), 51);
  await page.getByText("60 repositories").waitFor();
  const words = await rows.evaluateAll((all) => all.slice(1).map((row) => row.querySelector(".status")?.textContent ?? ""));
  const order = ["Needs you", "Failed, will retry"];
  const troubled = words.filter((word) => order.includes(word));
  assert.ok(troubled.length >= 4, words.join());
  assert.deepEqual(words.slice(0, troubled.length), [...troubled].sort((a, b) => order.indexOf(a) - order.indexOf(b)), "troubles stand first");
  assert.equal(asked.length, 1, asked.join("\n"));

  await page.getByRole("button", { name: "Next page" }).click();
  await eventually(async () => assert.equal(await rows.count(), 11));
  page.verify();
});

test("07 the search stands in the address; no match offers to clear the filters", async () => {
  const page = await signedIn(chrome.browser, site, "/repositories");
  const search = page.getByRole("searchbox", { name: "Name, URL or UUID" });
  await search.fill("mombasa");
  await eventually(() => assert.equal(new URL(page.url()).searchParams.get("q"), "mombasa"));
  await eventually(async () => assert.equal(await page.getByRole("row").count(), 3));
  await page.reload();
  await eventually(async () => assert.equal(await page.getByRole("row").count(), 3));
  assert.equal(await search.inputValue(), "mombasa");
  await page.getByRole("link", { name: /Mombasa flood desk/ }).click();
  await page.getByRole("heading", { level: 1, name: "Mombasa flood desk" }).waitFor();
  await page.goBack();
  await eventually(async () => assert.equal(await search.inputValue(), "mombasa"));
  await search.fill("no such place");
  await page.getByText("No repository matches these filters.").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await eventually(async () => assert.equal(await page.getByRole("row").count(), 51));
  page.verify();
});

test("08 an empty form names exactly what is missing, by role", async () => {
  const page = await signedIn(chrome.browser, site, "/repositories/new");
  await page.getByRole("radio", { name: /^The remote site/ }).check();
  await page.getByRole("button", { name: "Save and register" }).click();
  const summary = page.getByRole("alert");
  await summary.waitFor();
  assert.deepEqual((await summary.getByRole("link").allInnerTexts()).sort(), ["Name", "Password", "URL", "UUID", "Username"]);
  assert.ok(await summary.evaluate((e) => e === document.activeElement), "the summary has the focus");
  for (const name of ["Name", "UUID", "URL", "Username", "Password"]) {
    await summary.getByRole("link", { name, exact: true }).click();
    assert.equal(await page.evaluate(() => document.activeElement.labels?.[0]?.innerText.split(/\s/)[0]), name);
  }
  await page.getByRole("radio", { name: /^A site that connects to us/ }).check();
  await page.getByRole("checkbox", { name: "Accept Pushes" }).waitFor();
  await page.getByRole("button", { name: /^Save/ }).click();
  await eventually(async () => assert.deepEqual((await summary.getByRole("link").allInnerTexts()).sort(), ["Name", "UUID"]));
  page.verify();
});

/** fill enters what a form of the remote site needs. */
async function fill(page, { name, url, uuid, username = "hq", password = "pw of hq" }) {
  await page.getByRole("radio", { name: /^The remote site/ }).check();
  for (const [label, value] of [["Name", name], ["UUID", uuid], ["URL", url], ["Username", username], ["Password", password]]) {
    if (value !== undefined) await page.getByRole("textbox", { name: new RegExp(`^${label}( required)?$`) }).fill(value);
  }
}

test("09 an address in use stands at its field; everything else stays", async () => {
  const fake = await newFake(credentials);
  await connect(site, fake, "First entry");
  const page = await signedIn(chrome.browser, site, "/repositories/new", { tolerate: /api\/v1\/repositories/ });
  await fill(page, { name: "Second entry", url: fake.url, uuid: "urn:uuid:00000000-0000-4000-8000-000000000009" });
  await page.getByRole("button", { name: "Save and register" }).click();
  const url = page.getByRole("textbox", { name: /^URL/ });
  await eventually(async () => assert.equal(await url.getAttribute("aria-invalid"), "true"));
  assert.equal(await page.getByRole("textbox", { name: /^Name/ }).inputValue(), "Second entry");
  assert.equal(await page.getByRole("textbox", { name: /^Username/ }).inputValue(), "hq");
  page.verify();
});

test("10 a connection test shows each fault at its line, with what to do, within ten seconds", async () => {
  const gone = await newFake(credentials);
  await gone.stop();
  const cases = [
    ["a closed port", gone, {}, "Port", /No server answers there/],
    ["another password", await newFake(credentials), { password: "not that one" }, "Username and Password", /refused the Username or the Password/],
    ["another UUID", await newFake(credentials), { uuid: "urn:uuid:00000000-0000-4000-8000-00000000abcd" }, "UUID", /another UUID/],
    ["another version", await newFake({ ...credentials, Edensync: "99" }), {}, "Version", /speaks version 99/],
    ["a clock that is off", await newFake({ ...credentials, SkewSeconds: 95 }), {}, "Clocks", /1 min,? 3[4-6] sec|95/],
  ];
  const page = await signedIn(chrome.browser, site, "/");
  for (const [what, fake, change, line, words] of cases) {
    await page.goto(`${site.url}/repositories/new`);
    await fill(page, { name: what, url: fake.url, uuid: fake.uuid, ...change });
    await page.getByRole("button", { name: "Test connection" }).click();
    await page.getByRole("listitem").filter({ hasText: line }).filter({ hasText: words }).waitFor({ timeout: promised(10_000) });
  }
  page.verify();
});

test("11 registration: saved either way, with the sentences of the guide and what to send to the other administrator", async () => {
  const gone = await newFake(credentials);
  await gone.stop();
  const page = await signedIn(chrome.browser, site, "/repositories/new");
  await fill(page, { name: "Out of reach", url: gone.url, uuid: gone.uuid });
  await page.getByRole("button", { name: "Save and register" }).click();
  await page.getByText("Could not auto-register at the repository, please register manually.").waitFor();
  const { repositoryUuid } = await rest(site, "GET", "/status");
  await page.getByRole("button", { name: "Copy: UUID of this site" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), repositoryUuid);

  const there = await newFake(credentials);
  await page.goto(`${site.url}/repositories/new`);
  await fill(page, { name: "Within reach", url: there.url, uuid: there.uuid });
  await page.getByRole("button", { name: "Save and register" }).click();
  await page.getByText("Successfully registered at the repository.").waitFor();
  const { repositories } = await rest(site, "GET", "/repositories?query=Within+reach");
  const { logEntries } = await rest(site, "GET", `/logEntries?repositoryId=${repositories[0].id}`);
  const entry = logEntries.find((e) => e.action === "request registration");
  assert.deepEqual([entry?.result, entry?.transmission], ["SUCCESS", "OUTGOING"]);
  page.verify();
});

test("12 the password of a remote site never comes back, and stays when other fields are saved", async () => {
  const secret = "never to be seen again";
  const fake = await newFake({ User: "hq", Password: secret, Know: ["org_organisation"] });
  const repository = await connect(site, fake, "With a secret", { password: secret });
  const page = await newPage(chrome.browser);
  const bodies = [];
  page.on("response", async (response) => bodies.push(await response.text().catch(() => "")));
  await signIn(page, site, `/repositories/${repository.id}/configuration`);
  await page.getByRole("textbox", { name: /^Name/ }).fill("With a secret still");
  await page.getByRole("button", { name: "Save" }).click();
  await eventually(async () => assert.equal((await rest(site, "GET", `/repositories/${repository.id}`)).name, "With a secret still"));
  assert.ok(!(await page.content()).includes(secret));
  assert.ok(!bodies.some((body) => body.includes(secret)), "an answer holds the password");
  const run = await rest(site, "POST", `/repositories/${repository.id}:synchronize`, {});
  await eventually(async () => assert.equal((await rest(site, "GET", `/runs/${run.id}`)).state, "DONE"));
  page.verify();
});

test("25 of two administrators the second one sees both versions; nothing is overwritten", async () => {
  const fake = await newFake(credentials);
  const { id } = await connect(site, fake, "Edited twice");
  const [first, second] = await Promise.all([1, 2].map(() => signedIn(chrome.browser, site, `/repositories/${id}/configuration`, { tolerate: /409/ })));
  const name = (page) => page.getByRole("textbox", { name: /^Name/ });
  await name(second).fill("Edited by the second");
  await name(first).fill("Edited by the first");
  await first.getByRole("button", { name: "Save" }).click();
  await eventually(async () => assert.equal((await rest(site, "GET", `/repositories/${id}`)).name, "Edited by the first"));
  await second.getByRole("button", { name: "Save" }).click();
  const note = second.getByRole("alert");
  await note.getByText("Edited by the first").waitFor();
  await note.getByText("Edited by the second").waitFor();
  assert.equal((await rest(site, "GET", `/repositories/${id}`)).name, "Edited by the first");
  await note.getByRole("button", { name: /Keep what I typed/ }).click();
  await second.getByRole("button", { name: "Save" }).click();
  await eventually(async () => assert.equal((await rest(site, "GET", `/repositories/${id}`)).name, "Edited by the second"));
  second.verify();
});
