import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Conflict, ConflictSide } from "../../api/types";
import { isolate } from "../../format/text";
import { useFormat } from "../../format/useFormat";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { alike } from "./preview";
import { useDecide } from "./useDecisions";

interface Props {
  open: Conflict[];
  ticked: Conflict[];
  onTick(conflicts: Conflict[]): void;
}

/** Bulk decides all ticked conflicts for one side, after it has said what each of them changes. */
export function Bulk({ open, ticked, onTick }: Props) {
  const { t } = useTranslation("conflicts");
  const [side, setSide] = useState<ConflictSide | null>(null);
  const similar = open.filter((other) => ticked.some((one) => alike(one, other)));
  return (
    <div className="row sheet bulk" role="group" aria-label={t("bulk")}>
      <strong aria-live="polite">{t("ticked", { count: ticked.length })}</strong>
      {similar.length > ticked.length && (
        <Button look="quiet" onClick={() => onTick(similar)}>
          {t("tickAlike", { count: similar.length })}
        </Button>
      )}
      <Button look="quiet" onClick={() => onTick([])}>
        {t("untick")}
      </Button>
      <Button onClick={() => setSide("LOCAL")}>{t("keepHere")}</Button>
      <Button onClick={() => setSide("REMOTE")}>{t("takeThere")}</Button>
      {side && <BulkDialog side={side} conflicts={ticked} onClose={() => setSide(null)} />}
    </div>
  );
}

function BulkDialog({ side, conflicts, onClose }: { side: ConflictSide; conflicts: Conflict[]; onClose(): void }) {
  const { t } = useTranslation("conflicts");
  const decide = useDecide();
  const [first, ...others] = conflicts.map(({ id }) => id);
  const confirm = () => {
    if (first) decide.mutate({ ids: [first, ...others], choice: { side, fieldSides: {} } }, { onSuccess: onClose });
  };
  return (
    <ConfirmDialog
      open
      title={t(side === "LOCAL" ? "keepHere" : "takeThere")}
      action={t("bulkAction", { count: conflicts.length })}
      busy={decide.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className="stack">
        <h3>{t("bulkEffects")}</h3>
        <Effects conflicts={conflicts} side={side} />
        <p>{t("bulkTravels")}</p>
        {decide.isError && <ErrorNote error={decide.error} />}
      </div>
    </ConfirmDialog>
  );
}

/** Effects lists what deciding for a side changes at this site, record by record. */
export function Effects({ conflicts, side }: { conflicts: Conflict[]; side: ConflictSide }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  const effect = ({ label, winner, differingFields }: Conflict) => {
    const record = isolate(label);
    if (winner === side) return t("bulkNothing", { record });
    if (differingFields.length === 0) return t("bulkDeleted", { record });
    return t("bulkFields", { count: differingFields.length, record, fields: format.list(differingFields.map(isolate)) });
  };
  return (
    <ul className="effects" tabIndex={0}>
      {conflicts.map((conflict) => (
        <li key={conflict.id}>{effect(conflict)}</li>
      ))}
    </ul>
  );
}
