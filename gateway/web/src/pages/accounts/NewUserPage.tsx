import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { repositoryNamesQuery } from "../../api/queries";
import type { Role, User } from "../../api/types";
import { ChoicesField, SelectField, TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { Button, ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { ForAdministrators, ToUsers, useLanguageChoices, useRoleChoices } from "./parts";
import { UserSecret } from "./UserSecret";

/** NewUserPage adds a person, who is invited, or a remote site, which gets a password. */
export default function NewUserPage() {
  const { t } = useTranslation("accounts");
  const [made, setMade] = useState<User>();
  return (
    <ForAdministrators title={t("new.title")}>
      {made ? <Made user={made} onAnother={() => setMade(undefined)} /> : <NewUser onMade={setMade} />}
    </ForAdministrators>
  );
}

const empty = { kind: "person", username: "", role: "VIEWER", language: "", repositoryId: "" };

function NewUser({ onMade }: { onMade(user: User): void }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const form = useApiForm({
    values: empty,
    resolver: rules(({ username }) => ({ username: username.trim() === "" ? "required" : username.includes(":") && "invalid" })),
    submit: async ({ kind, username, role, language, repositoryId }) => {
      const who = kind === "person" ? { role: role as Role, language } : { role: "PEER" as const, repositoryId };
      const user = await call(api.POST("/api/v1/users", { body: { username: username.trim(), ...who } }));
      void queries.invalidateQueries({ queryKey: ["users"] });
      onMade(user);
    },
  });
  const labels = { username: t("users.username"), role: t("users.role"), repositoryId: t("new.repository") };
  const person = form.form.watch("kind") === "person";
  return (
    <Page title={t("new.title")} above={<ToUsers />}>
      <Form form={form} action={t("new.action")} labels={labels}>
        <ChoicesField
          name="kind"
          label={t("new.kind")}
          cards
          choices={[
            { value: "person", label: t("new.person"), hint: t("new.personHint") },
            { value: "site", label: t("new.site"), hint: t("new.siteHint") },
          ]}
        />
        <TextField name="username" label={labels.username} hint={t("new.usernameHint")} required code autoComplete="off" maxLength={128} />
        {person ? <PersonFields /> : <RepositoryField />}
      </Form>
    </Page>
  );
}

function PersonFields() {
  const { t } = useTranslation("accounts");
  const roles = useRoleChoices();
  const languages = useLanguageChoices();
  return (
    <>
      <ChoicesField name="role" label={t("users.role")} choices={roles} />
      <SelectField name="language" label={t("users.language")} hint={t("new.languageHint")} choices={languages} />
    </>
  );
}

/** RepositoryField binds the account of a remote site to one repository. */
export function RepositoryField() {
  const { t } = useTranslation("accounts");
  const { data: repositories = [] } = useQuery(repositoryNamesQuery);
  const choices = [{ value: "", label: t("new.anyRepository") }, ...repositories.map(({ id, name }) => ({ value: id, label: name }))];
  return <SelectField name="repositoryId" label={t("new.repository")} hint={t("new.repositoryHint")} choices={choices} />;
}

function Made({ user, onAnother }: { user: User; onAnother(): void }) {
  const { t } = useTranslation("accounts");
  const title = t(user.role === "PEER" ? "new.passwordFor" : "new.invitationFor", { name: user.username });
  return (
    <Page title={title} above={<ToUsers />}>
      <div className="form stack">
        <UserSecret user={user} />
        <p className="actions">
          <ButtonLink to="/users/$id" params={{ id: user.id }}>
            {t("new.toUser")}
          </ButtonLink>
          <Button onClick={onAnother}>{t("new.another")}</Button>
        </p>
      </div>
    </Page>
  );
}
