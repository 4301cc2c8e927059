import { describe, expect, it } from "vitest";

import type { Repository } from "../../api/types";
import { problemOf } from "./problems";

function repository(given: Partial<Repository>, reason = "PEER_UNAUTHENTICATED"): Repository {
  const health = { reason, message: "401", time: "2026-01-02T00:00:00Z", failingSince: "2026-01-01T00:00:00Z" };
  return { condition: "NEEDS_YOU", proxyUrl: "", registration: null, health, ...given } as Repository;
}

describe("problemOf", () => {
  it("leads to where it is mended, and says since when", () => {
    expect(problemOf(repository({}))).toMatchObject({
      cause: "PEER_UNAUTHENTICATED",
      place: "configuration",
      fix: "credentials",
      since: "2026-01-01T00:00:00Z",
    });
    expect(problemOf(repository({}, "REPOSITORY_NO_TASKS"))).toMatchObject({ place: "resources", fix: "addResource" });
  });

  it("leads to the proxy that is used", () => {
    expect(problemOf(repository({}, "PEER_PROXY")).place).toBe("proxy");
    expect(problemOf(repository({ proxyUrl: "http://proxy" }, "PEER_PROXY")).place).toBe("configuration");
  });

  it("leads to the last run where nobody has said anything better", () => {
    expect(problemOf(repository({ condition: "FAILING" }, "SOMETHING_NEW"))).toMatchObject({ cause: undefined, place: "run", fix: "look" });
  });

  it("tells of a registration that failed before the first run", () => {
    const registration = { state: "FAILED", message: "no route", time: "2026-01-03T00:00:00Z" } as Repository["registration"];
    expect(problemOf(repository({ health: null, registration }))).toMatchObject({
      cause: "REGISTRATION",
      fix: "register",
      message: "no route",
    });
  });

  it("tells of clocks where all else is well", () => {
    expect(problemOf(repository({ condition: "IN_STEP" }))).toMatchObject({ cause: "CLOCK", fix: "clock" });
  });
});
