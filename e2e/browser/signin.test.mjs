import assert from "node:assert/strict";
import { before, test } from "node:test";

import { newPage, newSite, rest, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

test("03 sign-in with the keyboard only; a wrong password keeps what was typed; nothing secret is readable by scripts", async () => {
  const page = await newPage(chrome.browser);
  await page.goto(`${site.url}/repositories`);
  await page.getByLabel("Username").waitFor();
  await tabTo(page, "username");
  await page.keyboard.type(site.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByRole("alert").count(), 1);
  assert.equal(await page.getByLabel("Username").inputValue(), site.username);
  assert.equal(await page.getByLabel("Password").inputValue(), "not the password");

  await tabTo(page, "password");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(site.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Repositories", level: 1 }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/repositories");

  const cookies = await page.context().cookies();
  assert.equal(cookies.length, 1);
  const [{ name, httpOnly, secure, sameSite, value }] = cookies;
  assert.deepEqual({ name, httpOnly, secure, sameSite }, { name: "__Host-edensync", httpOnly: true, secure: true, sameSite: "Strict" });
  const readable = await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]));
  for (const secret of [value, site.password]) assert.ok(!readable.includes(secret), "a secret can be read");
});

test("04 another origin cannot start a run; text/plain is no JSON", async () => {
  const page = await signedIn(chrome.browser, site, "/repositories", { tolerate: /:synchronize/ });
  const { repositories } = await rest(site, "GET", "/repositories?states=ACTIVE&pageSize=1");
  const path = `/api/v1/repositories/${repositories[0].id}:synchronize`;
  const before = (await rest(site, "GET", "/runs?pageSize=500")).runs.length;

  const foreign = await page.context().newPage();
  await foreign.route("http://127.0.0.1:9/*", (route) =>
    route.fulfill({ contentType: "text/html", body: `<form method="post" enctype="text/plain" action="${site.url}${path}"><input name='{"a":"' value='"}'></form>` }),
  );
  await foreign.goto("http://127.0.0.1:9/");
  const refused = foreign.waitForResponse((r) => r.url().endsWith(":synchronize"));
  await foreign.evaluate(() => document.querySelector("form").submit());
  assert.equal((await refused).status(), 403);

  const status = await page.evaluate(async (p) => (await fetch(p, { method: "POST", headers: { "Content-Type": "text/plain" }, body: "{}" })).status, path);
  assert.equal(status, 415);
  assert.equal((await rest(site, "GET", "/runs?pageSize=500")).runs.length, before);
});

/** tabTo presses Tab until the field has the focus. */
async function tabTo(page, name) {
  for (let i = 0; i < 20; i++) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute("name"))) === name) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${name}`);
}

test("05 a session that ends while a form is half filled: sign in over the page, and what was typed is saved", async () => {
  const { repositories } = await rest(site, "GET", "/repositories?query=Kilifi&pageSize=1");
  const page = await signedIn(chrome.browser, site, `/repositories/${repositories[0].id}/configuration`, { tolerate: /401/ });
  await page.getByRole("textbox", { name: /^Name/ }).fill("Kilifi, typed before the end");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await dialog.waitFor();
  await dialog.getByLabel("Password").fill(site.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
  const { name } = await rest(site, "GET", `/repositories/${repositories[0].id}`);
  assert.equal(name, "Kilifi, typed before the end");
});
