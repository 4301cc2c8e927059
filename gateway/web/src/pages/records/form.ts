import type { EdenRecord } from "../../api/types";
import type { Findings } from "../../form/rules";

/** Kinds of values that a person can give a field; files are kept as they came. */
export const kinds = ["TEXT", "NUMBER", "BOOLEAN", "JSON", "NULL"] as const;

export type Kind = EdenRecord["fields"][number]["kind"];

/** What the form of a record holds. */
export interface RecordValues {
  uid: string;
  fields: { name: string; kind: Kind; value: string }[];
  /** Identifiers stand one a line. */
  references: { name: string; resourceName: string; uids: string }[];
  /** Version that the values began with; empty: the record is new. */
  etag: string;
}

/** Record as it is sent; see the contract. */
export type RecordBody = Pick<EdenRecord, "fields" | "references" | "etag" | "parentResourceName" | "parentUid" | "alias">;

/** valuesOfRecord are the values that a form begins with; of a deleted record those that it had last. */
export function valuesOfRecord(record: EdenRecord): RecordValues {
  const { uid, etag } = record;
  const { fields, references } = (record.deleted && record.history.find(({ deleted }) => !deleted)) || record;
  return {
    uid,
    fields: fields.map(({ name, kind, value }) => ({ name, kind: kind === "UNSPECIFIED" ? "TEXT" : kind, value })),
    references: references.map(({ name, resourceName, uids }) => ({ name, resourceName, uids: uids.join("\n") })),
    etag,
  };
}

/** linesOf are the identifiers of a reference. */
export function linesOf(uids: string): string[] {
  return uids
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** bodyOf is what is sent; the place of a component under its master stays as it is. */
export function bodyOf(values: RecordValues, place?: Pick<EdenRecord, "parentResourceName" | "parentUid" | "alias">) {
  return {
    fields: values.fields.map(({ name, kind, value }) => ({ name: name.trim(), kind, value: kind === "NULL" ? "" : value })),
    references: values.references.map(({ name, resourceName, uids }) => ({
      name: name.trim(),
      resourceName: resourceName.trim(),
      uids: linesOf(uids),
    })),
    etag: values.etag,
    parentResourceName: place?.parentResourceName,
    parentUid: place?.parentUid,
    alias: place?.alias,
  };
}

/** Names of tables have a prefix of their module. */
const table = /^[a-z][a-z0-9]*_[a-z0-9_]+$/;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const longestUid = 128;

/** check says what is wrong with a record before it is sent. */
export function check(values: RecordValues): Findings<RecordValues> {
  const found: Findings<RecordValues> = { uid: checkUid(values.uid) };
  const seen = new Set<string>();
  const checkName = (name: string) => {
    const trimmed = name.trim();
    if (trimmed === "") return "required";
    if (seen.has(trimmed)) return "duplicate";
    seen.add(trimmed);
    return "";
  };
  values.fields.forEach((field, i) => {
    found[`fields.${i}.name`] = checkName(field.name);
    found[`fields.${i}.value`] = checkValue(field.kind, field.value);
  });
  values.references.forEach((reference, i) => {
    found[`references.${i}.name`] = checkName(reference.name);
    found[`references.${i}.resourceName`] = table.test(reference.resourceName.trim()) ? "" : "table";
    found[`references.${i}.uids`] = linesOf(reference.uids).length > 0 ? "" : "required";
  });
  return found;
}

function checkUid(uid: string): string {
  if (uid.trim() === "") return "required";
  return uid.length > longestUid ? "tooLong" : "";
}

function checkValue(kind: Kind, value: string): string {
  if (kind === "NUMBER") return decimal.test(value.trim()) ? "" : "number";
  if (kind === "BOOLEAN") return value === "true" || value === "false" ? "" : "required";
  if (kind === "JSON") return isJson(value) ? "" : "json";
  return "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** partsOf takes a record apart into values by name, to compare two versions of it. */
export function partsOf({ fields, references }: RecordValues): Record<string, unknown> {
  return Object.fromEntries([
    ...fields.map(({ name, kind, value }) => [name, kind === "NULL" ? "" : value]),
    ...references.map(({ name, uids }) => [name, linesOf(uids).join(", ")]),
  ]);
}
