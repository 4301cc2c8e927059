import { queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { pollEvery } from "../../api/queries";

/** The resources of a repository, all of them: a repository has few. */
export function tasksQuery(repositoryId: string) {
  return queryOptions({
    queryKey: ["repositories", repositoryId, "tasks"],
    queryFn: () =>
      call(api.GET("/api/v1/repositories/{repositoryId}/tasks", { params: { path: { repositoryId }, query: { pageSize: 500 } } })),
    refetchInterval: pollEvery,
  });
}
