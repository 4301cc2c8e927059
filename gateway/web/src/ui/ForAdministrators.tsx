import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useMay, useUser } from "../session/session";
import { Note } from "./Note";
import { Page } from "./Page";

/** ForAdministrators shows its page to administrators, and tells everybody else which role it needs. */
export function ForAdministrators({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const role = useUser()?.role;
  if (useMay("administer")) return children;
  return (
    <Page title={title}>
      <Note kind="warning">
        <p>{t("forbidden", { role: t(`role.${role as "VIEWER"}`), needed: t("role.ADMINISTRATOR") })}</p>
      </Note>
    </Page>
  );
}
