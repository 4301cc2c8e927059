import { useTranslation } from "react-i18next";

import type { TaskRun } from "../../api/types";
import { useTableName } from "../../format/tables";
import { useFormat } from "../../format/useFormat";
import { Side } from "../../ui/Side";
import { Status } from "../../ui/Status";
import { Cell, Table } from "../../ui/Table";
import { TableName } from "../../ui/TableName";
import { useReason } from "../../ui/useReason";
import { type Direction, type LaneRow, type Ledger, ledgerOf, outcomes, progressOf, sumOf } from "./ledger";

const sides = { PULL: "there", PUSH: "here" } as const;

/** Lane is one direction of a run: a row per resource, and their sum. Its tint is that of the side the records come from. */
export function Lane({ direction, rows }: { direction: Direction; rows: LaneRow[] }) {
  const { t } = useTranslation("runs");
  const title = t(`lane.${direction}`);
  const heads = [
    { label: t("resource") },
    { label: t("state") },
    { label: t("records"), className: "num" },
    ...outcomes.map((name) => ({ label: t(`outcome.${name}`), className: "num" })),
  ];
  return (
    <Side of={sides[direction]} title={title} className="lane">
      <h2>{title}</h2>
      {direction === "PUSH" && rows.length > 0 && <p className="hint">{t("pushHint")}</p>}
      {rows.length === 0 ? (
        <p>{t(`noLane.${direction}`)}</p>
      ) : (
        <Table caption={t(`laneTable.${direction}`)} heads={heads}>
          {rows.map((row) => (
            <Row key={row.resource} row={row} />
          ))}
          {rows.length > 1 && <Sum rows={rows} />}
        </Table>
      )}
    </Side>
  );
}

function Row({ row }: { row: LaneRow }) {
  const { t } = useTranslation("runs");
  return (
    <tr>
      <Cell label="" head>
        <TableName table={row.resource} />
      </Cell>
      <Cell label={t("state")}>
        <PartState row={row} />
      </Cell>
      <Numbers ledger={ledgerOf(row.part?.counts)} />
    </tr>
  );
}

function PartState({ row }: { row: LaneRow }) {
  const { t } = useTranslation("runs");
  const { part } = row;
  if (!part) return <Status name="WAITING" />;
  return (
    <div>
      <Status name={part.state} word={part.state === "FAILED" ? t("failed") : undefined} />
      {part.state === "RUNNING" && <Bar row={row} />}
      {part.full && <small>{t("full")}</small>}
      <Cause part={part} />
    </div>
  );
}

/** Bar grows towards the total. Where nobody knows it the numbers alone tell: a bar would be invented. */
function Bar({ row }: { row: LaneRow }) {
  const { t } = useTranslation("runs");
  const { done, total } = progressOf(row);
  const name = useTableName()(row.resource);
  if (total === undefined) return null;
  return <progress aria-label={t("progressOf", { name })} value={done} max={total} />;
}

function Cause({ part }: { part: TaskRun }) {
  const { t } = useTranslation("runs");
  const explain = useReason();
  const words = part.reason ? explain(part.reason, part.message) : part.state === "DONE" || part.state === "RUNNING" ? "" : part.message;
  if (words === "") return null;
  return (
    <small className="cause">
      <bdi>{words}</bdi> {part.remoteError && t("remoteError")}
    </small>
  );
}

function Sum({ rows }: { rows: LaneRow[] }) {
  const { t } = useTranslation("runs");
  return (
    <tr className="sum">
      <Cell label="" head>
        {t("total")}
      </Cell>
      <Cell label={t("state")} className="filler">
        {null}
      </Cell>
      <Numbers ledger={sumOf(rows.map((row) => ledgerOf(row.part?.counts)))} />
    </tr>
  );
}

function Numbers({ ledger }: { ledger: Ledger }) {
  const { t } = useTranslation("runs");
  const format = useFormat();
  return (
    <>
      <Cell label={t("records")} className="num">
        {format.number(ledger.total)}
      </Cell>
      {outcomes.map((name) => (
        <Cell key={name} label={t(`outcome.${name}`)} className={ledger[name] === 0 ? "num faint" : "num"}>
          {format.number(ledger[name])}
        </Cell>
      ))}
    </>
  );
}
