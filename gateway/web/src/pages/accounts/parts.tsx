import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { User } from "../../api/types";
import type { Choice } from "../../form/Field";
import { languages } from "../../i18n/languages";
import { CopyButton } from "../../ui/Copy";
import { Note } from "../../ui/Note";
import { Status } from "../../ui/Status";

export { ForAdministrators } from "../../ui/ForAdministrators";

/** ToUsers leads back to the list. */
export function ToUsers() {
  const { t } = useTranslation("accounts");
  return (
    <p className="crumbs">
      <Link to="/users">{t("users.title")}</Link>
    </p>
  );
}

export function UserState({ user }: { user: User }) {
  const { t } = useTranslation("accounts");
  if (user.disabled) return <Status name="DISABLED" word={t("users.disabled")} />;
  if (user.invited) return <Status name="WAITING" word={t("users.invited")} />;
  return <Status name="READY" word={t("users.enabled")} />;
}

/** Secret is shown once: nobody can look it up again. */
export function Secret({ what, value, children }: { what: string; value: string; children: ReactNode }) {
  const { t } = useTranslation("accounts");
  return (
    <div className="secret stack">
      <p>{children}</p>
      <p className="uuid">
        <code dir="ltr" aria-label={what}>
          {value}
        </code>
        <CopyButton text={value} what={what} />
      </p>
      <Note kind="warning">
        <p>{t("secret.once")}</p>
      </Note>
    </div>
  );
}

/** Roles of people. */
export const personRoles = ["ADMINISTRATOR", "OPERATOR", "VIEWER"] as const;

export function useRoleChoices(): Choice[] {
  const { t } = useTranslation(["accounts", "common"]);
  return personRoles.map((role) => ({ value: role, label: t(`common:role.${role}`), hint: t(`roles.${role}`) }));
}

/** useLanguageChoices names each language in itself; "" leaves it to the browser. */
export function useLanguageChoices(): Choice[] {
  const { t } = useTranslation("accounts");
  return [{ value: "", label: t("browserLanguage") }, ...Object.entries(languages).map(([value, label]) => ({ value, label }))];
}
