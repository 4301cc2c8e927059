import { expect, test } from "vitest";

import { newUuid } from "./uuid";

test("identifiers are UUIDs of version 4, each another one", () => {
  const many = Array.from({ length: 50 }, newUuid);
  for (const id of many) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(many).size).toBe(50);
});
