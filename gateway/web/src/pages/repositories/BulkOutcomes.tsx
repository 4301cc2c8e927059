import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { Button } from "../../ui/Button";
import { Status } from "../../ui/Status";
import { useReason } from "../../ui/useReason";
import type { BulkAction, Outcome } from "./useBulk";

const statuses = { waiting: "QUEUED", working: "RUNNING", done: "DONE", failed: "ERROR" } as const;

interface Props {
  action: BulkAction;
  outcomes: Outcome[];
  onDismiss(): void;
}

/** BulkOutcomes says for each repository what came of an action on many. */
export function BulkOutcomes({ action, outcomes, onDismiss }: Props) {
  const { t } = useTranslation(["repositories", "common"]);
  const format = useFormat();
  if (outcomes.length === 0) return null;
  const failed = outcomes.filter(({ state }) => state === "failed").length;
  const done = outcomes.filter(({ state }) => state === "done").length;
  const over = failed + done === outcomes.length;
  const numbers = { done: format.number(done), count: outcomes.length, all: format.number(outcomes.length), failed: format.number(failed) };
  return (
    <section className="sheet ticked-outcomes" aria-label={t(`bulk.outcome.${action}`)}>
      <div className="row spread">
        <p role="status">
          <strong>{t(`bulk.outcome.${action}`)}</strong> {over ? t("bulk.over", numbers) : t("bulk.underWay", numbers)}
        </p>
        {over && (
          <Button look="quiet" onClick={onDismiss}>
            {t("common:close")}
          </Button>
        )}
      </div>
      <ul className="plain">
        {outcomes.map((outcome) => (
          <OutcomeLine key={outcome.id} outcome={outcome} />
        ))}
      </ul>
    </section>
  );
}

function OutcomeLine({ outcome: { id, name, state, runId, error } }: { outcome: Outcome }) {
  const { t } = useTranslation("repositories");
  const explain = useReason();
  return (
    <li className="row">
      <Status name={statuses[state]} />
      <Link to="/repositories/$id/configuration" params={{ id }}>
        <bdi>{name}</bdi>
      </Link>
      {runId && (
        <Link to="/runs/$id" params={{ id: runId }} aria-label={t("watchWith", { name })}>
          {t("watch")}
        </Link>
      )}
      {state === "failed" && <small>{explain(error)}</small>}
    </li>
  );
}
