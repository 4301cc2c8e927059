import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";
import { Uuid } from "../../ui/Copy";
import { TableName } from "../../ui/TableName";
import { Moment } from "../../ui/When";

/** About is what is known of a record beside its values. */
export function About({ record }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  return (
    <section aria-labelledby="about" className="tight">
      <h2 id="about">{t("about")}</h2>
      <dl className="facts">
        <dt>{t("uid")}</dt>
        <dd>
          <Uuid value={record.uid} what={t("uid")} />
        </dd>
        <dt>{t("table")}</dt>
        <dd>
          <TableName table={record.resourceName} />
        </dd>
        {record.parentUid && (
          <>
            <dt>{t("partOf")}</dt>
            <dd>
              <Link to="/records/$resource/$uid" params={{ resource: record.parentResourceName, uid: record.parentUid }} className="break">
                <code dir="ltr">{record.parentUid}</code>
              </Link>
              {record.alias && <small className="block">{t("alias", { alias: record.alias })}</small>}
            </dd>
          </>
        )}
        <dt>{t("origin")}</dt>
        <dd>
          <Origin record={record} />
        </dd>
        <dt>{t("created")}</dt>
        <dd>
          <Moment time={record.createdOn} dated />
        </dd>
        <dt>{t("modified")}</dt>
        <dd>
          <Moment time={record.modifiedOn} dated seconds />
        </dd>
        <dt>{t("arrived")}</dt>
        <dd>
          <Moment time={record.arrivedOn} dated seconds />
        </dd>
        <dt>{t("copies")}</dt>
        <dd>{t("copiesText", { count: record.mci })}</dd>
      </dl>
    </section>
  );
}

function Origin({ record: { originRepositoryId, originRepositoryName } }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  if (!originRepositoryId) return t("thisSite");
  return (
    <Link to="/repositories/$id/configuration" params={{ id: originRepositoryId }}>
      <bdi>{originRepositoryName || originRepositoryId}</bdi>
    </Link>
  );
}
