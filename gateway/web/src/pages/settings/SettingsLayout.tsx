import { Link, type LinkProps, Outlet, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Page } from "../../ui/Page";

const pages = [
  ["/settings/site", "site"],
  ["/settings/proxy", "proxy"],
  ["/settings/retention", "retention"],
  ["/settings/appearance", "appearance"],
] as const satisfies [LinkProps["to"], string][];

/** SettingsLayout is the head of all pages of settings. Each of them is a page of its own for focus and title. */
export default function SettingsLayout() {
  const { t } = useTranslation("settings");
  const { pathname } = useLocation();
  const page = pages.find(([to]) => pathname.startsWith(to))?.[1];
  return (
    <Page key={page} title={t("title")} tab={page && `${t(`pages.${page}`)} · ${t("title")}`}>
      <nav className="tabs" aria-label={t("title")}>
        {pages.map(([to, name]) => (
          <Link key={to} to={to}>
            {t(`pages.${name}`)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
