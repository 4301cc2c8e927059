import { afterEach, describe, expect, it, vi } from "vitest";

import { fakeServer, refusal } from "../../testing/server";
import { applySchedule } from "./schedule";

const jobs = "/api/v1/repositories/r/jobs";
const start = new Date("2026-03-01T00:00:00Z");

afterEach(() => vi.unstubAllGlobals());

describe("applySchedule", () => {
  it("adds a job and leaves others alone", async () => {
    const came = fakeServer({ [`POST ${jobs}`]: {} });
    await applySchedule("r", { runEvery: 300, replace: false }, start);
    expect(came).toEqual([`POST ${jobs}`]);
  });

  it("removes others only once the new job is there, also those on further pages", async () => {
    const came = fakeServer({
      [`GET ${jobs}`]: [
        { body: { jobs: [{ id: "1", etag: "a" }], nextPageToken: "more" } },
        { body: { jobs: [{ id: "2", etag: "b" }], nextPageToken: "" } },
      ],
      [`POST ${jobs}`]: {},
      [`DELETE ${jobs}/1`]: {},
      [`DELETE ${jobs}/2`]: {},
    });
    await applySchedule("r", { runEvery: 300, replace: true }, start);
    expect(came.slice(2)).toEqual([`POST ${jobs}`, `DELETE ${jobs}/1`, `DELETE ${jobs}/2`]);
  });

  it("removes nothing when the new job is refused", async () => {
    const came = fakeServer({
      [`GET ${jobs}`]: { body: { jobs: [{ id: "1", etag: "a" }], nextPageToken: "" } },
      [`POST ${jobs}`]: { status: 400, body: refusal("INVALID_ARGUMENT") },
    });
    await expect(applySchedule("r", { runEvery: 300, replace: true }, start)).rejects.toThrow();
    expect(came).toEqual([`GET ${jobs}`, `POST ${jobs}`]);
  });
});
