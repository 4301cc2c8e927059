import { describe, expect, it } from "vitest";

import type { Job } from "../../api/types";
import { checkJob, newJob, readJob, writeJob } from "./form";

const say = (fault: string) => fault;
const found = (values: Parameters<typeof checkJob>[0]) =>
  Object.fromEntries(Object.entries(checkJob(values, say)).filter(([, fault]) => Boolean(fault)));
const fresh = newJob(new Date("2026-03-01T08:30:45Z"));

describe("the form of a job", () => {
  it("begins in the present minute, every ten minutes, without an end", () => {
    expect(writeJob(fresh)).toEqual({
      enabled: true,
      startTime: "2026-03-01T08:30:00.000Z",
      endTime: null,
      repeat: 0,
      runEvery: "600s",
      timeout: "600s",
      maxFailures: 0,
    });
    expect(found(fresh)).toEqual({});
  });

  it("keeps five minutes as 300 seconds", () => {
    const job = { enabled: true, startTime: fresh.startTime, endTime: null, repeat: 0, runEvery: "300s", timeout: "10s", maxFailures: 3 };
    expect(readJob(job as Job)).toMatchObject({ runEvery: 300, timeout: 10 });
    expect(writeJob(readJob(job as Job))).toMatchObject({ runEvery: "300s", timeout: "10s", maxFailures: 3 });
  });

  it("finds what the server would refuse", () => {
    expect(found({ ...fresh, startTime: null, repeat: "", maxFailures: "1.5" })).toEqual({
      startTime: "required",
      repeat: "whole",
      maxFailures: "whole",
    });
    expect(found({ ...fresh, endTime: "2026-03-01T08:00:00Z" })).toEqual({ endTime: "after" });
    expect(found({ ...fresh, runEvery: 5, timeout: NaN })).toEqual({ runEvery: "runEvery", timeout: "timeout" });
    expect(found({ ...fresh, repeat: "-1" })).toEqual({ repeat: "whole" });
  });
});
