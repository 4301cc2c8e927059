import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { announce } from "../../ui/Announce";

/** useRegister registers this site at a repository again, now. A refusal of the remote site is an answer, no error. */
export function useRegister(repositoryId: string) {
  const { t } = useTranslation("repositories");
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call(api.POST("/api/v1/repositories/{repositoryId}:register", { params: { path: { repositoryId } }, body: {} })),
    onSuccess: async ({ registered }) => {
      if (registered) announce(t("registration.done"));
      await queries.invalidateQueries({ queryKey: ["repositories"] });
    },
  });
}
