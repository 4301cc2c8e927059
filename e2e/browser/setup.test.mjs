import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually, newFake, newPage, newSite, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
const password = "boats on the lake at dawn";

test("01 an empty site leads everybody to the setup, wants its code, and knows nothing of it afterwards", async () => {
  const site = await newSite({ Setup: true });
  const page = await newPage(chrome.browser, { tolerate: /setup/ });
  for (const path of ["/", "/repositories", "/log?q=x", "/sign-in"]) {
    await page.goto(site.url + path);
    await page.waitForURL(`${site.url}/setup`);
  }
  await page.getByLabel(/^Setup code/).fill("AAAA-AAAA-AAAA-AAAA");
  await page.getByLabel(/^Username/).fill("mira");
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole("button", { name: "Create account and continue" }).click();
  await page.getByRole("alert").waitFor();

  const sent = page.waitForRequest((request) => request.url().endsWith("/api/v1/setup") && request.method() === "POST");
  await page.getByLabel(/^Setup code/).fill(site.code);
  await page.getByRole("button", { name: "Create account and continue" }).click();
  const body = (await sent).postData();
  await page.waitForURL(/\/setup\/site$/);

  const outside = await newPage(chrome.browser, { tolerate: /setup/ });
  assert.equal((await outside.goto(`${site.url}/setup`)).status(), 404);
  assert.equal((await fetch(`${site.url}/api/v1/setup`)).status, 404);
  const replayed = await fetch(`${site.url}/api/v1/setup`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  assert.equal(replayed.status, 404);
});

test("02 from an empty site to the end of the first run in four screens", async () => {
  const fake = await newFake({ User: "hq", Password: "pw of hq", Fill: { org_organisation: 25, cr_shelter: 5 } });
  const site = await newSite({ Setup: true });
  const page = await newPage(chrome.browser, { tolerate: /setup/ });
  const screens = new Set();
  page.on("framenavigated", () => screens.add(new URL(page.url()).pathname));
  await page.goto(site.url);
  await page.getByLabel(/^Setup code/).fill(site.code);
  await page.getByLabel(/^Username/).fill("mira");
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole("button", { name: "Create account and continue" }).click();

  await page.getByLabel(/^Site name/).fill("Kisumu office");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio", { name: /^This site connects to others/ }).check();
  await page.getByRole("button", { name: "Continue" }).click();

  await page.getByRole("textbox", { name: /^Name/ }).fill("Headquarters");
  await page.getByRole("textbox", { name: /^URL/ }).fill(fake.url);
  await page.getByRole("textbox", { name: /^Username/ }).fill("hq");
  await page.getByRole("textbox", { name: /^Password/ }).fill("pw of hq");
  await page.getByRole("textbox", { name: /^UUID/ }).fill(fake.uuid);
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("The connection works", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Synchronize now" }).click();

  await page.waitForURL(/\/runs\//);
  await page.getByRole("status").filter({ hasText: "Finished" }).waitFor();
  const wizard = [...screens].filter((path) => path.startsWith("/setup"));
  assert.ok(wizard.length <= 4, wizard.join());
  await eventually(async () => {
    const row = page.getByRole("region", { name: /^Pull/ }).getByRole("row", { name: /org_organisation/ });
    assert.match(await row.innerText(), /\b25\b/);
  });
});
