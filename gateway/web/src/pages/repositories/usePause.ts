import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { announce } from "../../ui/Announce";

/** pauseRepository stops or allows runs and incoming exchanges. */
export function pauseRepository(id: string, pause: boolean) {
  const options = { params: { path: { id } }, body: {} };
  return call(pause ? api.POST("/api/v1/repositories/{id}:pause", options) : api.POST("/api/v1/repositories/{id}:resume", options));
}

/** usePause pauses a repository, or ends the pause. */
export function usePause(id: string) {
  const { t } = useTranslation("repositories");
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (pause: boolean) => pauseRepository(id, pause),
    onSuccess: async ({ paused }) => {
      announce(t(paused ? "pausedNow" : "resumedNow"));
      await queries.invalidateQueries({ queryKey: ["repositories"] });
    },
  });
}
