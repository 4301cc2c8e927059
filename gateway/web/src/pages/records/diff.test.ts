import { describe, expect, test } from "vitest";

import { changesBetween, type Content, valuesOf } from "./diff";

type Field = Content["fields"][number];
type Reference = Content["references"][number];

function field(name: string, value: string, kind: Field["kind"] = "TEXT"): Field {
  return { name, value, kind, attachment: null };
}

function reference(name: string, ...uids: string[]): Reference {
  return { name, resourceName: "org_organisation", uids, missingUids: [] };
}

function content(fields: Field[], references: Reference[] = [], deleted = false): Content {
  return { fields, references, deleted };
}

describe("changesBetween", () => {
  test("tells what was changed, set and emptied", () => {
    const before = content([field("name", "A"), field("phone", "1"), field("status", "2")]);
    const after = content([field("email", "x@y"), field("name", "B"), field("status", "2")]);
    expect(changesBetween(before, after)).toEqual([
      { name: "email", before: undefined, after: { type: "field", text: "x@y", kind: "TEXT" } },
      { name: "name", before: { type: "field", text: "A", kind: "TEXT" }, after: { type: "field", text: "B", kind: "TEXT" } },
      { name: "phone", before: { type: "field", text: "1", kind: "TEXT" }, after: undefined },
    ]);
  });

  test("of a new record everything is new", () => {
    expect(changesBetween(undefined, content([field("name", "A")], [reference("organisation_id", "u1")]))).toHaveLength(2);
  });

  test("a record that comes back has everything anew, a deleted one has nothing to compare", () => {
    const full = content([field("name", "A")]);
    const gone = content([], [], true);
    expect(changesBetween(gone, full)).toHaveLength(1);
    expect(changesBetween(full, gone)).toEqual([]);
  });

  test("empty on purpose and absent are both nothing", () => {
    expect(changesBetween(content([]), content([field("name", "", "NULL")]))).toEqual([]);
    expect(changesBetween(content([field("name", "A")]), content([field("name", "", "NULL")]))).toMatchObject([{ after: undefined }]);
  });

  test("an empty text is not nothing", () => {
    expect(changesBetween(content([]), content([field("name", "")]))).toHaveLength(1);
  });

  test("the records of a reference have no order", () => {
    expect(changesBetween(content([], [reference("a", "u1", "u2")]), content([], [reference("a", "u2", "u1")]))).toEqual([]);
    expect(changesBetween(content([], [reference("a", "u1")]), content([], [reference("a", "u2")]))).toHaveLength(1);
  });

  test("a text and a reference of the same name differ", () => {
    expect(changesBetween(content([field("a", "u1")]), content([], [reference("a", "u1")]))).toHaveLength(1);
  });
});

test("valuesOf leaves out what has no value", () => {
  expect([...valuesOf(content([field("a", "", "NULL"), field("b", "1", "NUMBER")], [reference("c")])).keys()]).toEqual(["b"]);
});
