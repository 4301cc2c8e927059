import { describe, expect, it } from "vitest";

import names from "../i18n/en/tables.json";
import { knownTables } from "./tables";

describe("knownTables", () => {
  it("has a name for people for each table, and no name without one", () => {
    expect(Object.keys(names)).toEqual([...knownTables]);
  });
});
