import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { pollEvery, type QueryOf } from "../../api/queries";
import type { Followed } from "../../api/useFollow";
import type { Run } from "../../api/types";
import { isFinal } from "./ledger";

export function getRun(id: string, signal?: AbortSignal): Promise<Run> {
  return call(api.GET("/api/v1/runs/{id}", { params: { path: { id } }, signal }));
}

/** followRun is how useFollow follows a run: every message is the whole run, the last one is final. */
export function followRun(id: string): Followed<Run> {
  return {
    path: `/api/v1/runs/${encodeURIComponent(id)}:watch`,
    read: (message) => (message as { snapshot?: Run }).snapshot,
    poll: (signal) => getRun(id, signal),
    finished: (run) => isFinal(run.state),
  };
}

export type ItemFilters = QueryOf<"RunService_ListRunItems">;

/** A page of what a run keeps of single records. Final: nothing will be added. */
export function runItemsQuery(runId: string, query: ItemFilters, final: boolean) {
  return queryOptions({
    queryKey: ["runs", runId, "items", query, final],
    queryFn: () => call(api.GET("/api/v1/runs/{runId}/items", { params: { path: { runId }, query } })),
    refetchInterval: final ? false : pollEvery,
    placeholderData: keepPreviousData,
  });
}
