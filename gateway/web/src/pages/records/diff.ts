import type { RecordVersion } from "../../api/types";

/** What a version of a record consists of. */
export type Content = Pick<RecordVersion, "deleted" | "fields" | "references">;

/** Value of a field, or the records that a reference leads to. */
export type Value =
  { type: "field"; text: string; kind: RecordVersion["fields"][number]["kind"] } | { type: "reference"; resource: string; uids: string[] };

/** Change is a field or reference that differs between two versions; undefined stands for nothing. */
export interface Change {
  name: string;
  before: Value | undefined;
  after: Value | undefined;
}

/** valuesOf are the values of a version by name. Empty on purpose and absent are both nothing: a person sees no difference. */
export function valuesOf({ fields, references }: Content): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const { name, value: text, kind } of fields) if (kind !== "NULL") values.set(name, { type: "field", text, kind });
  for (const { name, resourceName: resource, uids } of references) {
    if (uids.length > 0) values.set(name, { type: "reference", resource, uids });
  }
  return values;
}

/** changesBetween lists what differs between two versions, in the order of names; of a deleted one only that it is. */
export function changesBetween(before: Content | undefined, after: Content): Change[] {
  if (after.deleted) return [];
  const [was, is] = [before && !before.deleted ? valuesOf(before) : new Map<string, Value>(), valuesOf(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  return names
    .map((name) => ({ name, before: was.get(name), after: is.get(name) }))
    .filter((change) => !sameValue(change.before, change.after));
}

/** sameValue compares what a person would see; the records of a reference have no order. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  return meaning(a) === meaning(b);
}

function meaning(value: Value | undefined): string {
  if (!value) return "";
  return value.type === "field" ? JSON.stringify([value.text]) : JSON.stringify([value.resource, [...value.uids].sort()]);
}
