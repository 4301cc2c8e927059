import { describe, expect, test } from "vitest";

import type { Conflict, EdenRecord, Repository } from "../../api/types";
import { alike, choose, clockDoubt, isMixed, previewOf, reachOf, valid } from "./preview";

/** conflict of a shelter whose name and status differ; the policy chose the winner. */
function conflict(change: Partial<Conflict> = {}): Conflict {
  const difference = (name: string, localValue: string | null, remoteValue: string | null) => ({
    name,
    localValue,
    remoteValue,
    differs: localValue !== remoteValue,
  });
  return {
    policy: "NEWER",
    winner: "LOCAL",
    fieldSides: {},
    differingFields: ["name", "status"],
    differences: [difference("capacity", "406", "406"), difference("name", "Here", "There"), difference("status", "1", null)],
    local: { deleted: false, modifiedOn: "2026-11-28T10:00:10Z" },
    remote: { deleted: false, modifiedOn: "2026-11-28T10:00:00Z" },
    ...change,
  } as unknown as Conflict;
}

const here = { side: "LOCAL" as const, fieldSides: {} };
const there = { side: "REMOTE" as const, fieldSides: {} };

describe("previewOf", () => {
  test("keeping what is valid changes only a remote site that has not got it yet", () => {
    expect(previewOf(conflict(), here, "own")).toEqual({
      here: [],
      there: [
        { kind: "field", name: "name", from: "There", to: "Here" },
        { kind: "field", name: "status", from: undefined, to: "1" },
      ],
    });
    expect(previewOf(conflict(), here, "valid")).toEqual({ here: [], there: [] });
  });

  test("taking the other version changes this site, and the remote one if it had got ours", () => {
    const change = [
      { kind: "field", name: "name", from: "Here", to: "There" },
      { kind: "field", name: "status", from: "1", to: undefined },
    ];
    expect(previewOf(conflict(), there, "own")).toEqual({ here: change, there: [] });
    expect(previewOf(conflict(), there, "valid")).toEqual({ here: change, there: change });
  });

  test("where the remote version won, taking ours changes both sites", () => {
    const both = previewOf(conflict({ winner: "REMOTE" }), here, "valid");
    expect(both.here).toEqual(both.there);
    expect(both.here).toContainEqual({ kind: "field", name: "name", from: "There", to: "Here" });
  });

  test("single fields are taken from the other side", () => {
    const mixed = { side: "LOCAL" as const, fieldSides: { name: "REMOTE" as const } };
    expect(previewOf(conflict(), mixed, "own")).toEqual({
      here: [{ kind: "field", name: "name", from: "Here", to: "There" }],
      there: [{ kind: "field", name: "status", from: undefined, to: "1" }],
    });
  });

  test("what a person mixed is what is valid now", () => {
    const decided = conflict({ winner: "LOCAL", fieldSides: { name: "REMOTE" } });
    expect(previewOf(decided, there, "valid").here).toEqual([{ kind: "field", name: "status", from: "1", to: undefined }]);
  });

  test("a deletion deletes, or the record comes back", () => {
    const gone = conflict({ remote: { deleted: true } as Conflict["remote"] });
    expect(previewOf(gone, there, "own")).toEqual({ here: [{ kind: "deleted" }], there: [] });
    expect(previewOf(gone, here, "own")).toEqual({ here: [], there: [{ kind: "restored" }] });
    const both = conflict({ local: { deleted: true }, remote: { deleted: true } } as Partial<Conflict>);
    expect(previewOf(both, there, "own")).toEqual({ here: [], there: [] });
  });
});

describe("choose", () => {
  test("mixes fields of both sides", () => {
    const mixed = choose(conflict(), here, "name", "REMOTE");
    expect(mixed).toEqual({ side: "LOCAL", fieldSides: { name: "REMOTE" } });
    expect(isMixed(mixed)).toBe(true);
  });

  test("all fields of one side are the choice of that side", () => {
    const all = choose(conflict(), choose(conflict(), here, "name", "REMOTE"), "status", "REMOTE");
    expect(all).toEqual(there);
    expect(choose(conflict(), choose(conflict(), here, "name", "REMOTE"), "name", "LOCAL")).toEqual(here);
  });
});

test("valid is what the policy or a person chose", () => {
  expect(valid(conflict({ winner: "REMOTE", fieldSides: { name: "LOCAL" } }))).toEqual({ side: "REMOTE", fieldSides: { name: "LOCAL" } });
});

describe("reachOf", () => {
  const repository = (state: string, nextRunTime: string | null = null) => ({ state, activity: { nextRunTime } }) as Repository;
  const exchange = (state: string, obstacle = "UNSPECIFIED") => ({ state, obstacle }) as EdenRecord["exchanges"][number];

  test("by the next run, if there is one", () => {
    expect(reachOf(repository("ACTIVE", "2026-11-28T10:00:00Z"), exchange("WAITING"))).toEqual({
      kind: "run",
      time: "2026-11-28T10:00:00Z",
    });
    expect(reachOf(repository("ACTIVE"), exchange("SEEN"))).toEqual({ kind: "unscheduled" });
    expect(reachOf(undefined, undefined)).toEqual({ kind: "unscheduled" });
  });

  test("when the remote site connects, if we cannot", () => {
    expect(reachOf(repository("PASSIVE"), undefined)).toEqual({ kind: "connects" });
  });

  test("not at all, and why", () => {
    expect(reachOf(repository("ACTIVE", "2026-11-28T10:00:00Z"), exchange("NOT_SENT", "MODE"))).toEqual({
      kind: "blocked",
      obstacle: "MODE",
    });
    expect(reachOf(repository("PAUSED"), exchange("WAITING"))).toEqual({ kind: "blocked", obstacle: "PAUSED" });
  });
});

describe("clockDoubt", () => {
  test("the clocks differ by more than the changes lie apart", () => {
    expect(clockDoubt(conflict(), "-95s")).toBe(95);
    expect(clockDoubt(conflict(), "10s")).toBe(10);
  });

  test("no doubt where clocks agree, are not known or do not decide", () => {
    expect(clockDoubt(conflict(), "0.4s")).toBe(0);
    expect(clockDoubt(conflict(), "9s")).toBe(0);
    expect(clockDoubt(conflict(), null)).toBe(0);
    expect(clockDoubt(conflict({ policy: "THIS" }), "95s")).toBe(0);
  });
});

test("conflicts are alike by resource, repository and fields", () => {
  const one = conflict({ repositoryId: "r", resourceName: "cr_shelter" });
  expect(alike(one, conflict({ repositoryId: "r", resourceName: "cr_shelter", differingFields: ["status", "name"] }))).toBe(true);
  expect(alike(one, conflict({ repositoryId: "s", resourceName: "cr_shelter" }))).toBe(false);
  expect(alike(one, conflict({ repositoryId: "r", resourceName: "cr_shelter", differingFields: ["name"] }))).toBe(false);
});
