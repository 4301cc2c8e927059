import assert from "node:assert/strict";
import { before, test } from "node:test";

import { connect, eventually, newFake, newPage, newSite, promised, rest, signIn, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

/** A fake that gives many records slowly, so that a run can be watched. */
const slowly = (seconds, records = 6_000) => ({
  User: "hq", Password: "pw of hq", Fill: { org_organisation: records }, Know: ["org_organisation", "cr_shelter"],
  Fault: { Op: "pull", Kind: "drip", Bytes: Math.ceil((records * 330) / (seconds * 20)), Pause: "50ms" },
});

/** begin starts a run with a new fake and opens its page. */
async function begin(page, name, order, base = site.url) {
  const fake = await newFake(order);
  const repository = await connect(site, fake, name, { resources: ["org_organisation", "cr_shelter"] });
  const run = await rest(site, "POST", `/repositories/${repository.id}:synchronize`, {});
  await page.goto(`${base}/runs/${run.id}`);
  return { fake, repository, run };
}

/** total reads the sum of records of a lane. */
const shown = (page) => page.getByRole("region", { name: "Pull: from the remote site to this site" }).getByRole("row", { name: /org_organisation/ });
const received = async (page) => Number((await shown(page).getByRole("cell").nth(1).innerText()).replace(/\D/g, ""));
const badge = (page, text) => page.getByRole("status").filter({ hasText: text });

test("16 Synchronize now from a row: live at once, numbers grow, lanes list every resource, the ledger adds up", async () => {
  const page = await newPage(chrome.browser);
  const fake = await newFake(slowly(6));
  await connect(site, fake, "Watched desk", { resources: ["org_organisation", "cr_shelter"] });
  await signIn(page, site, "/repositories?q=Watched");
  await page.getByRole("button", { name: "Synchronize now with Watched desk" }).click();
  await page.waitForURL(/\/runs\//);
  await badge(page, "Live").waitFor({ timeout: promised(4_000) });

  const seen = new Set();
  await eventually(async () => {
    if (await shown(page).count()) seen.add(await received(page));
    assert.ok(seen.size >= 4, `numbers seen: ${[...seen]}`);
  });
  for (const lane of ["Pull: from the remote site to this site", "Push: from this site to the remote site"]) {
    for (const resource of ["org_organisation", "cr_shelter"]) await page.getByRole("region", { name: lane }).getByRole("row", { name: new RegExp(resource) }).first().waitFor();
  }
  await badge(page, "Finished").waitFor();

  const lane = page.getByRole("region", { name: "Pull: from the remote site to this site" });
  const heads = await lane.getByRole("columnheader").allInnerTexts();
  const at = (name) => heads.indexOf(name) - 1;
  const cells = (await lane.getByRole("row", { name: /^Total/ }).getByRole("cell").allInnerTexts()).map((text) => Number(text.replace(/\D/g, "") || 0));
  const parts = ["Created", "Updated", "Deleted", "Unchanged", "Skipped", "Conflicts", "Failed"].map((name) => cells[at(name)]);
  assert.equal(parts.reduce((sum, n) => sum + n, 0), cells[at("Records")]);
  assert.equal(cells[at("Records")], 6_000);
  page.verify();
});

test("17 where the stream does not come through the page asks, and reaches the end", async () => {
  const page = await signedIn(chrome.browser, site, "/", { tolerate: /:watch/ });
  await page.route("**/*:watch", (route) => route.abort());
  await begin(page, "Behind a proxy", slowly(10));
  await badge(page, "Checking every 4 s").waitFor({ timeout: promised(15_000) });
  await badge(page, "Finished").waitFor();
  assert.equal(await received(page), 6_000);
});

test("18 a cut connection keeps the last numbers and comes back", async () => {
  const page = await newPage(chrome.browser, { tolerate: /./ });
  await signIn(page, site, "/", { base: site.wire });
  await begin(page, "Over a bad line", slowly(20), site.wire);
  await badge(page, "Live").waitFor();
  await eventually(async () => assert.ok((await received(page)) > 0));
  await fetch(`${process.env.WORLD}/sites/${site.id}/cut`, { method: "POST", body: JSON.stringify({ MS: 3_000 }) });
  await badge(page, "Connection lost").waitFor({ timeout: promised(5_000) });
  assert.ok((await received(page)) > 0, "the last numbers are gone");
  await page.getByRole("status").filter({ hasText: /Live|Checking every 4 s/ }).waitFor({ timeout: promised(10_000) });
  await badge(page, "Finished").waitFor();
});

test("19 eight pages that watch a run leave room for a ninth; hidden ones hold no stream", async () => {
  const secure = await newSite({ TLS: true });
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  const first = await signedIn(chrome.browser, secure, "/");
  const fake = await newFake(slowly(600));
  const repository = await connect(secure, fake, "Watched by many", { resources: ["org_organisation", "cr_shelter"] });
  const run = await rest(secure, "POST", `/repositories/${repository.id}:synchronize`, {});
  const pages = [];
  for (let i = 0; i < 8; i++) {
    const page = await first.context().newPage();
    await page.goto(`${secure.url}/runs/${run.id}`);
    await badge(page, "Live").waitFor();
    pages.push(page);
  }
  await eventually(async () => assert.equal(await streams(secure), 8));
  await first.goto(`${secure.url}/repositories`);
  await first.getByRole("row").nth(5).waitFor();
  assert.equal(await streams(secure), 8, "a stream ended before the list came: it may have waited for its line");

  for (const page of pages) await hide(page, true);
  await eventually(async () => assert.equal(await streams(secure), 0));
  await hide(pages[0], false);
  await badge(pages[0], "Live").waitFor();
  await eventually(async () => assert.equal(await streams(secure), 1));
  await rest(secure, "POST", `/runs/${run.id}:stop`, {});
});

test("20 a run that is stopped ends soon, says what was kept, is in the log, and leaves room for another", async () => {
  const page = await signedIn(chrome.browser, site);
  const { repository } = await begin(page, "To be stopped", slowly(120));
  await eventually(async () => assert.ok((await received(page)) > 0));
  await page.getByRole("button", { name: "Stop this run" }).click();
  await page.getByRole("dialog").getByText("is kept").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Stop this run" }).click();
  await badge(page, "Finished").waitFor({ timeout: promised(5_000) });
  await page.getByText(/What was exchanged is kept/).waitFor();
  await page.getByRole("link", { name: "View log entries" }).click();
  await page.getByRole("row", { name: /stop/i }).first().waitFor();
  const next = await rest(site, "POST", `/repositories/${repository.id}:synchronize`, {});
  assert.ok(next.id);
  page.verify();
});

/** streams is how many streams the site serves at the moment. */
async function streams(of) {
  const text = await (await fetch(`${of.url}/metrics`)).text();
  return Number(/^edensync_gateway_streams (\d+)/m.exec(text)?.[1] ?? NaN);
}

/** hide makes a page believe that its tab is behind others, as a browser with a window would. */
function hide(page, hidden) {
  return page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}
