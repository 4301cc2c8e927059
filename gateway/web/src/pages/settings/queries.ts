import { queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { hasReason } from "../../api/errors";
import type { Settings } from "../../api/types";
import type { components } from "../../gen/api";

/** Settings that a page changes; those it does not name stay. */
export type Change = Omit<components["schemas"]["Settings"], "etag">;

/** The settings of this site. They are not polled: what somebody types must not change under the hands. */
export const settingsQuery = queryOptions({ queryKey: ["settings"], queryFn: readSettings });

function readSettings(): Promise<Settings> {
  return call(api.GET("/api/v1/settings"));
}

function patch(change: Change, etag: string): Promise<Settings> {
  return call(api.PATCH("/api/v1/settings", { body: { ...change, etag } }));
}

/**
 * saveSettings changes some settings. All of them share one version; when somebody has changed others meanwhile, that is no
 * reason to ask. untouched tells of present settings whether those that are to be changed are still what they were.
 */
export async function saveSettings(change: Change, etag: string, untouched: (present: Settings) => boolean): Promise<Settings> {
  try {
    return await patch(change, etag);
  } catch (error) {
    if (!hasReason(error, "STALE")) throw error;
    const present = await readSettings();
    if (!untouched(present)) throw error;
    return patch(change, present.etag);
  }
}
