import assert from "node:assert/strict";
import { before, test } from "node:test";

import { eventually, newPage, newSite, rest, signIn, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

const password = "several words that fit nowhere";

test("26 an invited viewer and an operator see no buttons that are not theirs, and calls past the page are refused", async () => {
  const { repositories } = await rest(site, "GET", "/repositories?states=ACTIVE&pageSize=1");
  const repository = repositories[0];
  for (const [role, may] of [["Viewer", false], ["Operator", true]]) {
    const admin = await signedIn(chrome.browser, site, "/users/new");
    await admin.getByRole("radio", { name: /^A person/ }).check();
    await admin.getByRole("textbox", { name: /^Username/ }).fill(`the ${role}`);
    await admin.getByRole("radio", { name: new RegExp(`^${role}`) }).check();
    await admin.getByRole("button", { name: "Add", exact: true }).click();
    const link = (await admin.locator("code", { hasText: "/invitation#" }).innerText()).trim();

    const page = await newPage(chrome.browser, { tolerate: /403/ });
    await page.goto(link);
    await page.getByLabel(/^New password/).fill(password);
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByRole("navigation", { name: "Main menu" }).waitFor();

    await page.goto(`${site.url}/repositories`);
    await page.getByRole("row").nth(5).waitFor();
    assert.equal((await page.getByRole("button", { name: /Synchronize now/ }).count()) > 0, may);
    assert.equal(await page.getByRole("link", { name: "Add Repository" }).count(), 0);
    assert.equal(await page.getByRole("link", { name: "Users" }).count(), 0);
    await page.goto(`${site.url}/repositories/${repository.id}/configuration`);
    await page.getByRole("heading", { level: 1, name: repository.name }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Save" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: /Delete/ }).count(), 0);

    const status = (method, path, body) =>
      page.evaluate(async ([m, p, b]) => (await fetch(`/api/v1${p}`, { method: m, headers: { "Content-Type": "application/json" }, body: b })).status, [method, path, body]);
    assert.equal(await status("PATCH", `/repositories/${repository.id}`, '{"name":"x"}'), 403);
    assert.equal(await status("GET", "/users"), 403);
    assert.equal(await status("POST", `/repositories/${repository.id}:pause`, "{}"), may ? 200 : 403);
    if (may) await status("POST", `/repositories/${repository.id}:resume`, "{}");
    page.verify();

    await admin.goto(link);
    await admin.close();
  }
});

test("26 the last administrator cannot be shut out", async () => {
  const { users } = await rest(site, "GET", "/users?roles=ADMINISTRATOR");
  assert.equal(users.length, 1);
  const page = await signedIn(chrome.browser, site, `/users/${users[0].id}`, { tolerate: /400|409|412/ });
  await page.getByRole("heading", { level: 1 }).waitFor();
  const status = await page.evaluate(
    async (id) =>
      (await fetch(`/api/v1/users/${id}`, { method: "PATCH", headers: { "Content-Type": "application/json" }, body: '{"disabled":true}' })).status,
    users[0].id,
  );
  assert.ok(status >= 400, `HTTP ${status}`);
  assert.equal((await rest(site, "GET", `/users/${users[0].id}`)).disabled, false);
  const disable = page.getByRole("button", { name: "Disable" });
  assert.ok((await disable.count()) === 0 || (await disable.isDisabled()));
});

test("26 a token is shown once; revoked it is refused at once", async () => {
  const page = await signedIn(chrome.browser, site, "/tokens");
  await page.getByRole("button", { name: "Add token" }).first().click();
  await page.getByRole("textbox", { name: /^Name/ }).fill("Nightly export");
  await page.getByRole("dialog").getByRole("button", { name: "Add token" }).click();
  const shown = page.getByRole("dialog").locator("code");
  await shown.waitFor();
  const token = (await shown.innerText()).trim();
  const use = async () => (await fetch(`${site.url}/api/v1/status`, { headers: { Authorization: `Bearer ${token}` } })).status;
  assert.equal(await use(), 200);
  await page.reload();
  await page.getByText("Nightly export").first().waitFor();
  assert.ok(!(await page.content()).includes(token));
  await page.getByRole("button", { name: "Revoke Nightly export" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await eventually(async () => assert.equal(await use(), 401));
  page.verify();
});

test("03 a signed-out browser cannot go back to what it saw", async () => {
  const page = await newPage(chrome.browser);
  await signIn(page, site, "/repositories");
  await page.getByRole("row").nth(5).waitFor();
  await page.locator("header details summary").last().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Username").waitFor();
  await page.goBack();
  await page.getByLabel("Username").waitFor();
  assert.equal(await page.getByRole("row").count(), 0);
});
