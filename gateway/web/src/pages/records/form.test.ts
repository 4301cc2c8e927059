import { describe, expect, test } from "vitest";

import type { EdenRecord } from "../../api/types";
import { bodyOf, check, partsOf, type RecordValues, valuesOfRecord } from "./form";

const values: RecordValues = {
  uid: "urn:uuid:1",
  fields: [
    { name: "name", kind: "TEXT", value: "Shelter" },
    { name: "capacity", kind: "NUMBER", value: "12.5" },
    { name: "open", kind: "BOOLEAN", value: "true" },
    { name: "more", kind: "JSON", value: '{"a": 1}' },
    { name: "gone", kind: "NULL", value: "what was typed before" },
  ],
  references: [{ name: "organisation_id", resourceName: "org_organisation", uids: " u1 \n\nu2\n" }],
  etag: "7",
};

function findings(change: Partial<RecordValues>) {
  return Object.fromEntries(Object.entries(check({ ...values, ...change })).filter(([, message]) => Boolean(message)));
}

describe("check", () => {
  test("finds nothing in a good record", () => {
    expect(findings({})).toEqual({});
  });

  test("demands an identifier that every site can hold", () => {
    expect(findings({ uid: " " })).toEqual({ uid: "required" });
    expect(findings({ uid: "x".repeat(129) })).toEqual({ uid: "tooLong" });
  });

  test("demands a name of its own for each field and reference", () => {
    const fields = [
      { name: "", kind: "TEXT" as const, value: "" },
      { name: "a", kind: "TEXT" as const, value: "" },
      { name: "a ", kind: "TEXT" as const, value: "" },
    ];
    expect(findings({ fields, references: [{ name: "a", resourceName: "org_office", uids: "u" }] })).toEqual({
      "fields.0.name": "required",
      "fields.2.name": "duplicate",
      "references.0.name": "duplicate",
    });
  });

  test.each([
    ["NUMBER", "12,5", "number"],
    ["NUMBER", "", "number"],
    ["NUMBER", "-1e3", ""],
    ["BOOLEAN", "perhaps", "required"],
    ["JSON", "{", "json"],
    ["TEXT", "", ""],
    ["NULL", "anything", ""],
  ] as const)("a %s of %j is %j", (kind, value, message) => {
    expect(findings({ fields: [{ name: "a", kind, value }] })).toEqual(message ? { "fields.0.value": message } : {});
  });

  test("demands a table and an identifier for a reference", () => {
    expect(findings({ references: [{ name: "a", resourceName: "Office", uids: " \n" }] })).toEqual({
      "references.0.resourceName": "table",
      "references.0.uids": "required",
    });
  });
});

test("bodyOf sends what was typed, with identifiers apart and nothing in an empty field", () => {
  const body = bodyOf(values, { parentResourceName: "pr_person", parentUid: "p", alias: "contact" });
  expect(body.fields[4]).toEqual({ name: "gone", kind: "NULL", value: "" });
  expect(body.references).toEqual([{ name: "organisation_id", resourceName: "org_organisation", uids: ["u1", "u2"] }]);
  expect(body).toMatchObject({ etag: "7", parentResourceName: "pr_person", parentUid: "p", alias: "contact" });
});

test("a record becomes the values of a form and comes out the same", () => {
  const record = {
    uid: "u",
    etag: "3",
    fields: [{ name: "name", value: "A", kind: "UNSPECIFIED", attachment: null }],
    references: [{ name: "b", resourceName: "org_office", uids: ["x", "y"], missingUids: [] }],
  } as unknown as EdenRecord;
  const read = valuesOfRecord(record);
  expect(read.fields[0]?.kind).toBe("TEXT");
  expect(bodyOf(read).references[0]?.uids).toEqual(["x", "y"]);
});

test("a deleted record comes back with what it had last", () => {
  const gone = { uid: "u", etag: "9", deleted: true, fields: [], references: [] };
  const last = { deleted: false, fields: [{ name: "name", value: "A", kind: "TEXT", attachment: null }], references: [] };
  const read = valuesOfRecord({ ...gone, history: [{ ...gone }, last] } as unknown as EdenRecord);
  expect(read).toMatchObject({ etag: "9", fields: [{ name: "name", value: "A" }] });
  expect(valuesOfRecord({ ...gone, history: [] } as unknown as EdenRecord).fields).toEqual([]);
});

test("partsOf compares by name, whatever the order of identifiers was typed with", () => {
  expect(partsOf(values)).toMatchObject({ name: "Shelter", gone: "", organisation_id: "u1, u2" });
});
