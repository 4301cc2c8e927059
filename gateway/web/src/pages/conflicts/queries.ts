import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { pollEvery, type QueryOf } from "../../api/queries";
import type { Conflict } from "../../api/types";
import { alike } from "./preview";

/** A page of conflicts, without their versions. */
export function conflictsQuery(query: QueryOf<"ConflictService_ListConflicts">) {
  return queryOptions({
    queryKey: ["conflicts", "list", query],
    queryFn: () => call(api.GET("/api/v1/conflicts", { params: { query } })),
    refetchInterval: pollEvery,
    placeholderData: keepPreviousData,
  });
}

/** One conflict with both versions. */
export function conflictQuery(id: string) {
  return queryOptions({
    queryKey: ["conflicts", "one", id],
    queryFn: () => call(api.GET("/api/v1/conflicts/{id}", { params: { path: { id } } })),
    refetchInterval: pollEvery,
  });
}

/** How many conflicts one request decides at most. */
const mostAtOnce = 200;

/** Other open conflicts that can be decided with the same thought, as many as one request decides. */
export function alikeQuery(conflict: Conflict) {
  return queryOptions({
    queryKey: ["conflicts", "alike", conflict.id],
    queryFn: async () => {
      const { repositoryId, resourceName } = conflict;
      const query = { states: ["OPEN" as const], repositoryId, resourceName, pageSize: mostAtOnce };
      const { conflicts } = await call(api.GET("/api/v1/conflicts", { params: { query } }));
      return conflicts.filter((other) => other.id !== conflict.id && alike(other, conflict)).slice(0, mostAtOnce - 1);
    },
  });
}

/** A page of rejects, without their elements. */
export function rejectsQuery(query: QueryOf<"RejectService_ListRejects">) {
  return queryOptions({
    queryKey: ["rejects", "list", query],
    queryFn: () => call(api.GET("/api/v1/rejects", { params: { query } })),
    refetchInterval: pollEvery,
    placeholderData: keepPreviousData,
  });
}

/** How many rejects wait. */
export const openRejectsQuery = queryOptions({
  queryKey: ["rejects", "count"],
  queryFn: async () => {
    const { totalSize } = await call(api.GET("/api/v1/rejects", { params: { query: { states: ["OPEN"], pageSize: 1 } } }));
    return totalSize;
  },
  refetchInterval: pollEvery,
});

/** One reject with its element. */
export function rejectQuery(id: string) {
  return queryOptions({
    queryKey: ["rejects", "one", id],
    queryFn: () => call(api.GET("/api/v1/rejects/{id}", { params: { path: { id } } })),
    refetchInterval: pollEvery,
  });
}
