import { expect, test } from "vitest";

import { isolate, shorten } from "./text";

test("a text keeps its direction inside a sentence", () => {
  expect(isolate("مأوى")).toBe("\u2068مأوى\u2069");
});

test("long texts are cut between letters, short ones are left", () => {
  expect(shorten("Shelter", 7)).toBe("Shelter");
  expect(shorten("Shelter No. 4", 9)).toBe("Shelter…");
  expect(shorten("👩‍🚒".repeat(3), 4)).not.toContain("\ufffd");
});
