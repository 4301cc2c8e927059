import { useTranslation } from "react-i18next";

import type { Conflict } from "../../api/types";
import { isolate } from "../../format/text";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/ErrorNote";
import { Note } from "../../ui/Note";
import { useReason } from "../../ui/useReason";
import { Moment } from "../../ui/When";
import { isMixed, valid } from "./preview";
import { useUndo } from "./useDecisions";

/** Story tells what happened so far: what both sites did, what the policy chose and why, what a person decided. */
export function Story({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation("conflicts");
  const explain = useReason();
  const { local, remote, policySide, policy, reason, createTime, state } = conflict;
  const why = explain(reason, reason);
  return (
    <>
      <div className="tight">
        {local?.deleted && <p>{t("why.deletionHere")}</p>}
        {remote?.deleted && <p>{t("why.deletionThere")}</p>}
        <p>
          {t("why.OPEN", { policy })} <strong>{t(`outcome.${policySide === "REMOTE" ? "REMOTE" : "LOCAL"}`)}</strong>.
          {why !== reason && <> {why}</>}
        </p>
        <p className="hint">
          {t("found")} <Moment time={createTime} />
        </p>
      </div>
      {state === "DECIDED" && <Decided conflict={conflict} />}
      {state === "SUPERSEDED" && (
        <Note kind="info">
          <p>{t("superseded")}</p>
        </Note>
      )}
    </>
  );
}

/** Decided says who decided what, and offers to take it back as long as that harms nothing. */
function Decided({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation("conflicts");
  const now = valid(conflict);
  const undo = useUndo(conflict.id);
  const operates = useMay("operate");
  return (
    <Note kind="ok">
      <p>
        {t("byPerson", { name: isolate(conflict.decidedBy) })} <strong>{t(`outcome.${isMixed(now) ? "mixed" : now.side}`)}</strong>.{" "}
        <Moment time={conflict.decideTime} />
      </p>
      {conflict.undoable ? <UndoLimit conflict={conflict} /> : <p>{t("notUndoable")}</p>}
      {conflict.undoable && operates && (
        <p>
          <Button busy={undo.isPending} onClick={() => undo.mutate()}>
            {t("undo")}
          </Button>
        </p>
      )}
      {undo.isError && <ErrorNote error={undo.error} />}
    </Note>
  );
}

function UndoLimit({ conflict: { undoExpireTime } }: { conflict: Conflict }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  if (!undoExpireTime) return <p>{t("undoAnytime")}</p>;
  return <p>{t("undoUntil", { time: format.time(new Date(undoExpireTime), "UTC") })}</p>;
}
