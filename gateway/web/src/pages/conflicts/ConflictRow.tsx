import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Conflict } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { Status } from "../../ui/Status";
import { Cell } from "../../ui/Table";
import { TableName } from "../../ui/TableName";
import { When } from "../../ui/When";

interface Props {
  conflict: Conflict;
  /** Whether the row is ticked, and how to change that; undefined where nothing can be ticked. */
  tick?: { on: boolean; set(on: boolean): void };
}

export function ConflictRow({ conflict, tick }: Props) {
  const { t } = useTranslation("conflicts");
  const { id, label, uid, resourceName, repositoryId, repositoryName, createTime, state } = conflict;
  return (
    <tr>
      {tick && (
        <Cell label={t("tick")}>
          {state === "OPEN" && (
            <input
              type="checkbox"
              checked={tick.on}
              onChange={(event) => tick.set(event.target.checked)}
              aria-label={t("tickOne", { record: label })}
            />
          )}
        </Cell>
      )}
      <Cell label={t("record")} head>
        <div>
          <Link to="/conflicts/$id" params={{ id }}>
            <bdi>{label}</bdi>
          </Link>
          {label !== uid && (
            <small className="break">
              <code dir="ltr">{uid}</code>
            </small>
          )}
        </div>
      </Cell>
      <Cell label={t("resource")}>
        <span>
          <TableName table={resourceName} />
        </span>
      </Cell>
      <Cell label={t("repository")}>
        <Link to="/repositories/$id/configuration" params={{ id: repositoryId }}>
          <bdi>{repositoryName || repositoryId}</bdi>
        </Link>
      </Cell>
      <Cell label={t("when")}>
        <When time={createTime} />
      </Cell>
      <Cell label={t("fields")}>
        <Fields conflict={conflict} />
      </Cell>
      <Cell label={t("decidedBy")}>
        <DecidedBy conflict={conflict} />
      </Cell>
    </tr>
  );
}

/** How many names of fields a row has room for. */
const room = 4;

/** Fields are those that differ. Where one side has deleted the record it is told which. */
function Fields({ conflict: { differingFields, deletedSide } }: { conflict: Conflict }) {
  const { t } = useTranslation("conflicts");
  const format = useFormat();
  if (deletedSide === "LOCAL") return <span>{t("deletedHere")}</span>;
  if (deletedSide === "REMOTE") return <span>{t("deletedThere")}</span>;
  const more = differingFields.length - room;
  return (
    <code dir="ltr" className="break">
      {differingFields.slice(0, room).join(", ")}
      {more > 0 && ` +${format.number(more)}`}
    </code>
  );
}

/** DecidedBy is the policy, or the person who decided after it, and what either chose. */
export function DecidedBy({ conflict: { state, policy, winner, decidedBy } }: { conflict: Conflict }) {
  const { t } = useTranslation("conflicts");
  const side = winner === "REMOTE" ? "REMOTE" : "LOCAL";
  if (state === "SUPERSEDED") return <Status name="SUPERSEDED" />;
  if (state === "DECIDED") {
    return (
      <span>
        <bdi>{decidedBy}</bdi> <small>{t(`personChose.${side}`)}</small>
      </span>
    );
  }
  return (
    <span>
      <code>{policy}</code> <small>{t(`policyChose.${side}`)}</small>
    </span>
  );
}
