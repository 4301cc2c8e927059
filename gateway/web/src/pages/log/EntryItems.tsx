import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { LogEntry } from "../../api/types";
import { CopyButton } from "../../ui/Copy";
import { Status, type StatusName } from "../../ui/Status";
import { TableName } from "../../ui/TableName";
import { Moment } from "../../ui/When";

/** EntryItems are the eight items of an entry as Eden's guide names and explains them. */
export function EntryItems({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation(["log", "common"]);
  return (
    <dl className="sheet items">
      <Item label={t("time")} text={t("entry.timeText")}>
        <Moment time={entry.time} seconds dated />
      </Item>
      <Item label={t("repository")} text={t("entry.repositoryText")}>
        <RepositoryLink entry={entry} />
      </Item>
      <Item label={t("resource")} text={t("entry.resourceText")}>
        <ResourceLink name={entry.resourceName} />
      </Item>
      <Item label={t("mode")} text={t("entry.modeText")}>
        {t("modeAndDirection", {
          mode: t(`modes.${entry.mode as "PULL"}`),
          direction: t(`directions.${entry.transmission as "INCOMING"}`),
        })}
        <Original entry={entry} names={["mode", "transmission"]} />
      </Item>
      <Item label={t("action")} text={t("entry.actionText")}>
        <bdi lang="en">{entry.action}</bdi>
      </Item>
      <Item label={t("result")} text={t("entry.resultText")}>
        <Status name={entry.result as StatusName} />
        <Original entry={entry} names={["result"]} />
      </Item>
      <Item label={t("remote")} text={t("entry.remoteText")}>
        {entry.remoteError ? t("common:yes") : t("common:no")}
      </Item>
      <Item label={t("message")} text={t("entry.messageText")}>
        <pre className="message" dir="auto">
          {entry.message}
        </pre>
        <CopyButton text={entry.message} what={t("message")} />
      </Item>
    </dl>
  );
}

function Item({ label, text, children }: { label: string; text: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
      <dd className="hint">{text}</dd>
    </div>
  );
}

function RepositoryLink({ entry: { repositoryId, repositoryName } }: { entry: LogEntry }) {
  const { t } = useTranslation("log");
  if (!repositoryId) return <span className="faint">{repositoryName || t("noRepository")}</span>;
  return (
    <Link to="/repositories/$id/configuration" params={{ id: repositoryId }}>
      <bdi>{repositoryName || repositoryId}</bdi>
    </Link>
  );
}

/** Words of the vocabulary that are no tables. */
const noTables = ["", "mixed", "none"];

function ResourceLink({ name }: { name: string }) {
  if (noTables.includes(name)) return <code dir="ltr">{name}</code>;
  return (
    <Link to="/records/$resource" params={{ resource: name }}>
      <TableName table={name} />
    </Link>
  );
}

/** Original shows what the writer gave where the vocabulary of the guide does not know it. */
function Original({ entry, names }: { entry: LogEntry; names: string[] }) {
  const given = Object.entries(entry.original ?? {}).filter(([name]) => names.includes(name));
  if (given.length === 0) return null;
  return (
    <small>
      {" "}
      <code dir="ltr">{given.map(([, value]) => String(value)).join(" · ")}</code>
    </small>
  );
}
