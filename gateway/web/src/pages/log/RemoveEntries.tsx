import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { number } from "../../format/numbers";
import { isolate } from "../../format/text";
import { useFormat } from "../../format/useFormat";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { removableQuery } from "./queries";

type Props = { repository?: { id: string; name: string } };

/** RemoveEntries takes old entries out of the log for good; it asks for a word, so that nobody does it by chance. */
export function RemoveEntries({ repository }: Props) {
  const { t } = useTranslation("log");
  const [opened, setOpened] = useState<Date | null>(null);
  return (
    <>
      <Button onClick={() => setOpened(new Date())}>{t("remove.open")}</Button>
      {opened && <RemoveDialog opened={opened} repository={repository} onClose={() => setOpened(null)} />}
    </>
  );
}

const ages = [30, 90, 180, 365, 730];

function RemoveDialog({ opened, repository, onClose }: Props & { opened: Date; onClose(): void }) {
  const { t } = useTranslation("log");
  const [days, setDays] = useState(180);
  const [typed, setTyped] = useState("");
  const before = new Date(opened.getTime() - days * 86_400_000).toISOString();
  const { data: removable } = useQuery(removableQuery(before, repository?.id));
  const remove = useRemove(onClose);
  const word = t("remove.word");
  return (
    <ConfirmDialog
      open
      danger
      title={t("remove.title")}
      action={t("remove.action")}
      busy={remove.isPending}
      ready={typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase() && removable?.count !== 0}
      onConfirm={() => remove.mutate({ beforeTime: before, repositoryId: repository?.id })}
      onClose={onClose}
    >
      <div className="stack">
        <label className="field">
          {t("remove.older")}
          <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {ages.map((age) => (
              <option key={age} value={age}>
                {t("remove.days", { count: age })}
              </option>
            ))}
          </select>
        </label>
        <Effect before={before} repository={repository} removable={removable} />
        <label className="field">
          {t("remove.type", { word })}
          <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" autoCapitalize="none" />
        </label>
        {remove.isError && <ErrorNote error={remove.error} />}
      </div>
    </ConfirmDialog>
  );
}

function Effect({ before, repository, removable }: Props & { before: string; removable?: { count: number; more: boolean } }) {
  const { t } = useTranslation("log");
  const format = useFormat();
  const time = format.time(new Date(before), "UTC");
  const amount = (count: number) => t(removable?.more ? "remove.many" : "remove.count", { count, formatted: format.number(count) });
  return (
    <div>
      <p>{repository ? t("remove.of", { time, repository: isolate(repository.name) }) : t("remove.all", { time })}</p>
      <p aria-live="polite">
        <strong>{removable && (removable.count === 0 ? t("remove.nothing") : amount(removable.count))}</strong>
      </p>
      <p className="hint">{t("remove.export")}</p>
    </div>
  );
}

function useRemove(onDone: () => void) {
  const { t } = useTranslation("log");
  const queries = useQueryClient();
  const format = useFormat();
  return useMutation({
    mutationFn: (body: { beforeTime: string; repositoryId?: string }) => call(api.POST("/api/v1/logEntries:purge", { body })),
    onSuccess: async ({ purgedCount }) => {
      const count = number(purgedCount);
      announce(t("remove.done", { count, formatted: format.number(count) }));
      onDone();
      await queries.resetQueries({ queryKey: ["log"] });
    },
  });
}
