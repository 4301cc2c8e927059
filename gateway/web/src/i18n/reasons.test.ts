import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import reasons from "./en/reasons.json";

/** Reasons that docs/errors.md explains; a Go test keeps that document in step with the code. */
const catalogue = readFileSync(path.join(import.meta.dirname, "../../../../docs/errors.md"), "utf8");
const explained = [...catalogue.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, reason]) => reason!);

/** broken names the reasons whose sentences break a rule. */
function broken(keeps: (text: string) => boolean): string[] {
  return Object.entries(reasons).flatMap(([reason, text]) => (keeps(text) ? [] : [reason]));
}

describe("reasons", () => {
  it("have a sentence each, and no sentence is about anything else", () => {
    expect(explained.length).toBeGreaterThan(90);
    expect(Object.keys(reasons).sort()).toEqual([...explained].sort());
  });

  it("are told in short sentences", () => {
    expect(broken((text) => text.endsWith(".") && text.length < 200)).toEqual([]);
  });

  it("need no values: runs, repositories and log entries carry the reason alone", () => {
    expect(broken((text) => !text.includes("{{"))).toEqual([]);
  });

  it("speak the words of administrators", () => {
    expect(broken((text) => !/\b(peer|node|endpoint|payload|cron|sync|[45]\d\d)\b/i.test(text))).toEqual([]);
  });
});
