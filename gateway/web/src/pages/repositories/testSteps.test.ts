import { describe, expect, it } from "vitest";

import type { ConnectionTest } from "../../api/testConnection";
import { linesOf, stepNames, verdictOf } from "./testSteps";

/** test is an answer from lines such as "NAME PASSED" or "PULL FAILED PEER_FORBIDDEN". */
function test(done: boolean, ...lines: string[]): ConnectionTest {
  const steps = lines.map((line) => {
    const [name, state, reason = ""] = line.split(" ");
    return { name, state, reason, message: "", fix: "", duration: "0s" };
  });
  return { ok: false, done, steps, remoteUuid: "", clockOffset: null, remoteVersion: "" } as unknown as ConnectionTest;
}

const shown = (of: ConnectionTest) => linesOf(of).map(({ name, look }) => `${name} ${look}`);

describe("lines of a test", () => {
  it("show what is still to come, but no proxy before there is one", () => {
    const lines = shown(test(false, "NAME PASSED", "PORT RUNNING"));
    expect(lines.slice(0, 3)).toEqual(["NAME passed", "PORT running", "TLS waiting"]);
    expect(lines).toHaveLength(stepNames.length - 1);
  });

  it("leave out what does not apply", () => {
    const over = test(true, "NAME PASSED", "PROXY SKIPPED", "TLS SKIPPED", "VERSION SKIPPED", "PULL SKIPPED", "PUSH SKIPPED");
    expect(shown(over).filter((line) => !line.endsWith("waiting"))).toEqual(["NAME passed", "TLS warning", "VERSION skipped"]);
    expect(linesOf(over).find(({ name }) => name === "TLS")?.notApplicable).toBe(true);
  });

  it("keep what was given up after a failure", () => {
    const lines = linesOf(test(true, "PORT FAILED PEER_UNAVAILABLE", "TLS SKIPPED", "PULL SKIPPED"));
    expect(lines.map(({ name, notApplicable }) => [name, notApplicable])).toContainEqual(["PULL", false]);
  });

  it("do not take a clock that is off for the reason why later steps were not tried", () => {
    expect(shown(test(true, "CLOCK FAILED CLOCK_OFFSET", "PULL SKIPPED"))).not.toContain("PULL skipped");
  });
});

describe("the verdict", () => {
  it("waits for the last step, but not with bad news", () => {
    expect(verdictOf(test(false, "NAME PASSED"))).toBe("running");
    expect(verdictOf(test(false, "NAME FAILED PEER_UNAVAILABLE"))).toBe("fails");
    expect(verdictOf(test(true, "NAME PASSED", "TLS PASSED"))).toBe("works");
  });

  it("warns of a connection that anybody can read", () => {
    expect(verdictOf(test(true, "NAME PASSED", "TLS SKIPPED"))).toBe("warnings");
  });

  it("expects that the remote site does not know this one before it is registered", () => {
    expect(verdictOf(test(true, "NAME PASSED", "PULL FAILED PEER_NOT_REGISTERED"))).toBe("warnings");
    expect(verdictOf(test(true, "NAME PASSED", "PULL FAILED PEER_FORBIDDEN"))).toBe("fails");
  });
});
