// What is true of every page, in one language.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

import { newPage, newSite, signIn, useBrowser } from "./lib.mjs";
import { publicRoutes, routes } from "./routes.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Widths that must show a page without scrolling sideways; the last one with text twice as large. */
const widths = [
  [320, 700, 100],
  [390, 844, 100],
  [768, 1024, 100],
  [1366, 768, 100],
  [1366, 768, 200],
];

/** everywhere makes the tests of a language. */
export function everywhere(language) {
  const chrome = useBrowser();
  let seen;

  test(`27 axe finds nothing: every page, light and dark, wide and narrow, ${language}`, async () => {
    const site = await newSite();
    seen = await lookAround(await openIn(chrome.browser, site, language), site);
    assert.deepEqual(seen.violations, []);
  });

  test(`28 no page scrolls sideways, ${language}`, () => assert.deepEqual(seen.scrolling, []));
}

/** lookAround loads each page once for all that is looked at: loading takes longer than looking. */
async function lookAround(page, site) {
  const seen = { violations: [], scrolling: [] };
  for (const [name, path] of [...(await routes(site)), ...publicRoutes]) {
    await visit(page, site.url + path);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const [width, height] of [[1366, 768], [390, 844]]) {
        await page.setViewportSize({ width, height });
        for (const fault of await violations(page)) seen.violations.push(`${name} ${colorScheme} ${width}: ${fault}`);
      }
    }
    for (const [width, height, text] of widths) {
      const fault = await overflowAt(page, width, height, text);
      if (fault) seen.scrolling.push(`${name} at ${width} with ${text} % text: ${fault}`);
    }
  }
  page.verify();
  return seen;
}

async function openIn(browser, site, language) {
  const page = await newPage(browser);
  await signIn(page, site);
  await page.evaluate((tag) => localStorage.setItem("edensync.language", tag), language);
  return page;
}

/** visit loads a page anew and waits until it has settled. */
async function visit(page, url) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto("about:blank");
  await page.goto(url);
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
}

/** violations runs axe by the debugger: the page's own policy would not let it in. */
async function violations(page) {
  const debuggerOf = await page.context().newCDPSession(page);
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await debuggerOf.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    assert.ok(!exceptionDetails, JSON.stringify(exceptionDetails));
    return result.value;
  };
  await evaluate(axe + ";undefined");
  const found = await evaluate(`axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
  }).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + " " + n.failureSummary.split("\\n").slice(1, 2).join(""))))`);
  await debuggerOf.detach();
  return found;
}

/** overflowAt shows the page in a window of a size, with larger text perhaps. */
async function overflowAt(page, width, height, text) {
  await page.setViewportSize({ width, height });
  await page.evaluate((size) => (document.documentElement.style.fontSize = size === 100 ? "" : `${(15 * size) / 100}px`), text);
  const fault = await page.evaluate(overflow);
  await page.evaluate(() => (document.documentElement.style.fontSize = ""));
  return fault;
}

/** overflow says what is wider than the window, or that the heading cannot be seen. */
function overflow() {
  const { scrollWidth } = document.documentElement;
  const heading = document.querySelector("h1").getBoundingClientRect();
  if (heading.right <= 0 || heading.left >= innerWidth) return "the heading is outside";
  if (scrollWidth <= innerWidth) return "";
  const wide = [...document.querySelectorAll("body *")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
  });
  const name = (e) => `${e.tagName.toLowerCase()}.${e.className}`;
  return `${scrollWidth} px; ${wide.slice(0, 3).map(name).join(", ")}`;
}
