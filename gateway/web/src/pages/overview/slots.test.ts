import { describe, expect, it } from "vitest";

import { slotsOf } from "./slots";

const from = new Date("2026-01-01T00:00:00Z");
const to = new Date("2026-01-02T00:00:00Z");
const job = (given: Partial<Parameters<typeof slotsOf>[0][number]>) => ({
  nextRunTime: "2026-01-01T00:10:00Z",
  runEvery: "3600s",
  endTime: null,
  repeat: 0,
  runsCompleted: 0,
  ...given,
});
const times = (...jobs: Parameters<typeof slotsOf>[0]) => slotsOf(jobs, from, to).map((time) => new Date(time).toISOString().slice(11, 16));

describe("slotsOf", () => {
  it("repeats each job to the end of the day, and puts all in order", () => {
    expect(times(job({}))).toHaveLength(24);
    expect(times(job({ runEvery: "43200s" }), job({ nextRunTime: "2026-01-01T01:00:00Z", runEvery: "86400s" }))).toEqual([
      "00:10",
      "01:00",
      "12:10",
    ]);
  });

  it("stops where a job ends", () => {
    expect(times(job({ endTime: "2026-01-01T02:10:00Z" }))).toEqual(["00:10", "01:10", "02:10"]);
    expect(times(job({ repeat: 5, runsCompleted: 3 }))).toEqual(["00:10", "01:10"]);
    expect(times(job({ nextRunTime: null }))).toEqual([]);
  });

  it("does not reckon for ever", () => {
    expect(times(job({ runEvery: "10s" }), job({ runEvery: "10s" })).length).toBe(5_000);
  });
});
