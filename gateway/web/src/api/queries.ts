import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { operations } from "../gen/api";
import { api, call } from "./client";

/** Lists ask again so often, while they can be seen. */
export const pollEvery = 15_000;

/** Parameters of a list, as the contract names them. */
export type QueryOf<Operation extends keyof operations> = NonNullable<
  operations[Operation] extends { parameters: { query?: infer Q } } ? Q : never
>;

/** Who this site is and whether its parts work. */
export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: () => call(api.GET("/api/v1/status")),
  refetchInterval: 60_000,
});

/** How many conflicts wait for somebody. */
export const openConflictsQuery = queryOptions({
  queryKey: ["conflicts", "count"],
  queryFn: async () => {
    const { totalSize } = await call(api.GET("/api/v1/conflicts", { params: { query: { states: ["OPEN"], pageSize: 1 } } }));
    return totalSize;
  },
  refetchInterval: 60_000,
});

/** A page of repositories, with what rows of a list show. */
export function repositoriesQuery(query: QueryOf<"RepositoryService_ListRepositories">) {
  return queryOptions({
    queryKey: ["repositories", query],
    queryFn: () => call(api.GET("/api/v1/repositories", { params: { query: { view: "ACTIVITY", ...query } } })),
    refetchInterval: pollEvery,
    placeholderData: keepPreviousData,
  });
}

/** One repository with its activity. */
export function repositoryQuery(id: string) {
  return queryOptions({
    queryKey: ["repositories", id],
    queryFn: () => call(api.GET("/api/v1/repositories/{id}", { params: { path: { id }, query: { view: "ACTIVITY" } } })),
    refetchInterval: pollEvery,
  });
}

/** Names of repositories for filters. */
export const repositoryNamesQuery = queryOptions({
  queryKey: ["repositories", "names"],
  queryFn: async () => {
    const { repositories } = await call(api.GET("/api/v1/repositories", { params: { query: { pageSize: 500 } } }));
    return repositories.map(({ id, name }) => ({ id, name }));
  },
  staleTime: 60_000,
});

/** Names of the resources of this site for filters. */
export const resourceNamesQuery = queryOptions({
  queryKey: ["resources", "names"],
  queryFn: async () => {
    const { resources } = await call(api.GET("/api/v1/resources", { params: { query: { pageSize: 500 } } }));
    return resources.map(({ name }) => name);
  },
  staleTime: 60_000,
});
