import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, type LinkProps, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api, call } from "../api/client";
import { openConflictsQuery, statusQuery } from "../api/queries";
import { useFormat } from "../format/useFormat";
import { setPreferences, type Theme, usePreferences } from "../format/preferences";
import { useMay, useUser } from "../session/session";
import { Button } from "../ui/Button";
import { Uuid } from "../ui/Copy";
import { Status } from "../ui/Status";
import { LanguageSelect } from "./LanguageSelect";
import { Menu } from "./Menu";

/** TopBar: the plate of this site, the pages, the person. */
export function TopBar() {
  return (
    <header className="top">
      <Plate />
      <MainMenu />
      <div className="tools">
        <LanguageSelect />
        <AccountMenu />
      </div>
    </header>
  );
}

function Plate() {
  const { t } = useTranslation();
  const { data: status } = useQuery(statusQuery);
  const working = status?.components.every((c) => c?.ready) ?? true;
  return (
    <Menu
      className="here"
      label={
        <span className="plate">
          <span>
            <small>{t("thisSite")}</small>
            <bdi>{status?.siteName ?? "…"}</bdi>
          </span>
        </span>
      }
    >
      {status && (
        <div className="tight">
          <p>UUID</p>
          <Uuid value={status.repositoryUuid} what="UUID" />
          <p>{t("version", { version: status.version })}</p>
          <p>
            <Status name={working ? "READY" : "WARNING"} word={t(working ? "worker.ready" : "worker.stopped")} />
          </p>
        </div>
      )}
    </Menu>
  );
}

const pages = [
  ["/", "overview"],
  ["/repositories", "repositories"],
  ["/log", "log"],
  ["/conflicts", "conflicts"],
  ["/records", "records"],
  ["/settings", "settings"],
] as const satisfies [LinkProps["to"], string][];

function MainMenu() {
  const { t } = useTranslation();
  const { data: conflicts = 0 } = useQuery(openConflictsQuery);
  const format = useFormat();
  const administers = useMay("administer");
  return (
    <nav aria-label={t("mainMenu")}>
      {pages.map(([to, name]) => (
        <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
          {t(`nav.${name}`)}
          {name === "conflicts" && conflicts > 0 && (
            <>
              <span className="count" aria-hidden="true">
                {format.total(conflicts)}
              </span>
              <span className="unseen">{t("openConflicts", { count: conflicts })}</span>
            </>
          )}
        </Link>
      ))}
      {administers && <Link to="/users">{t("nav.users")}</Link>}
      <Link to="/help">{t("nav.help")}</Link>
    </nav>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const user = useUser();
  const { theme } = usePreferences();
  const signOut = useSignOut();
  if (!user) return null;
  return (
    <Menu label={<bdi>{user.username}</bdi>}>
      <div className="stack">
        <p>{t(`role.${user.role as "VIEWER"}`)}</p>
        <p>
          <Link to="/account">{t("account")}</Link>
        </p>
        <label>
          {t("theme.label")}
          <select value={theme} onChange={(event) => setPreferences({ theme: event.target.value as Theme })}>
            <option value="auto">{t("theme.auto")}</option>
            <option value="light">{t("theme.light")}</option>
            <option value="dark">{t("theme.dark")}</option>
          </select>
        </label>
        <Button onClick={() => void signOut()}>{t("signOut")}</Button>
      </div>
    </Menu>
  );
}

function useSignOut() {
  const queries = useQueryClient();
  const router = useRouter();
  return async () => {
    await call(api.DELETE("/api/v1/session"));
    queries.clear();
    await router.navigate({ to: "/sign-in" });
  };
}
