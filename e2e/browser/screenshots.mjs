// Pictures of every page, to be looked at: light, dark, in Arabic, on a phone.
import path from "node:path";
import { before, test } from "node:test";

import { newPage, newSite, signIn, useBrowser } from "./lib.mjs";
import { publicRoutes, routes } from "./routes.mjs";

const chrome = useBrowser();
const only = process.env.ONLY ? new RegExp(process.env.ONLY) : /./;

let site;
let pages;
before(async () => {
  site = await newSite();
  pages = [...(await routes(site)), ...publicRoutes];
});

const kinds = {
  light: {},
  dark: { colorScheme: "dark" },
  arabic: { language: "ar" },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
};

for (const [kind, { language = "en", ...options }] of Object.entries(kinds)) {
  test(`pictures: ${kind}`, async () => {
    const page = await newPage(chrome.browser, options);
    await signIn(page, site);
    await page.evaluate((tag) => localStorage.setItem("edensync.language", tag), language);
    for (const [name, address] of pages.filter(([name]) => only.test(name))) {
      await page.goto("about:blank");
      await page.goto(site.url + address);
      await page.locator("h1").first().waitFor();
      await page.waitForFunction(() => !document.querySelector(".skeleton"));
      await page.waitForTimeout(300);
      await page.screenshot({ path: path.join(process.env.FOLDER, `${name}-${kind}.png`), fullPage: true });
    }
  });
}

test("pictures: setup", async () => {
  const empty = await newSite({ Setup: true });
  const page = await newPage(chrome.browser, { tolerate: /setup/ });
  await page.goto(empty.url);
  await page.getByLabel(/^Setup code/).waitFor();
  const shoot = (name) => page.screenshot({ path: path.join(process.env.FOLDER, `setup-${name}-light.png`), fullPage: true });
  await shoot("account");
  await page.getByLabel(/^Setup code/).fill(empty.code);
  await page.getByLabel(/^Username/).fill("mira");
  await page.getByLabel(/^Password/).fill("boats on the lake at dawn");
  await page.getByRole("button", { name: "Create account and continue" }).click();
  await page.waitForURL(/\/setup\/site$/);
  await page.waitForTimeout(500);
  await shoot("site");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/setup\/role/);
  await page.waitForTimeout(500);
  await shoot("role");
  await page.goto(`${empty.url}/setup/connect`);
  await page.waitForTimeout(800);
  await shoot("connect");
  for (const [name, address] of [["overview", "/"], ["repositories", "/repositories"], ["log", "/log"], ["conflicts", "/conflicts"], ["records", "/records"]]) {
    await page.goto(empty.url + address);
    await page.locator("h1").first().waitFor();
    await page.waitForTimeout(800);
    await page.screenshot({ path: path.join(process.env.FOLDER, `${name}-empty.png`), fullPage: true });
  }
});
