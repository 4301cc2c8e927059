import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Session, User } from "../../api/types";
import { SelectField, TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { NewPasswordField } from "../../form/NewPasswordField";
import { passwordRule } from "../../form/password";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { speakTo } from "../../i18n/i18n";
import { sessionQuery, useUser } from "../../session/session";
import { announce } from "../../ui/Announce";
import { Page } from "../../ui/Page";
import { useLanguageChoices } from "./parts";
import { Sessions } from "./Sessions";

/** OwnAccountPage: what everybody may change about themselves. */
export default function OwnAccountPage() {
  const { t } = useTranslation(["accounts", "common"]);
  const user = useUser();
  if (!user) return null;
  return (
    <Page title={t("own.title")} lead={<p>{t(`common:role.${user.role as "VIEWER"}`)}</p>}>
      <div className="stack">
        <div className="halves">
          <section aria-labelledby="own-account">
            <h2 id="own-account">{t("own.account")}</h2>
            <AccountForm user={user} />
          </section>
          <section aria-labelledby="own-password">
            <h2 id="own-password">{t("own.password")}</h2>
            <PasswordForm username={user.username} />
          </section>
        </div>
        <Sessions />
      </div>
    </Page>
  );
}

function read({ username, language, etag }: User) {
  return { username, language, etag };
}

function AccountForm({ user }: { user: User }) {
  const { t, i18n } = useTranslation(["accounts", "common"]);
  const queries = useQueryClient();
  const keep = (saved: User) => {
    queries.setQueryData(sessionQuery.queryKey, (session: Session | null | undefined) => session && { ...session, user: saved });
    void queries.invalidateQueries({ queryKey: ["users"] });
    return read(saved);
  };
  const form = useApiForm({
    values: read(user),
    resolver: rules(({ username }) => ({ username: username.trim() === "" ? "required" : username.includes(":") && "invalid" })),
    latest: async () => {
      const session = await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      return read(session?.user ?? user);
    },
    submit: async ({ username, language, etag }) => {
      const saved = await call(api.PATCH("/api/v1/session/user", { body: { username: username.trim(), language, etag } }));
      await speakTo(saved.language);
      announce(i18n.t("own.saved", { ns: "accounts" })); // perhaps in another language than before
      return keep(saved);
    },
  });
  const labels = { username: t("users.username"), language: t("users.language") };
  return (
    <Form form={form} action={t("common:save")} labels={labels}>
      <TextField name="username" label={labels.username} required code autoComplete="username" maxLength={128} />
      <SelectField name="language" label={labels.language} hint={t("own.languageHint")} choices={useLanguageChoices()} />
    </Form>
  );
}

const blank = { currentPassword: "", newPassword: "" };

function PasswordForm({ username }: { username: string }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const form = useApiForm({
    values: blank,
    resolver: rules(({ currentPassword, newPassword }) => ({
      currentPassword: currentPassword === "" && "required",
      newPassword: passwordRule(newPassword, username),
    })),
    submit: async ({ currentPassword, newPassword }) => {
      const { session } = await call(api.POST("/api/v1/session:changePassword", { body: { currentPassword, newPassword } }));
      queries.setQueryData(sessionQuery.queryKey, session);
      void queries.invalidateQueries({ queryKey: ["sessions"] });
      announce(t("own.passwordSaved"));
      return blank;
    },
  });
  const labels = { currentPassword: t("own.current"), newPassword: t("password.new") };
  return (
    <Form form={form} action={t("own.password")} labels={labels} quiet>
      <TextField name="currentPassword" label={labels.currentPassword} type="password" autoComplete="current-password" required />
      <NewPasswordField name="newPassword" label={labels.newPassword} username={username} />
    </Form>
  );
}
