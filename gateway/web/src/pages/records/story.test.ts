import { expect, test } from "vitest";

import type { EdenRecord, RecordVersion } from "../../api/types";
import { originOf, storyOf } from "./story";

function version(name: string, change: Partial<RecordVersion> = {}): RecordVersion {
  const fields = [{ name: "name", value: name, kind: "TEXT" as const, attachment: null }];
  return { originRepositoryId: "", author: "", deleted: false, fields, references: [], ...change } as RecordVersion;
}

test("the story goes from the present version to the oldest that is kept", () => {
  const record = { ...version("C"), history: [version("B"), version("A", { originRepositoryId: "r" })] } as unknown as EdenRecord;
  const steps = storyOf(record);
  expect(steps.map(({ present, oldest }) => [present, oldest])).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
  expect(steps.map(({ changes }) => changes[0]?.before)).toEqual([
    { type: "field", text: "B", kind: "TEXT" },
    { type: "field", text: "A", kind: "TEXT" },
    undefined,
  ]);
  expect(steps[2]?.changes).toHaveLength(1);
});

test("a record without earlier versions has a story of one step", () => {
  expect(storyOf({ ...version("A"), history: [] } as unknown as EdenRecord)).toMatchObject([{ present: true, oldest: true }]);
});

test.each([
  [{}, "edited"],
  [{ author: "amina" }, "editedBy"],
  [{ originRepositoryId: "r" }, "came"],
  [{ originRepositoryId: "r", author: "amina" }, "cameBy"],
  [{ deleted: true }, "deletedHere"],
  [{ deleted: true, author: "amina" }, "deletedHereBy"],
  [{ deleted: true, originRepositoryId: "r", author: "amina" }, "deletedThere"],
])("%o was %s", (change, origin) => {
  expect(originOf(version("A", change))).toBe(origin);
});
