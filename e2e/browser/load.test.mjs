import assert from "node:assert/strict";
import { before, test } from "node:test";

import { crowd, newPage, newSite, signIn, useBrowser } from "./lib.mjs";
import { routes } from "./routes.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

test("30 over 400 kbit/s with a slow processor the sign-in is usable in 6 s, the list 3 s later", async () => {
  // The machine that tests may be slower still: twice the time is allowed, and more where other programs take their share
  // of it. What is limited here is what goes over the wire, and what waits for what. The best of three counts.
  for (let left = 3; left > 0; left--) {
    const before = crowd();
    const { usable, listed, bytes } = await arrive();
    const slack = 2 * Math.max(before, crowd());
    console.log(`sign-in usable after ${usable.toFixed(1)} s, list after ${listed.toFixed(1)} s, ${bytes} bytes, slack ${slack.toFixed(1)}`);
    assert.ok(bytes <= 280_000, `${bytes} bytes up to the list`);
    if (usable <= 6 * slack && listed <= 3 * slack) return;
  }
  assert.fail("too slow three times");
});

/** Somebody comes for the first time, signs in and looks at the list of repositories. Times are in seconds. */
async function arrive() {
  const page = await newPage(chrome.browser);
  const wire = await slow(page);
  const start = Date.now();
  await page.goto(`${site.url}/repositories`);
  await page.getByLabel("Username").waitFor();
  const usable = (Date.now() - start) / 1000;
  await page.getByLabel("Username").fill(site.username);
  await page.getByLabel("Password").fill(site.password);
  const pressed = Date.now();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("row").nth(5).waitFor();
  return { usable, listed: (Date.now() - pressed) / 1000, bytes: wire.bytes() };
}

test("30 no request leaves the origin, and without fonts everything can be read", async () => {
  const page = await newPage(chrome.browser, { tolerate: /woff2/ });
  const hosts = new Set();
  page.on("request", (request) => hosts.add(new URL(request.url()).origin));
  await page.route("**/*.woff2", (route) => route.abort());
  await signIn(page, site, "/");
  for (const path of ["/", "/repositories", "/log", "/conflicts", "/records", "/help"]) {
    await page.goto(site.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  }
  assert.deepEqual([...hosts], [site.url]);
  page.verify();
});

test("30 no page hides again what it has shown while more of it comes", async () => {
  const page = await newPage(chrome.browser);
  await page.addInitScript(watchHeading);
  await signIn(page, site);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  const found = [];
  for (const [name, path] of await routes(site)) {
    await page.goto(site.url + path);
    await page.locator("h1").first().waitFor();
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    await page.waitForLoadState("networkidle"); // nothing more comes
    const { seen, hidden } = await page.evaluate(() => window.heading);
    if (!seen || hidden) found.push(`${name}: seen ${seen}, hidden ${hidden}`);
  }
  assert.deepEqual(found, []);
});

/** watchHeading notes, frame by frame, whether the heading could be seen, and whether it went away after that. */
function watchHeading() {
  window.heading = { seen: false, hidden: false };
  const look = () => {
    const visible = [...document.querySelectorAll("h1")].some((e) => e.checkVisibility());
    window.heading.hidden ||= window.heading.seen && !visible;
    window.heading.seen ||= visible;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

test("30 dark and Arabic are there at the first paint", async () => {
  const page = await newPage(chrome.browser, { colorScheme: "dark" });
  await page.addInitScript(() => {
    localStorage.setItem("edensync.language", "ar");
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      observer.disconnect();
      const root = document.documentElement;
      window.firstPaint = { dir: root.dir, lang: root.lang };
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${site.url}/sign-in`);
  await page.locator("h1").waitFor();
  assert.deepEqual(await page.evaluate(() => window.firstPaint), { dir: "rtl", lang: "ar" });
  const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const [r, g, b] = background.match(/\d+/g).map(Number);
  assert.ok(r + g + b < 200, `${background} is not dark`);
  page.verify();
});

/** slow makes the line and the processor those of a field office, and counts what comes over the line. */
async function slow(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  let bytes = 0;
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  return { bytes: () => bytes };
}
