import assert from "node:assert/strict";
import { test } from "node:test";

import { newFake, newPage, newSite, rest, useBrowser } from "./lib.mjs";

const chrome = useBrowser();

test("29 the whole journey with the keyboard alone; the focus is always seen, comes back, and begins at the heading", async () => {
  const site = await newSite({ Empty: true });
  const fake = await newFake({ User: "hq", Password: "pw of hq", Fill: { org_organisation: 12 } });
  const page = await newPage(chrome.browser);
  const keys = new Keyboard(page);

  await page.goto(`${site.url}/sign-in`);
  await page.getByLabel("Username").waitFor();
  await keys.to((e) => e.name === "username");
  await keys.type("admin");
  await keys.to((e) => e.name === "password");
  await keys.type(site.password);
  await keys.press("Enter");

  await keys.arrive("Overview");
  await keys.to((e) => e.role === "link" && e.text === "Repositories");
  await keys.press("Enter");
  await keys.arrive("Repositories");
  await keys.to((e) => e.text === "Add Repository");
  await keys.press("Enter");

  await keys.arrive("Add Repository");
  for (const [name, value] of [["name", "Headquarters"], ["uuid", fake.uuid], ["url", fake.url], ["username", "hq"], ["password", "pw of hq"]]) {
    await keys.to((e) => e.name === name);
    await keys.type(value);
  }
  await keys.to((e) => e.text === "Save and register");
  await keys.press("Enter");
  await keys.arrive("Headquarters");
  await page.getByText("Successfully registered at the repository.").waitFor();

  await keys.to((e) => e.role === "link" && e.text === "Resources");
  await keys.press("Enter");
  await page.waitForURL(/\/resources$/);
  await keys.to((e) => e.text === "Add resource");
  await keys.press("Enter");
  await page.waitForURL(/\/resources\/new$/);
  await keys.to((e) => e.name === "resourceName");
  await keys.type("org_organisation");
  await keys.to((e) => e.role === "button" && e.text === "Save");
  await keys.press("Enter");
  await page.getByRole("row", { name: /org_organisation/ }).waitFor();

  await keys.to((e) => e.role === "link" && e.text === "Schedule");
  await keys.press("Enter");
  await page.waitForURL(/\/schedule$/);
  await keys.to((e) => e.text === "Add job");
  await keys.press("Enter");
  await page.waitForURL(/\/schedule\/new$/);
  await keys.to((e) => e.role === "button" && e.text === "Save");
  await keys.press("Enter");
  await page.waitForURL(/\/schedule$/);

  // The job is due at once: its run may be under way already, and then there is one to watch instead of one to start.
  await keys.to((e) => e.text === "Synchronize now" || e.text === "Watch");
  await keys.press("Enter");
  await page.waitForURL(/\/runs\//);
  await page.getByRole("status").filter({ hasText: "Finished" }).waitFor();
  await keys.to((e) => e.text === "View log entries");
  await keys.press("Enter");
  await keys.arrive("Synchronization Log");
  await page.getByRole("row").nth(1).waitFor();
  await keys.to((e) => e.role === "link" && e.href.includes("/log/0"));
  await keys.press("Enter");
  await keys.arrive("Details of a log entry");

  // Dialogs give the focus back to what opened them.
  const { repositories } = await rest(site, "GET", "/repositories");
  await page.goto(`${site.url}/repositories/${repositories[0].id}/configuration`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await keys.to((e) => e.text === "Delete this repository");
  await keys.press("Enter");
  await page.getByRole("dialog").waitFor();
  assert.ok(await page.evaluate(() => document.querySelector("dialog").contains(document.activeElement)));
  await keys.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Delete this repository");
  page.verify();
});

/** Keyboard is a person without a mouse. */
class Keyboard {
  constructor(page) {
    this.page = page;
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  async type(text) {
    await this.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }

  /** to presses Tab until what has the focus fits; at each stop the focus must be seen. */
  async to(fits) {
    for (let i = 0; i < 150; i++) {
      const at = await this.page.evaluate(focused);
      if (at && i > 0) assert.ok(at.outlined, `the focus on ${at.what} at ${this.page.url()} cannot be seen`);
      if (at && fits(at)) return;
      await this.press("Tab");
    }
    assert.fail(`Tab does not reach what is looked for at ${this.page.url()}`);
  }

  /** arrive waits for a page and finds the focus on its heading. */
  async arrive(title) {
    await this.page.getByRole("heading", { level: 1, name: title }).waitFor();
    await this.page.waitForFunction(() => document.activeElement?.tagName === "H1");
  }
}

/** focused describes what has the focus. */
function focused() {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const role = e.getAttribute("role") ?? { A: "link", BUTTON: "button" }[e.tagName] ?? "";
  const style = getComputedStyle(e);
  const outlined = e.tagName === "H1" || e.getAttribute("role") === "alert" || style.outlineStyle !== "none" || style.boxShadow !== "none";
  const what = `${e.tagName} ${e.type ?? ""} ${e.id}.${e.className} ${e.textContent.trim().slice(0, 30)}`;
  return { what, name: e.getAttribute("name") ?? "", role, text: e.textContent.trim(), href: e.getAttribute("href") ?? "", outlined };
}
