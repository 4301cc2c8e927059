import { describe, expect, it } from "vitest";

import type { Counts, Run, Task, TaskRun } from "../../api/types";
import { endingOf, laneOf, ledgerOf, outcomes, percentOf, progressOf, stepsOf, sumOf } from "./ledger";

const none = { received: "0", created: "0", updated: "0", deleted: "0", unchanged: "0", skipped: "0", conflict: "0", rejected: "0" };
const counts = (given: Partial<Counts>): Counts => ({ ...none, sent: "0", accepted: "0", ...given });

function part(resourceName: string, given: Partial<TaskRun>): TaskRun {
  return { resourceName, direction: "PULL", state: "DONE", counts: counts({}), message: "", reason: "", ...given } as TaskRun;
}

function run(given: Partial<Run>): Run {
  return { state: "RUNNING", trigger: "MANUAL", resourceNames: [], tasks: [], counts: counts({}), ...given } as Run;
}

const task = (resourceName: string, mode: Task["mode"] = "PULL_AND_PUSH") => ({ resourceName, mode }) as Task;

describe("ledgerOf", () => {
  it("counts each record in one outcome, so that they add up", () => {
    const all = ledgerOf(counts({ created: "1", updated: "2", deleted: "3", unchanged: "4", skipped: "5", conflict: "6", rejected: "7" }));
    expect(outcomes.reduce((sum, name) => sum + all[name], 0)).toBe(all.total);
    expect(all.total).toBe(28);
  });

  it("adds parts up", () => {
    const sum = sumOf([ledgerOf(counts({ created: "1" })), ledgerOf(counts({ created: "2", rejected: "1" })), ledgerOf(null)]);
    expect(sum).toMatchObject({ created: 3, rejected: 1, total: 4 });
  });
});

describe("laneOf", () => {
  const tasks = [task("cr_shelter"), task("org_office", "PULL"), task("req_req", "PUSH"), task("pr_person", "NONE")];

  it("lists what has begun and what is still to come", () => {
    const going = run({ tasks: [part("cr_shelter", {})] });
    expect(laneOf(going, "PULL", tasks).map((row) => [row.resource, row.part !== null])).toEqual([
      ["cr_shelter", true],
      ["org_office", false],
    ]);
    expect(laneOf(going, "PUSH", tasks).map((row) => row.resource)).toEqual(["cr_shelter", "req_req"]);
  });

  it("expects only the resources that the run is limited to", () => {
    expect(laneOf(run({ resourceNames: ["org_office"] }), "PULL", tasks).map((row) => row.resource)).toEqual(["org_office"]);
  });

  it("expects nothing more once the run has ended, or when the remote site asks", () => {
    expect(laneOf(run({ state: "STOPPED", tasks: [part("cr_shelter", {})] }), "PULL", tasks)).toHaveLength(1);
    expect(laneOf(run({ trigger: "PEER" }), "PULL", tasks)).toHaveLength(0);
  });
});

describe("progress", () => {
  it("invents no total", () => {
    const unknown = { resource: "a", part: part("a", { state: "RUNNING", handled: "40" }) };
    expect(progressOf(unknown)).toEqual({ done: 40, total: undefined });
    expect(percentOf([unknown])).toBeUndefined();
    expect(percentOf([{ resource: "b", part: null }])).toBeUndefined();
    expect(percentOf([])).toBeUndefined();
  });

  it("knows it from what is expected, and forgets it when more comes", () => {
    const running = (handled: string) => ({ resource: "a", part: part("a", { state: "RUNNING", expected: "200", handled }) });
    expect(percentOf([running("50")])).toBe(25);
    expect(percentOf([running("200")])).toBe(99);
    expect(percentOf([running("201")])).toBeUndefined();
  });

  it("is complete at the end only", () => {
    const pushed = part("a", { direction: "PUSH", handled: "3", expected: "5" });
    expect(progressOf({ resource: "a", part: pushed })).toEqual({ done: 3, total: 3 });
    expect(percentOf([{ resource: "a", part: pushed }])).toBe(100);
    expect(percentOf([{ resource: "a", part: part("a", {}) }])).toBe(100);
  });
});

describe("stepsOf", () => {
  it("counts what is over", () => {
    const rows = [part("a", {}), part("b", { state: "FAILED" }), part("c", { state: "RUNNING" })].map((p) => ({
      resource: p.resourceName,
      part: p,
    }));
    expect(stepsOf([...rows, { resource: "d", part: null }])).toEqual({ done: 2, total: 4 });
  });
});

describe("endingOf", () => {
  it("says when there was nothing to exchange", () => {
    expect(endingOf(run({ state: "DONE", counts: counts({ received: "2", unchanged: "2" }) }))).toBe("nothing");
    expect(endingOf(run({ state: "DONE", counts: counts({ received: "2", unchanged: "2", sent: "2" }) }))).toBe("done");
    expect(endingOf(run({ state: "DONE_WITH_WARNINGS", counts: counts({ received: "1", rejected: "1" }) }))).toBe("done");
  });

  it.each([
    ["STOPPED", "stopped"],
    ["TIMED_OUT", "timedOut"],
    ["FAILED", "failed"],
    ["NEEDS_YOU", "failed"],
  ] as const)("of %s is %s", (state, ending) => expect(endingOf(run({ state }))).toBe(ending));
});
