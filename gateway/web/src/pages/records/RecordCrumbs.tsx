import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useTableName } from "../../format/tables";

/** RecordCrumbs lead back to the table of a record and to all tables. */
export function RecordCrumbs({ table }: { table: string }) {
  const { t } = useTranslation("records");
  const nameOf = useTableName();
  return (
    <p className="crumbs">
      <Link to="/records">{t("title")}</Link> /{" "}
      <Link to="/records/$resource" params={{ resource: table }}>
        {nameOf(table)}
      </Link>
    </p>
  );
}
