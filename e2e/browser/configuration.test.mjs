import assert from "node:assert/strict";
import { before, test } from "node:test";

import { connect, eventually, newFake, newSite, rest, signedIn, useBrowser } from "./lib.mjs";

const chrome = useBrowser();
let site;
before(async () => {
  site = await newSite();
});

const credentials = { User: "hq", Password: "pw of hq", Know: ["org_organisation", "cr_shelter"] };

test("13 a resource: sensible at once, says what THIS means and what the remote site will apply, refuses a second one", async () => {
  const { id } = await connect(site, await newFake(credentials), "With resources", { resources: ["org_organisation"] });
  const page = await signedIn(chrome.browser, site, `/repositories/${id}/resources/new`, { tolerate: /tasks/ });
  const policy = (group, name) => page.getByRole("group", { name: group }).getByRole("radio", { name: new RegExp(`^${name}`) });
  assert.ok(await page.getByRole("radio", { name: /^pull and push/ }).isChecked());
  assert.ok(await policy("Update Policy", "NEWER").isChecked());
  assert.ok(await page.getByRole("checkbox", { name: "same as Update Policy" }).isChecked());

  await policy("Update Policy", "THIS").check();
  await page.getByText("All records are exchanged in every run: that is slow.").waitFor();
  await page.getByText("The remote site will apply THIS as OTHER").waitFor();

  await page.getByLabel(/^Resource Name/).fill("org_organisation");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("This resource is already configured for this repository").first().waitFor();

  await page.getByLabel(/^Resource Name/).fill("cr_shelter");
  await page.getByRole("button", { name: "Save" }).click();
  await eventually(async () => {
    const { tasks } = await rest(site, "GET", `/repositories/${id}/tasks`);
    const task = tasks.find((one) => one.resourceName === "cr_shelter");
    assert.deepEqual([task?.mode, task?.updatePolicy, task?.conflictPolicy], ["PULL_AND_PUSH", "THIS", "THIS"]);
  });
  page.verify();
});

test("14 a job in Kathmandu: UTC as entered, the own clock beside it, the next five runs, five minutes are five minutes", async () => {
  const { id } = await connect(site, await newFake(credentials), "With a job");
  const page = await signedIn(chrome.browser, site, `/repositories/${id}/schedule/new`, { timezoneId: "Asia/Kathmandu" });
  await page.getByLabel(/^Start Time/).fill("2011-09-21T08:30");
  await page.getByText(/On your clock:.*14:15/).waitFor();
  await page.getByRole("spinbutton", { name: /^Run every/ }).fill("5");
  await page.getByRole("combobox", { name: "Run every: unit" }).selectOption("minutes");
  const preview = page.getByRole("region", { name: "The next five runs" });
  await eventually(async () => assert.equal(await preview.getByRole("listitem").count(), 5));
  await page.getByRole("button", { name: "Save" }).click();
  await eventually(async () => {
    const { jobs } = await rest(site, "GET", `/repositories/${id}/jobs`);
    assert.equal(new Date(jobs[0].startTime).toISOString(), "2011-09-21T08:30:00.000Z");
    assert.equal(jobs[0].runEvery, "300s");
  });
  page.verify();
});

test("15 a job that has switched itself off is reset", async () => {
  const fake = await newFake(credentials);
  const { id } = await connect(site, fake, "With a failed job");
  await fake.stop();
  const startTime = new Date(Date.now() + 2_000).toISOString();
  const job = await rest(site, "POST", `/repositories/${id}/jobs`, { startTime, runEvery: "86400s", maxFailures: 1 });
  await eventually(async () => assert.equal((await rest(site, "GET", `/repositories/${id}/jobs/${job.id}`)).state, "FAILED"), 90_000);
  const page = await signedIn(chrome.browser, site, `/repositories/${id}/schedule`);
  await page.getByRole("button", { name: /^Reset/ }).click();
  await page.getByRole("status").filter({ hasText: "Job reactivated" }).waitFor();
  await eventually(async () => {
    const { state, failedRuns, enabled } = await rest(site, "GET", `/repositories/${id}/jobs/${job.id}`);
    assert.ok(["QUEUED", "RUNNING"].includes(state), state);
    assert.deepEqual([failedRuns, enabled], [0, true]);
  });
  page.verify();
});
