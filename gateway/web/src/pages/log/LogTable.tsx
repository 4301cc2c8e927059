import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { LogEntry } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Status, type StatusName } from "../../ui/Status";
import { Cell, Table } from "../../ui/Table";
import type { LogSearch } from "./search";

/** LogTable has the columns of Eden's guide, by its names. The address of an entry carries the filters of the list. */
export function LogTable({ entries, search }: { entries: LogEntry[]; search: LogSearch }) {
  const { t } = useTranslation("log");
  const heads = (["time", "repository", "resource", "mode", "action", "result", "remote", "message"] as const).map((name) => ({
    label: t(name),
    className: name === "message" ? "log-message" : undefined,
  }));
  return (
    <div className="log">
      <Table caption={t("title")} heads={heads}>
        {entries.map((entry) => (
          <Row key={entry.id} entry={entry} search={search} />
        ))}
      </Table>
    </div>
  );
}

function Row({ entry, search }: { entry: LogEntry; search: LogSearch }) {
  const { t } = useTranslation(["log", "common"]);
  return (
    <tr>
      <Cell label={t("time")} head>
        <EntryTime entry={entry} search={search} />
      </Cell>
      <Cell label={t("repository")}>
        {entry.repositoryName ? <bdi>{entry.repositoryName}</bdi> : <span className="faint">{t("noRepository")}</span>}
      </Cell>
      <Cell label={t("resource")}>
        <code dir="ltr">{entry.resourceName}</code>
      </Cell>
      <Cell label={t("mode")} className="nowrap">
        <Mode entry={entry} />
      </Cell>
      <Cell label={t("action")}>
        <bdi lang="en">{entry.action}</bdi>
      </Cell>
      <Cell label={t("result")}>
        <Status name={entry.result as StatusName} />
      </Cell>
      <Cell label={t("remote")}>{entry.remoteError ? t("common:yes") : <span className="faint">{t("common:no")}</span>}</Cell>
      <Cell label={t("message")}>
        <p className="clamp break" dir="auto">
          {entry.message}
        </p>
      </Cell>
    </tr>
  );
}

/** Mode is the kind of exchange, and below it who asked. */
function Mode({ entry: { mode, transmission } }: { entry: LogEntry }) {
  const { t } = useTranslation("log");
  return (
    <span>
      {t(`modes.${mode as "PULL"}`)} <small>{t(`directions.${transmission as "INCOMING"}`)}</small>
    </span>
  );
}

/** EntryTime leads to the entry: the time to the second, since many entries are written within one. */
function EntryTime({ entry: { id, time }, search }: { entry: LogEntry; search: LogSearch }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const date = new Date(time ?? 0);
  return (
    <span className="when">
      <Link to="/log/$id" params={{ id }} search={search}>
        <time dateTime={time ?? undefined}>{t("atUtc", { time: format.time(date, "UTC", { now, seconds: true }) })}</time>
      </Link>{" "}
      <small>{format.relative(date, now)}</small>
    </span>
  );
}
