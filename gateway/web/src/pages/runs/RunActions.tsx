import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { repositoryQuery } from "../../api/queries";
import type { Run } from "../../api/types";
import { useMay } from "../../session/session";
import { announce } from "../../ui/Announce";
import { Button, ButtonLink } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { useSynchronize } from "../repositories/useSynchronize";
import { isFinal, ledgerOf } from "./ledger";

/** RunActions is what can be done with a run, and where its traces lead. */
export function RunActions({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const operates = useMay("operate");
  const { conflict, rejected } = ledgerOf(run.counts);
  return (
    <div className="actions">
      {operates && !isFinal(run.state) && <StopButton run={run} />}
      {operates && isFinal(run.state) && <AgainButton run={run} />}
      <ButtonLink to="/log" search={{ run: run.id }}>
        {t("viewLog")}
      </ButtonLink>
      {conflict > 0 && (
        <ButtonLink to="/conflicts" search={{ run: run.id }}>
          {t("openConflicts")}
        </ButtonLink>
      )}
      {rejected > 0 && (
        <ButtonLink to="/rejects" search={{ run: run.id }}>
          {t("openRejects")}
        </ButtonLink>
      )}
    </div>
  );
}

function StopButton({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const [asking, setAsking] = useState(false);
  const stop = useMutation({
    mutationFn: () => call(api.POST("/api/v1/runs/{id}:stop", { params: { path: { id: run.id } }, body: {} })),
    onSuccess: () => {
      setAsking(false);
      announce(t("stopAsked"));
    },
  });
  return (
    <>
      <Button look="danger" busy={run.stopRequested} onClick={() => setAsking(true)}>
        {t("stop")}
      </Button>
      <ConfirmDialog
        title={t("stopTitle")}
        open={asking}
        onClose={() => setAsking(false)}
        action={t("stop")}
        danger
        busy={stop.isPending}
        onConfirm={() => stop.mutate()}
      >
        <p>{t("stopText")}</p>
        {stop.isError && <ErrorNote error={stop.error} />}
      </ConfirmDialog>
    </>
  );
}

/** AgainButton starts another run; a repository that is gone, paused or has no address offers none. */
function AgainButton({ run }: { run: Run }) {
  const { t } = useTranslation("runs");
  const repository = useQuery({ ...repositoryQuery(run.repositoryId), retry: false });
  const synchronize = useSynchronize();
  if (repository.data?.state !== "ACTIVE") return null;
  return (
    <>
      <Button look="main" busy={synchronize.isPending} onClick={() => synchronize.mutate(run.repositoryId)}>
        {t("again")}
      </Button>
      {synchronize.isError && <ErrorNote error={synchronize.error} />}
    </>
  );
}
