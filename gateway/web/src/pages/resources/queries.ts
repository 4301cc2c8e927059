import { queryOptions } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { ApiError, hasReason } from "../../api/errors";
import { pollEvery } from "../../api/queries";
import type { Task } from "../../api/types";
import type { TaskValues } from "./form";
import { writeTask } from "./form";

/** The resources of a repository, all of them: a repository has few. */
export function tasksQuery(repositoryId: string) {
  return queryOptions({
    queryKey: ["repositories", repositoryId, "tasks"],
    queryFn: () =>
      call(api.GET("/api/v1/repositories/{repositoryId}/tasks", { params: { path: { repositoryId }, query: { pageSize: 500 } } })),
    refetchInterval: pollEvery,
  });
}

export function taskQuery(repositoryId: string, resourceName: string) {
  return queryOptions({
    queryKey: ["repositories", repositoryId, "tasks", resourceName],
    queryFn: () => readTaskOf(repositoryId, resourceName),
  });
}

function readTaskOf(repositoryId: string, resourceName: string): Promise<Task> {
  return call(api.GET("/api/v1/repositories/{repositoryId}/tasks/{resourceName}", { params: { path: { repositoryId, resourceName } } }));
}

/** createTask adds a resource; exists is what is said at its name when the repository has it already. */
export async function createTask(repositoryId: string, values: TaskValues, exists: string): Promise<Task> {
  const body = { ...writeTask(values), resourceName: values.resourceName.trim() };
  try {
    return await call(api.POST("/api/v1/repositories/{repositoryId}/tasks", { params: { path: { repositoryId } }, body }));
  } catch (error) {
    if (!hasReason(error, "TASK_EXISTS")) throw error;
    throw new ApiError(error.status, error.reason, error.message, {}, [{ field: "resourceName", description: exists }]);
  }
}

export function updateTask(repositoryId: string, values: TaskValues): Promise<Task> {
  const path = { repositoryId, resourceName: values.resourceName };
  const body = { ...writeTask(values), etag: values.etag };
  return call(api.PATCH("/api/v1/repositories/{repositoryId}/tasks/{resourceName}", { params: { path }, body }));
}

export function deleteTask(repositoryId: string, { resourceName, etag }: Task) {
  const params = { path: { repositoryId, resourceName }, query: { etag } };
  return call(api.DELETE("/api/v1/repositories/{repositoryId}/tasks/{resourceName}", { params }));
}
