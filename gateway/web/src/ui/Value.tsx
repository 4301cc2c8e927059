import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../api/types";

type Kind = EdenRecord["fields"][number]["kind"];

/** FieldValue is the value of a field of a record, as it is read; undefined is nothing. */
export function FieldValue({ value, kind }: { value: string | null | undefined; kind: Kind }) {
  const { t } = useTranslation();
  if (value === undefined || value === null || kind === "NULL") return <span className="faint">{t("value.nothing")}</span>;
  if (value === "") return <span className="faint">{t("value.emptyText")}</span>;
  if (kind === "BOOLEAN" && (value === "true" || value === "false")) return <>{t(value === "true" ? "yes" : "no")}</>;
  if (kind === "JSON" || kind === "FILE") {
    return (
      <code dir="ltr" className="break">
        {value}
      </code>
    );
  }
  return (
    <bdi className="text-value" dir={kind === "NUMBER" ? "ltr" : undefined}>
      {value}
    </bdi>
  );
}

interface ReferenceProps {
  resource: string;
  uids: string[];
  /** Those that are not at this site. */
  missing?: string[];
}

/** ReferenceValue leads to the records that a reference names. */
export function ReferenceValue({ resource, uids, missing = [] }: ReferenceProps) {
  const { t } = useTranslation();
  if (uids.length === 0) return <span className="faint">{t("value.nothing")}</span>;
  return (
    <ul className="plain">
      {uids.map((uid) => (
        <li key={uid}>
          <Link to="/records/$resource/$uid" params={{ resource, uid }} className="break">
            <code dir="ltr">{uid}</code>
          </Link>{" "}
          <small className="inline">
            <code dir="ltr">{resource}</code>
            {missing.includes(uid) && <> · {t("value.missing")}</>}
          </small>
        </li>
      ))}
    </ul>
  );
}
