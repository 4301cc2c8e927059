import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Reject } from "../../api/types";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";

/** RejectActions try a record again, or give it up. */
export function RejectActions({ reject }: { reject: Reject }) {
  const { t } = useTranslation("conflicts");
  const [asking, setAsking] = useState(false);
  const retry = useRetry(reject.id);
  const dismiss = useDismiss(reject.id, () => setAsking(false));
  return (
    <div className="tight">
      <p className="row">
        <Button look="main" busy={retry.isPending} onClick={() => retry.mutate()}>
          {t("reject.retry")}
        </Button>
        <Button onClick={() => setAsking(true)}>{t("reject.dismiss")}</Button>
      </p>
      <p className="hint">{t(`reject.retryText.${reject.direction as "PULL"}`)}</p>
      {retry.isError && <ErrorNote error={retry.error} />}
      <ConfirmDialog
        open={asking}
        danger
        title={t("reject.dismissTitle")}
        action={t("reject.dismiss")}
        busy={dismiss.isPending}
        onConfirm={() => dismiss.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{t("reject.dismissText")}</p>
        {dismiss.isError && <ErrorNote error={dismiss.error} />}
      </ConfirmDialog>
    </div>
  );
}

function useRetry(id: string) {
  const { t } = useTranslation("conflicts");
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => call(api.POST("/api/v1/rejects/{id}:retry", { params: { path: { id } }, body: {} })),
    onSuccess: ({ state }) => announce(t(state === "RESOLVED" ? "reject.retried.RESOLVED" : "reject.retried.OPEN")),
    onSettled: refresh,
  });
}

function useDismiss(id: string, onDone: () => void) {
  const { t } = useTranslation("conflicts");
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => call(api.POST("/api/v1/rejects/{id}:dismiss", { params: { path: { id } }, body: {} })),
    onSuccess: () => {
      announce(t("reject.dismissed"));
      onDone();
    },
    onSettled: refresh,
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["rejects"] }),
      queries.invalidateQueries({ queryKey: ["records"] }),
      queries.invalidateQueries({ queryKey: ["repositories"] }),
    ]);
  };
}
