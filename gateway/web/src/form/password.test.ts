import { describe, expect, it } from "vitest";

import { brokenRules } from "./password";

describe("rules of a new password", () => {
  it("count letters as people do", () => {
    expect(brokenRules("ninechars", "amina")).toEqual(["length"]);
    expect(brokenRules("😀😀😀😀😀😀😀😀😀a", "amina")).toEqual([]);
    expect(brokenRules("a b".repeat(400), "amina")).toEqual(["length"]);
  });

  it("refuse the username and one letter over and over", () => {
    expect(brokenRules("Amina.Hassan", "amina.hassan ")).toEqual(["username"]);
    expect(brokenRules("aaaaaaaaaaaa", "amina")).toEqual(["repeated"]);
  });

  it("say of nothing only that it is too short", () => {
    expect(brokenRules("", "")).toEqual(["length"]);
  });
});
