import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";

import { ask, eventually, newSite, rest, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

const rows = (page) => page.getByRole("row");

test("21 the log: newest first, the columns of the guide; filters change address and result; the export is what is filtered", async () => {
  const page = await signedIn(chrome.browser, site, "/log");
  await rows(page).nth(50).waitFor();
  const heads = await page.getByRole("columnheader").allInnerTexts();
  assert.deepEqual(heads, ["Date/Time", "Repository", "Resource Name", "Mode", "Action", "Result", "Remote Error", "Message"]);
  const times = await page.locator("tbody time").evaluateAll((all) => all.map((time) => time.getAttribute("datetime")));
  assert.deepEqual(times, [...times].sort().reverse(), "newest first");

  const filters = [["Mode", "push", "mode"], ["Direction", "incoming", "transmission"], ["Resource Name", null, "resource"], ["Period", "Last 24 hours", "period"]];
  for (const [label, option, parameter] of filters) {
    if (option === null) continue;
    await page.goto(`${site.url}/log`);
    await page.getByLabel(label, { exact: true }).selectOption({ label: option });
    await eventually(() => assert.ok(new URL(page.url()).searchParams.get(parameter), `${label} is not in the address`));
  }

  await page.goto(`${site.url}/log`);
  await page.getByLabel("Result", { exact: true }).selectOption({ label: "Error" });
  await page.getByLabel("Remote Error", { exact: true }).selectOption({ label: "Yes" });
  await eventually(() => assert.equal(new URL(page.url()).searchParams.get("remote")?.length > 0, true));
  const want = (await rest(site, "GET", "/logEntries?results=ERROR&remoteError=true&pageSize=500")).logEntries;
  assert.ok(want.length >= 100);
  await eventually(async () => assert.equal(await rows(page).count(), 51));
  await eventually(async () => {
    const words = new Set(await page.locator("tbody .status").allInnerTexts());
    assert.deepEqual([...words], ["Error"]);
  });

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as NDJSON" }).click();
  const lines = (await readFile(await (await download).path(), "utf8")).trim().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).id), want.map((entry) => entry.id));
  page.verify();
});

test("22 following: the view stands still while somebody reads; new entries wait, none twice, none missing", async () => {
  const page = await signedIn(chrome.browser, site, "/log?follow=yes");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForTimeout(1_000);
  await ask("POST", `/sites/${site.id}/log`, { Count: 60 });
  await page.getByText("fresh entry 59").first().waitFor();
  const readers = page.getByText("fresh entry 20", { exact: true });
  await readers.scrollIntoViewIfNeeded();
  await page.mouse.wheel(0, 600);
  await page.waitForTimeout(500);
  const at = await page.evaluate(() => scrollY);
  assert.ok(at > 100, "the page can be scrolled");

  await ask("POST", `/sites/${site.id}/log`, { Count: 100 });
  const more = page.getByRole("button", { name: /new entries/ });
  await eventually(async () => assert.equal(await more.innerText(), "100 new entries"));
  assert.ok(Math.abs((await page.evaluate(() => scrollY)) - at) <= 60, "the view has jumped");
  await more.click();
  await eventually(async () => {
    const messages = (await page.locator("tbody tr").allInnerTexts()).map((text) => /fresh entry \d+/.exec(text)?.[0]).filter(Boolean);
    assert.equal(messages.length, 160);
    assert.equal(new Set(messages).size, 100);
  });
  page.verify();
});

test("23 details by their address: the whole message, neighbours, and back to the list as it was", async () => {
  const page = await signedIn(chrome.browser, site, "/log?result=ERROR&remote=true");
  const { logEntries } = await rest(site, "GET", "/logEntries?query=Ticket+issued&pageSize=1");
  await page.goto(`${site.url}/log/${logEntries[0].id}`);
  const message = page.locator("pre").first();
  await message.waitFor();
  assert.ok((await message.innerText()).length > 10_000);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const heading = await page.getByRole("heading", { level: 1 }).innerText();
  let comes = () => {};
  await page.route("**/logEntries/*", (route) => (comes = () => route.continue()));
  await page.getByRole("link", { name: /Next/ }).click();
  await eventually(() => assert.ok(!page.url().includes(logEntries[0].id)));
  const second = page.url();
  // While the other entry is on its way the links are still those of this one: whoever is quick must not come back, or stay.
  await page.getByRole("link", { name: /Next/ }).and(page.locator("[aria-disabled]")).click({ force: true });
  assert.equal(page.url(), second);
  await comes();
  await page.unroute("**/logEntries/*");
  await page.getByRole("link", { name: /Next/ }).click();
  await eventually(() => assert.ok(page.url() !== second && !page.url().includes(logEntries[0].id)));
  await page.getByRole("link", { name: /Previous/ }).click();
  await eventually(() => assert.equal(page.url(), second));
  await page.getByRole("link", { name: /Previous/ }).click();
  await eventually(() => assert.ok(page.url().includes(logEntries[0].id)));
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), heading);

  await page.goto(`${site.url}/log?result=ERROR`);
  const link = page.locator("tbody a[href*='/log/']").nth(40);
  await link.scrollIntoViewIfNeeded();
  const at = await page.evaluate(() => scrollY);
  await link.click();
  await page.getByText("What it means, and what to do").waitFor();
  await page.goBack();
  await eventually(async () => {
    assert.equal(new URL(page.url()).searchParams.get("result"), "ERROR");
    assert.ok(Math.abs((await page.evaluate(() => scrollY)) - at) < 200, "the position is lost");
  });
  page.verify();
});
