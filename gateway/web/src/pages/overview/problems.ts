import type { Repository } from "../../api/types";

/** Where a fix begins. */
export type Place = "configuration" | "resources" | "schedule" | "proxy" | "run";

/** Problem is one line of Needs you about a repository. */
export interface Problem {
  /** Short cause, key of a text; undefined: the long sentence of the reason is said instead. */
  cause: Cause | undefined;
  /** Reason and words of the server for the long sentence. */
  reason: string;
  message: string;
  /** Since when; null: unknown. */
  since: string | null;
  place: Place;
  fix: Fix;
}

/** What can be done; keys of texts. */
export type Fix =
  | "credentials"
  | "permission"
  | "register"
  | "certificate"
  | "url"
  | "proxy"
  | "uuid"
  | "addResource"
  | "filters"
  | "timeout"
  | "test"
  | "clock"
  | "look";

/** Reasons with a short cause, where their fix begins, and what it is. */
const known = {
  PEER_UNAUTHENTICATED: ["configuration", "credentials"],
  PEER_FORBIDDEN: ["configuration", "permission"],
  PEER_NOT_REGISTERED: ["configuration", "register"],
  REPOSITORY_NOT_REGISTERED: ["configuration", "register"],
  PEER_TLS: ["configuration", "certificate"],
  PEER_ADDRESS_INVALID: ["configuration", "url"],
  PEER_NOT_FOUND: ["configuration", "url"],
  PEER_REDIRECT: ["configuration", "url"],
  PEER_BAD_ANSWER: ["configuration", "url"],
  REPOSITORY_NO_URL: ["configuration", "url"],
  PEER_PROXY: ["proxy", "proxy"],
  PEER_UUID_CHANGED: ["configuration", "uuid"],
  PEER_UNAVAILABLE: ["configuration", "test"],
  PEER_BROKEN: ["run", "look"],
  PEER_REFUSED: ["run", "look"],
  PEER_OVERLOADED: ["schedule", "timeout"],
  REPOSITORY_NO_TASKS: ["resources", "addResource"],
  FILTER_INVALID: ["resources", "filters"],
  TIMEOUT: ["schedule", "timeout"],
} as const satisfies Record<string, [Place, Fix]>;

export type Cause = keyof typeof known | "REGISTRATION" | "CLOCK";

/** problemOf says why a repository asks for attention, and where the fix begins. */
export function problemOf({ condition, health, registration, proxyUrl }: Repository): Problem {
  if (condition !== "NEEDS_YOU" && condition !== "FAILING") {
    return { cause: "CLOCK", reason: "CLOCK_OFFSET", message: "", since: null, place: "configuration", fix: "clock" };
  }
  if (!health) {
    const since = registration?.time ?? null;
    const message = registration?.message ?? "";
    return { cause: "REGISTRATION", reason: "", message, since, place: "configuration", fix: "register" };
  }
  const { reason, message } = health;
  const cause = reason in known ? (reason as keyof typeof known) : undefined;
  const [place, fix] = cause ? known[cause] : (["run", "look"] as const);
  // A proxy of its own stands at the repository, that of all stands in the settings.
  const own = place === "proxy" && proxyUrl !== "";
  return { cause, reason, message, since: health.failingSince ?? health.time, place: own ? "configuration" : place, fix };
}
