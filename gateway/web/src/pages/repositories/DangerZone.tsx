import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Repository } from "../../api/types";
import { number } from "../../format/numbers";
import { useFormat } from "../../format/useFormat";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { usePause } from "./usePause";

/** DangerZone ends the exchange with a site: for a while, or for good. */
export function DangerZone({ repository }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const [deleting, setDeleting] = useState(false);
  const pause = usePause(repository.id);
  return (
    <section className="danger-zone stack" aria-labelledby="danger-zone">
      <h3 id="danger-zone">{t("danger.title")}</h3>
      <div className="row">
        <Button busy={pause.isPending} onClick={() => pause.mutate(!repository.paused)}>
          {t(repository.paused ? "danger.resume" : "danger.pause")}
        </Button>
        <span className="hint">{t("danger.pauseHint")}</span>
      </div>
      {pause.isError && <ErrorNote error={pause.error} />}
      <div className="row">
        <Button look="danger" onClick={() => setDeleting(true)}>
          {t("danger.delete")}
        </Button>
        <span className="hint">{t("danger.deleteHint")}</span>
      </div>
      {deleting && <DeleteDialog repository={repository} onClose={() => setDeleting(false)} />}
    </section>
  );
}

/** DeleteDialog says what goes and what stays, and wants the name to be typed. */
function DeleteDialog({ repository, onClose }: { repository: Repository; onClose(): void }) {
  const { t } = useTranslation("repositories");
  const format = useFormat();
  const [typed, setTyped] = useState("");
  const remove = useDelete(repository);
  const jobs = number(repository.activity?.jobCount);
  return (
    <ConfirmDialog
      title={t("danger.question", { name: repository.name })}
      action={t("danger.delete")}
      open
      danger
      busy={remove.isPending}
      ready={typed.trim() === repository.name}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <div className="stack">
        <p>{t("danger.goes")}</p>
        <ul>
          <li>{t("danger.resources", { count: repository.taskCount, formatted: format.number(repository.taskCount) })}</li>
          <li>{t("danger.jobs", { count: jobs, formatted: format.number(jobs) })}</li>
          <li>{t("danger.access")}</li>
        </ul>
        <p>{t("danger.stays")}</p>
        <div className="field">
          <label htmlFor="typed-name">{t("danger.type", { name: repository.name })}</label>
          <input id="typed-name" value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" dir="auto" />
        </div>
        {remove.isError && <ErrorNote error={remove.error} />}
      </div>
    </ConfirmDialog>
  );
}

function useDelete({ id, etag }: Repository) {
  const { t } = useTranslation("common");
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call(api.DELETE("/api/v1/repositories/{id}", { params: { path: { id }, query: { etag } } })),
    onSuccess: async () => {
      announce(t("deleted"));
      await navigate({ to: "/repositories" });
      queries.removeQueries({ queryKey: ["repositories", id] });
      await queries.invalidateQueries({ queryKey: ["repositories"] });
    },
  });
}
