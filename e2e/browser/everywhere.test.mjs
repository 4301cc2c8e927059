import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, test } from "node:test";

import { newPage, newSite, signIn, useBrowser } from "./lib.mjs";
import { publicRoutes, routes } from "./routes.mjs";

const chrome = useBrowser();
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site;
let pages;
before(async () => {
  site = await newSite();
  pages = await routes(site);
});

/** Widths that must show a page without scrolling sideways; the last one with text twice as large. */
const widths = [
  [320, 700, 100],
  [390, 844, 100],
  [768, 1024, 100],
  [1366, 768, 100],
  [1366, 768, 200],
];

for (const language of ["en", "ar"]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`27 axe finds nothing: every page, ${colorScheme}, ${language}, wide and narrow`, async () => {
      const page = await openIn(language, colorScheme);
      const found = [];
      for (const [name, path] of [...pages, ...publicRoutes]) {
        await visit(page, path);
        for (const [width, height] of [[1366, 768], [390, 844]]) {
          await page.setViewportSize({ width, height });
          for (const fault of await violations(page)) found.push(`${name} ${width}: ${fault}`);
        }
      }
      assert.deepEqual(found, []);
      page.verify();
    });
  }

  test(`28 no page scrolls sideways, ${language}`, async () => {
    const page = await openIn(language, "light");
    const found = [];
    for (const [name, path] of [...pages, ...publicRoutes]) {
      await visit(page, path);
      for (const [width, height, text] of widths) {
        await page.setViewportSize({ width, height });
        await page.evaluate((size) => (document.documentElement.style.fontSize = size === 100 ? "" : `${(15 * size) / 100}px`), text);
        const fault = await page.evaluate(overflow);
        if (fault) found.push(`${name} at ${width} with ${text} % text: ${fault}`);
      }
      await page.evaluate(() => (document.documentElement.style.fontSize = ""));
    }
    assert.deepEqual(found, []);
  });
}

async function openIn(language, colorScheme) {
  const page = await newPage(chrome.browser, { colorScheme });
  await signIn(page, site);
  await page.evaluate((tag) => localStorage.setItem("edensync.language", tag), language);
  return page;
}

/** visit loads a page anew and waits until it has settled. */
async function visit(page, path) {
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.goto("about:blank");
  await page.goto(site.url + path);
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
