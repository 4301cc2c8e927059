import { describe, expect, it, vi } from "vitest";

import { startsOf } from "./schedule";
import { actOnAll, type Outcome } from "./useBulk";

const targets = ["a", "b", "c", "d", "e", "f"].map((id) => ({ id, name: `Site ${id}` }));

describe("acting on many repositories", () => {
  it("tells for each what came out; one that fails stops no other", async () => {
    const refused = new Error("no");
    const act = (id: string) => (id === "c" ? Promise.reject(refused) : Promise.resolve(`run-${id}`));
    const outcomes = await actOnAll(targets, act, () => undefined);
    expect(outcomes.map(({ id, state, runId, error }) => [id, state, runId ?? error])).toEqual([
      ["a", "done", "run-a"],
      ["b", "done", "run-b"],
      ["c", "failed", refused],
      ["d", "done", "run-d"],
      ["e", "done", "run-e"],
      ["f", "done", "run-f"],
    ]);
  });

  it("works on four at a time, and shows those that wait", async () => {
    const release: (() => void)[] = [];
    const act = vi.fn((id: string) => new Promise<string>((resolve) => release.push(() => resolve(id))));
    let shown: Outcome[] = [];
    const all = actOnAll(targets, act, (outcomes) => (shown = outcomes));
    expect(shown.map(({ state }) => state)).toEqual(["working", "working", "working", "working", "waiting", "waiting"]);
    release[0]!();
    await vi.waitFor(() => expect(act).toHaveBeenCalledTimes(5));
    expect(shown.map(({ state }) => state)).toEqual(["done", "working", "working", "working", "working", "waiting"]);
    while (act.mock.settledResults.some(({ type }) => type === "incomplete")) {
      release.splice(0).forEach((end) => end());
      await Promise.resolve();
    }
    await all;
    expect(act).toHaveBeenCalledTimes(6);
  });
});

describe("first runs of a schedule for many", () => {
  it("are spread over one interval", () => {
    const from = new Date("2026-03-01T00:00:00Z");
    const starts = startsOf(3, 600, from).map((start) => start.toISOString());
    expect(starts).toEqual(["2026-03-01T00:00:00.000Z", "2026-03-01T00:03:20.000Z", "2026-03-01T00:06:40.000Z"]);
  });
});
