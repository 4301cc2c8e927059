import { describe, expect, it } from "vitest";

import { expiry } from "./NewTokenDialog";
import { invitationCode, invitationLink } from "./UserSecret";

describe("links of invitations", () => {
  it.each(["abc-DEF_123", "a+b/c=", "a%b"])("carry the code %s where servers do not see it", (code) => {
    const link = new URL(invitationLink(code));
    expect(link.pathname + link.search).toBe("/invitation");
    expect(invitationCode(link.hash)).toBe(code);
  });

  it.each(["", "#", "#%"])("without a code, as %j, are incomplete", (hash) => {
    expect(invitationCode(hash)).toBe("");
  });
});

describe("expiry", () => {
  const now = new Date("2026-01-31T12:00:00Z");
  it("counts days, or never comes", () => {
    expect(expiry("month", now)).toBe("2026-03-02T12:00:00.000Z");
    expect(expiry("never", now)).toBeUndefined();
  });
});
