import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { ConflictSide } from "../../api/types";
import { announce } from "../../ui/Announce";
import type { Choice } from "./preview";

/** useDecide makes a choice the valid one, for one conflict or for several that are decided alike. */
export function useDecide() {
  const { t } = useTranslation("conflicts");
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ ids, choice }: { ids: [string, ...string[]]; choice: Choice }) => {
      const [id, ...others] = ids;
      if (others.length > 0) return decideAll(ids, choice.side);
      return call(api.POST("/api/v1/conflicts/{id}:decide", { params: { path: { id } }, body: { ...choice } }));
    },
    onSuccess: (_, { ids }) => announce(t("decided", { count: ids.length })),
    onSettled: refresh,
  });
}

function decideAll(ids: string[], side: ConflictSide) {
  return call(api.POST("/api/v1/conflicts:batchDecide", { body: { ids, side } }));
}

/** useUndo takes a decision back. */
export function useUndo(id: string) {
  const { t } = useTranslation("conflicts");
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => call(api.POST("/api/v1/conflicts/{id}:undo", { params: { path: { id } }, body: {} })),
    onSuccess: () => announce(t("undone")),
    onSettled: refresh,
  });
}

/** useRefresh loads again what a decision may have changed, also one that was refused because somebody else was faster. */
function useRefresh() {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["conflicts"] }),
      queries.invalidateQueries({ queryKey: ["records"] }),
      queries.invalidateQueries({ queryKey: ["repositories"] }),
    ]);
  };
}
