import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Page } from "../ui/Page";

/** NotFound says what was looked for. */
export function NotFound() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Page title={t("notFound.title")}>
      <p className="break">{t("notFound.text", { path: pathname })}</p>
      <p>
        <Link to="/">{t("notFound.back")}</Link>
      </p>
    </Page>
  );
}

/** NotFoundPage stands for addresses that no page has: it has no frame around it. */
export function NotFoundPage() {
  return (
    <main id="content">
      <NotFound />
    </main>
  );
}
