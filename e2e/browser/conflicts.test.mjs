import assert from "node:assert/strict";
import { before, test } from "node:test";

import { eventually, newSite, rest, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

test("24 a conflict: this site at the start in sand, the remote one at the end in blue, mirrored in Arabic", async () => {
  const { conflicts } = await rest(site, "GET", "/conflicts?states=OPEN&pageSize=1");
  for (const language of ["en", "ar"]) {
    const page = await signedIn(chrome.browser, site, "/");
    await page.evaluate((tag) => localStorage.setItem("edensync.language", tag), language);
    await page.goto(`${site.url}/conflicts/${conflicts[0].id}`);
    await page.locator(".side.here").first().waitFor();
    const [here, there] = await Promise.all([".side.here", ".side.there"].map((side) => page.locator(side).first().boundingBox()));
    assert.equal(here.x < there.x, language === "en", `${language}: here ${here.x}, there ${there.x}`);
    const tint = (side) => page.locator(side).first().evaluate((e) => getComputedStyle(e).backgroundColor);
    assert.equal(await tint(".side.here"), "rgb(243, 230, 194)");
    assert.equal(await tint(".side.there"), "rgb(214, 232, 242)");
    page.verify();
  }
});

test("24 what is foretold comes true, and can be undone", async () => {
  const { conflicts } = await rest(site, "GET", "/conflicts?states=OPEN&pageSize=50");
  const conflict = conflicts.find((c) => c.winner === "REMOTE") ?? conflicts[0];
  const other = conflict.winner === "REMOTE" ? "LOCAL" : "REMOTE";
  const detail = await rest(site, "GET", `/conflicts/${conflict.id}`);
  const predicted = detail.differences.find((d) => d.name === "name")[other === "LOCAL" ? "localValue" : "remoteValue"];
  const name = async () => {
    const record = await rest(site, "GET", `/resources/${conflict.resourceName}/records/${encodeURIComponent(conflict.uid)}`);
    return record.fields.find((f) => f.name === "name").value;
  };
  const before = await name();

  const page = await signedIn(chrome.browser, site, `/conflicts/${conflict.id}`);
  await page.getByRole("button", { name: other === "LOCAL" ? "Keep this site's version" : "Take the remote site's version" }).click();
  await page.getByText("After this").first().waitFor();
  await page.getByText(new RegExp(predicted)).first().waitFor();
  await page.getByRole("button", { name: /^Yes,/ }).click();
  await eventually(async () => assert.equal(await name(), predicted));
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually(async () => assert.equal(await name(), before));
  page.verify();
});

test("24 several conflicts are decided at once, with the effects told before", async () => {
  const page = await signedIn(chrome.browser, site, "/conflicts");
  const boxes = page.locator("tbody").getByRole("checkbox");
  await boxes.first().waitFor();
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByText("2 ticked").waitFor();
  await page.getByRole("button", { name: "Keep this site's version" }).click();
  await page.getByRole("button", { name: "Decide 2 conflicts" }).click();
  await page.getByText("2 conflicts decided").waitFor();
  await eventually(async () => {
    const { conflicts } = await rest(site, "GET", "/conflicts?states=DECIDED");
    assert.ok(conflicts.filter((c) => c.winner === "LOCAL").length >= 2);
  });
  page.verify();
});
