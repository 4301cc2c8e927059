import { describe, expect, test } from "vitest";

import { activeFilters, parameters, rangeOf, selectionOf, turnTo } from "./search";

const now = new Date("2026-11-28T12:00:00Z");

describe("selectionOf", () => {
  test("reads every filter of the address", () => {
    const all = {
      repository: "r1",
      resource: "org_office",
      mode: "PULL",
      transmission: "OUTGOING",
      result: "ERROR",
      remote: "yes",
      run: "7",
      q: "x",
    };
    expect(selectionOf(all)).toEqual({
      repositoryId: "r1",
      resourceName: "org_office",
      mode: "PULL",
      transmission: "OUTGOING",
      results: ["ERROR"],
      remoteError: true,
      runId: "7",
      query: "x",
    });
  });

  test("tells no remote error from any", () => {
    expect(selectionOf({ remote: "no" }).remoteError).toBe(false);
    expect(selectionOf({}).remoteError).toBeUndefined();
  });

  test("a value that no filter has is no filter", () => {
    const read = selectionOf({ mode: "SIDEWAYS", result: "success" });
    expect(read.mode).toBeUndefined();
    expect(read.results).toBeUndefined();
  });
});

describe("rangeOf", () => {
  test("a period moves on with the clock", () => {
    expect(rangeOf({ period: "hour" }, now)).toEqual({ startTime: "2026-11-28T11:00:00.000Z" });
    expect(rangeOf({ period: "week" }, now)).toEqual({ startTime: "2026-11-21T12:00:00.000Z" });
  });

  test("further pages stay with the start of the first", () => {
    const first = rangeOf({ period: "day" }, now);
    const second = turnTo({ period: "day" }, "token", first);
    expect(second).toMatchObject({ period: "day", page: "token", from: first.startTime });
    expect(rangeOf(second, new Date("2026-11-28T13:00:00Z"))).toEqual(first);
    expect(turnTo(second, "", first)).toEqual({ period: "day", page: undefined, from: undefined });
  });

  test("own ends stay on all pages", () => {
    const own = { period: "own", from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" };
    expect(rangeOf(own, now)).toEqual({ startTime: own.from, endTime: own.to });
    expect(turnTo(own, "token", {})).toMatchObject(own);
  });
});

describe("activeFilters", () => {
  test("names what leaves something out", () => {
    expect(activeFilters({})).toEqual([]);
    expect(activeFilters({ page: "t", q: "x", from: "2026-11-01T00:00:00Z" })).toEqual(["period", "q"]);
  });

  test("following knows no period", () => {
    expect(activeFilters({ follow: "yes", period: "hour", mode: "PUSH" })).toEqual(["mode"]);
  });
});

test("parameters repeats results and leaves out what is not asked for", () => {
  expect(parameters({})).toBe("");
  expect(parameters({ results: ["ERROR", "FATAL"] })).toBe("?results=ERROR&results=FATAL");
  expect(parameters({ remoteError: false, query: "a&b", results: ["ERROR"], format: "CSV" })).toBe(
    "?remoteError=false&query=a%26b&format=CSV&results=ERROR",
  );
});
