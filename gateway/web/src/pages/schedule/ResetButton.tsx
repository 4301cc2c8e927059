import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Job } from "../../api/types";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { resetJob } from "./queries";

/** useReset has a job begin anew: its failures and runs count from 0, and it waits for its next slot. */
export function useReset(repositoryId: string) {
  const { t } = useTranslation("schedule");
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => resetJob(repositoryId, id),
    onSuccess: async () => {
      announce(t("reactivated"));
      await queries.invalidateQueries({ queryKey: ["repositories", repositoryId] });
    },
  });
}

/** ResetButton is there for a job that has failed, or has run as often as it should. */
export function ResetButton({ job, reset }: { job: Job; reset: ReturnType<typeof useReset> }) {
  const { t } = useTranslation("schedule");
  const stopped = job.state === "FAILED" || job.state === "COMPLETED";
  if (!stopped && job.failedRuns === 0) return null;
  // The button goes away once it has done its work; the focus stays in its row.
  const focus = () => document.getElementById(`job-${job.id}`)?.focus();
  return (
    <Button busy={reset.isPending && reset.variables === job.id} onClick={() => reset.mutate(job.id, { onSuccess: focus })}>
      {t("reset")}
    </Button>
  );
}
