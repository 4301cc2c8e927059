import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { EdenRecord } from "../../api/types";
import { isolate } from "../../format/text";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";

/** DeleteRecord deletes the version that the person has seen, and no other. */
export function DeleteRecord({ record }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  const [etag, setEtag] = useState<string | null>(null);
  const remove = useDelete(record, () => setEtag(null));
  return (
    <>
      <Button look="danger" onClick={() => setEtag(record.etag)}>
        {t("delete")}
      </Button>
      <ConfirmDialog
        open={etag !== null}
        danger
        title={t("remove.title", { record: isolate(record.label || record.uid) })}
        action={t("remove.action")}
        busy={remove.isPending}
        onConfirm={() => etag !== null && remove.mutate(etag)}
        onClose={() => setEtag(null)}
      >
        <div className="stack">
          <p>{t("remove.text")}</p>
          {remove.isError && <ErrorNote error={remove.error} />}
        </div>
      </ConfirmDialog>
    </>
  );
}

function useDelete({ resourceName, uid }: EdenRecord, onDone: () => void) {
  const { t } = useTranslation("records");
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (etag: string) =>
      call(api.DELETE("/api/v1/resources/{resourceName}/records/{uid}", { params: { path: { resourceName, uid }, query: { etag } } })),
    onSuccess: () => {
      announce(t("remove.done"));
      onDone();
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["records"] });
      await queries.invalidateQueries({ queryKey: ["resources"] });
    },
  });
}
