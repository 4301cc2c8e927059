import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { openRejectsQuery } from "./queries";

/** ListTabs leads from conflicts to rejects and back; it says how many rejects wait. */
export function ListTabs() {
  const { t } = useTranslation("conflicts");
  const { data: waiting } = useQuery(openRejectsQuery);
  return (
    <nav className="tabs" aria-label={t("lists")}>
      <Link to="/conflicts" activeOptions={{ includeSearch: false }}>
        {t("title")}
      </Link>
      <Link to="/rejects" activeOptions={{ includeSearch: false }}>
        {waiting === undefined ? t("rejects") : t("rejectsWaiting", { count: waiting })}
      </Link>
    </nav>
  );
}
