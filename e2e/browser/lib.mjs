// What the tests share: their world, a browser, and words for what people do.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

const world = process.env.WORLD;
const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** ask talks to the world; see worldServer. */
export async function ask(method, path, body) {
  const response = await fetch(world + path, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** newSite starts a site: a copy of the seeded hub unless told otherwise. */
export const newSite = (order = {}) => ask("POST", "/sites", order);

/** newFake starts a fake Eden. */
export async function newFake(order = {}) {
  const fake = await ask("POST", "/fakes", order);
  return {
    ...fake,
    tell: (change) => ask("POST", `/fakes/${fake.id}`, change),
    records: (resource) => ask("GET", `/fakes/${fake.id}/${resource}`),
    stop: () => ask("DELETE", `/fakes/${fake.id}`),
  };
}

/** rest calls the REST interface of a site with its token and gives the answer's JSON. */
export async function rest(site, method, path, body) {
  const response = await fetch(`${site.url}/api/v1${path}`, {
    method,
    body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${site.token}`, "Content-Type": "application/json" },
  });
  const answer = await response.json();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** useBrowser starts Chromium before the tests of a file and ends it after them. */
export function useBrowser() {
  const holder = {};
  before(async () => {
    holder.browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags.split(" ") });
  });
  after(() => holder.browser?.close());
  return holder;
}

/** Requests that may be refused without anything being wrong: asking who is signed in, and whether the site is set up. */
const mayBeRefused = /\/api\/v1\/(session|setup)$/;

/**
 * newPage opens a page of a person who has not signed in. Errors on its console fail the test at verify(), unless they are of
 * an answer that `tolerate` matches.
 */
export async function newPage(browser, options = {}) {
  const { tolerate, ...settings } = options;
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "en", colorScheme: "light", ignoreHTTPSErrors: true, ...settings });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  watchErrors(page, tolerate);
  return page;
}

/** watchErrors remembers what goes wrong in a page. */
export function watchErrors(page, tolerate) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(`${error.name}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const where = message.location().url ?? "";
    if (mayBeRefused.test(where) || tolerate?.test(`${where} ${message.text()}`)) return;
    errors.push(`${message.text()} ${where}`);
  });
  page.verify = () => assert.deepEqual(errors, [], "errors on the console");
}

/** signIn goes to a page of a site and signs in on the way. */
export async function signIn(page, site, path = "/", { base = site.url, username = site.username, password = site.password } = {}) {
  await page.goto(`${base}/sign-in?to=${encodeURIComponent(path)}`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main menu" }).waitFor();
}

/** signedIn is a new page at path, signed in as administrator. */
export async function signedIn(browser, site, path = "/", options = {}) {
  const page = await newPage(browser, options);
  await signIn(page, site, path, options.base ? { base: options.base } : {});
  return page;
}

/** eventually waits until check does not throw any more. */
export async function eventually(check, within = 60_000) {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** crowd is how many times longer work takes here than it would if nobody else worked. */
export function crowd() {
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  for (let used = 0; used < 200_000; ) {
    const { user, system } = process.cpuUsage(cpu);
    used = user + system;
  }
  return Number(process.hrtime.bigint() - began) / 200_000_000;
}

/** promised is the milliseconds within which the site promises something, as `timeout`: more where others use the machine, too. */
export const promised = (ms) => 2 * crowd() * ms;

/** connect makes a repository for a fake, with resources, by REST; ready to be synchronized. */
export async function connect(site, fake, name, { resources = ["org_organisation"], ...more } = {}) {
  const repository = await rest(site, "POST", "/repositories", { name, url: fake.url, username: "hq", password: "pw of hq", uuid: fake.uuid, ...more });
  for (const resourceName of resources) await rest(site, "POST", `/repositories/${repository.id}/tasks`, { resourceName });
  await eventually(async () => {
    const { registration } = await rest(site, "GET", `/repositories/${repository.id}`);
    assert.notEqual(registration.state, "PENDING");
  });
  return repository;
}
