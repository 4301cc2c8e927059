import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { pollEvery, type QueryOf } from "../../api/queries";

/** A page of the resources of this site. */
export function resourcesQuery(query: QueryOf<"RecordService_ListResources">) {
  return queryOptions({
    queryKey: ["resources", "list", query],
    queryFn: () => call(api.GET("/api/v1/resources", { params: { query } })),
    refetchInterval: pollEvery,
    placeholderData: keepPreviousData,
  });
}

/** A page of the records of a resource, last changed first. */
export function recordsQuery(resourceName: string, query: QueryOf<"RecordService_ListRecords">) {
  return queryOptions({
    queryKey: ["records", resourceName, "list", query],
    queryFn: () => call(api.GET("/api/v1/resources/{resourceName}/records", { params: { path: { resourceName }, query } })),
    refetchInterval: pollEvery,
    placeholderData: keepPreviousData,
  });
}

/** One record with its components, its earlier versions, and how it stands with other sites. */
export function recordQuery(resourceName: string, uid: string) {
  return queryOptions({
    queryKey: ["records", resourceName, "one", uid],
    queryFn: () => call(api.GET("/api/v1/resources/{resourceName}/records/{uid}", { params: { path: { resourceName, uid } } })),
    refetchInterval: pollEvery,
  });
}

/** What runs kept about one record: skipped, in conflict, not applied. The newest come first. */
export function recordItemsQuery(resourceName: string, uid: string) {
  return queryOptions({
    queryKey: ["records", resourceName, "items", uid],
    queryFn: () =>
      call(api.GET("/api/v1/runs/{runId}/items", { params: { path: { runId: "-" }, query: { resourceName, uid, pageSize: 20 } } })),
    refetchInterval: pollEvery,
  });
}
