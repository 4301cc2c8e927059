import { describe, expect, it } from "vitest";

import { isSetUp, stepsOf } from "./steps";

const ready = [{ name: "scheduler", ready: true, message: "" }];
const site = { repositories: [], jobs: 0, components: ready, proxyUrl: "" };
const repository = (given = {}) => ({ id: "r1", url: "https://hub.example.org", taskCount: 0, lastConnectTime: null, ...given });
const open = (steps: ReturnType<typeof stepsOf>) => steps.filter((step) => !step.done && !step.optional).map((step) => step.name);

describe("stepsOf", () => {
  it("leads an empty site from the repository to the first run", () => {
    expect(open(stepsOf(site))).toEqual(["repository", "resources", "schedule", "run"]);
    expect(open(stepsOf({ ...site, repositories: [repository()] }))).toEqual(["resources", "schedule", "run"]);
    const done = [repository({ taskCount: 2, lastConnectTime: "2026-01-01T00:00:00Z" })];
    expect(open(stepsOf({ ...site, repositories: done, jobs: 1 }))).toEqual([]);
    expect(isSetUp(stepsOf({ ...site, repositories: done, jobs: 1 }))).toBe(true);
    expect(isSetUp(stepsOf(site))).toBe(false);
  });

  it("leads to the repository that has no resources yet", () => {
    const repositories = [repository({ taskCount: 1 }), repository({ id: "r2" })];
    expect(stepsOf({ ...site, repositories }).find((step) => step.name === "resources")?.repositoryId).toBe("r2");
  });

  it("asks a site that others connect to for no schedule", () => {
    expect(open(stepsOf({ ...site, repositories: [repository({ url: "" })] }))).toEqual(["run"]);
  });

  it("names a worker that stands still, and never demands a proxy", () => {
    const stopped = [{ name: "transfer", ready: false, message: "" }];
    expect(open(stepsOf({ ...site, components: stopped }))[0]).toBe("worker");
    const repositories = [repository({ taskCount: 1, lastConnectTime: "2026-01-01T00:00:00Z" })];
    expect(isSetUp(stepsOf({ ...site, repositories, jobs: 1, components: stopped }))).toBe(true);
    expect(stepsOf(site).find((step) => step.name === "proxy")).toMatchObject({ done: false, optional: true });
  });
});
