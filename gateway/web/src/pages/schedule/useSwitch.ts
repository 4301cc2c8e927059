import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { jobsQuery, switchJob } from "./queries";

interface Change {
  id: string;
  enabled: boolean;
}

/**
 * useSwitch switches jobs on and off: the switch moves at once, goes back when the server refuses, and the last change can be
 * taken back.
 */
export function useSwitch(repositoryId: string) {
  const queries = useQueryClient();
  const { queryKey } = jobsQuery(repositoryId);
  const [last, setLast] = useState<Change>();
  const show = ({ id, enabled }: Change) =>
    queries.setQueryData(queryKey, (old) => old && { ...old, jobs: old.jobs.map((job) => (job.id === id ? { ...job, enabled } : job)) });
  const mutation = useMutation({
    mutationFn: ({ id, enabled }: Change) => switchJob(repositoryId, id, enabled),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey });
      show(change);
    },
    onError: (_, change) => {
      setLast(undefined);
      show({ ...change, enabled: !change.enabled });
    },
    onSuccess: (_, change) => setLast(change),
    onSettled: () => queries.invalidateQueries({ queryKey: ["repositories", repositoryId] }),
  });
  return {
    change: (id: string, enabled: boolean) => mutation.mutate({ id, enabled }),
    /** The last change that the server took. */
    last,
    undo: () => last && mutation.mutate({ ...last, enabled: !last.enabled }),
    error: mutation.error,
  };
}

export type Switching = ReturnType<typeof useSwitch>;
