import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { api, call } from "../../api/client";
import { hasReason } from "../../api/errors";

/** startRun starts a run and gives its id; when one is under way already, the id of that one. */
export async function startRun(repositoryId: string): Promise<string> {
  try {
    const run = await call(api.POST("/api/v1/repositories/{repositoryId}:synchronize", { params: { path: { repositoryId } }, body: {} }));
    return run.id;
  } catch (error) {
    if (hasReason(error, "RUN_ACTIVE") && error.metadata.runId) return error.metadata.runId;
    throw error;
  }
}

/** useSynchronize starts a run and goes to its page. */
export function useSynchronize() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: startRun,
    onSuccess: async (id) => {
      void queries.invalidateQueries({ queryKey: ["repositories"] });
      await navigate({ to: "/runs/$id", params: { id } });
    },
  });
}
