import { describe, expect, it } from "vitest";

import type { Run } from "../../api/types";
import { type Advice, adviceOf, warningsOf } from "./lessons";

function run(seconds: number, given: Partial<Run> = {}): Run {
  const start = new Date("2026-01-01T00:00:00Z");
  return {
    state: "DONE",
    trigger: "SCHEDULE",
    startTime: start.toISOString(),
    endTime: new Date(start.getTime() + seconds * 1000).toISOString(),
    counts: { created: "1" },
    ...given,
  } as Run;
}

describe("adviceOf", () => {
  it("has none without a run that came to its end", () => {
    expect(adviceOf([])).toBeNull();
    expect(adviceOf([run(5, { state: "FAILED" }), run(5, { state: "RUNNING", endTime: null }), run(5, { trigger: "PEER" })])).toBeNull();
  });

  it("suggests ten times the longest run", () => {
    expect(adviceOf([run(5), run(34), run(3, { state: "DONE_WITH_WARNINGS" })])).toEqual({
      count: 3,
      average: 14,
      longest: 34,
      timeout: 340,
      empty: 0,
    });
  });

  it("suggests no less than a minute, and looks at 20 runs only", () => {
    const advice = adviceOf([...Array.from({ length: 20 }, () => run(0.2)), run(900)]);
    expect(advice).toMatchObject({ count: 20, longest: 0.2, timeout: 60 });
  });
});

describe("warningsOf", () => {
  const advice: Advice = { count: 10, average: 30, longest: 60, timeout: 600, empty: 0 };

  it("has nothing against a fitting schedule", () => {
    expect(warningsOf(advice, { runEvery: 600, timeout: 600 })).toEqual([]);
  });

  it("warns of an interval shorter than a run, a timeout shorter than the longest, and of empty runs", () => {
    expect(warningsOf(advice, { runEvery: 20, timeout: 600 })).toEqual(["tooOften"]);
    expect(warningsOf(advice, { runEvery: 600, timeout: 50 })).toEqual(["shortTimeout"]);
    expect(warningsOf({ ...advice, empty: 6 }, { runEvery: 600, timeout: 600 })).toEqual(["mostlyEmpty"]);
    expect(warningsOf({ ...advice, count: 4, empty: 4 }, { runEvery: 600, timeout: 600 })).toEqual([]);
  });
});
