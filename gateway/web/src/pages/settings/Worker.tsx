import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import type { Status as SiteStatus } from "../../api/types";
import { CopyButton } from "../../ui/Copy";
import { Loaded } from "../../ui/Loaded";
import { Status } from "../../ui/Status";
import { Cell, Table } from "../../ui/Table";
import { Moment } from "../../ui/When";
import { Facts } from "./Facts";

/** The program that is a whole site. */
const wholeSite = "edensync serve";

/** Worker tells whether the parts of this site run, and by which command they are started. */
export function Worker() {
  const { t } = useTranslation(["settings", "common"]);
  const query = useQuery(statusQuery);
  return (
    <section className="stack">
      <h2>{t("worker.title")}</h2>
      <Loaded query={query}>
        {(status) => (
          <>
            <Summary status={status} />
            <Parts components={status.components} />
            <p>
              {t("common:workerCommand")} <code dir="ltr">{wholeSite}</code> <CopyButton text={wholeSite} what={wholeSite} />
            </p>
          </>
        )}
      </Loaded>
    </section>
  );
}

function Summary({ status }: { status: SiteStatus }) {
  const { t } = useTranslation(["settings", "common"]);
  const working = status.components.every((part) => part.ready);
  return (
    <>
      <p>
        <Status name={working ? "READY" : "WARNING"} word={t(working ? "common:worker.ready" : "common:worker.stopped")} />
      </p>
      <p className="hint">{t("worker.lead")}</p>
      <Facts
        facts={[
          [t("worker.since"), <Moment key="since" time={status.startTime} />],
          [t("worker.version"), <bdi key="version">{status.version}</bdi>],
        ]}
      />
    </>
  );
}

type PartName = "config" | "scheduler" | "transfer" | "audit";

function Parts({ components }: { components: SiteStatus["components"] }) {
  const { t } = useTranslation("settings");
  const heads = [{ label: t("worker.part") }, { label: t("worker.state") }, { label: t("worker.command") }];
  return (
    <Table caption={t("worker.title")} heads={heads}>
      {components.map((part) => (
        <tr key={part.name}>
          <Cell label={t("worker.part")} head>
            {t(`worker.parts.${part.name as PartName}`, { defaultValue: part.name })}
          </Cell>
          <Cell label={t("worker.state")}>
            <Status name={part.ready ? "READY" : "WARNING"} word={t(part.ready ? "worker.running" : "worker.stopped")} />
            {part.message && <small dir="auto">{part.message}</small>}
          </Cell>
          <Cell label={t("worker.command")}>
            <code dir="ltr">{`edensync-${part.name}`}</code>
          </Cell>
        </tr>
      ))}
    </Table>
  );
}
