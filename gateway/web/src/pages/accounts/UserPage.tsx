import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Role, User } from "../../api/types";
import { ChoicesField, SelectField, TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { isLanguage, languages } from "../../i18n/languages";
import { useUser } from "../../session/session";
import { announce } from "../../ui/Announce";
import { Loaded } from "../../ui/Loaded";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { Moment } from "../../ui/When";
import { RepositoryField } from "./NewUserPage";
import { ForAdministrators, ToUsers, useLanguageChoices, UserState, useRoleChoices } from "./parts";
import { useIsLastAdministrator, userQuery } from "./queries";
import { UserAccess } from "./UserAccess";

/** UserPage: what an account is and may do. */
export default function UserPage() {
  const { t } = useTranslation("accounts");
  const { id } = useParams({ from: "/app/users/$id" });
  return (
    <ForAdministrators title={t("users.title")}>
      <OneUser key={id} id={id} />
    </ForAdministrators>
  );
}

function OneUser({ id }: { id: string }) {
  const query = useQuery(userQuery(id));
  const user = query.data;
  return (
    <Page title={user?.username ?? "…"} above={<ToUsers />} beside={user && <UserState user={user} />}>
      <Loaded query={query} rows={5}>
        {(loaded) => <Content user={loaded} />}
      </Loaded>
    </Page>
  );
}

function Content({ user }: { user: User }) {
  const { t } = useTranslation("accounts");
  const own = useUser()?.id === user.id;
  const last = useIsLastAdministrator(user);
  const note = last ? t("user.lastAdministrator") : own && t("user.you");
  return (
    <div className="stack">
      {note && (
        <Note kind="info">
          <p>{note}</p>
        </Note>
      )}
      <div className="halves">
        <UserForm user={user} last={last} />
        <div className="stack">
          <UserFacts user={user} />
          {!own && <UserAccess user={user} fixed={last} />}
        </div>
      </div>
    </div>
  );
}

function UserFacts({ user }: { user: User }) {
  const { t } = useTranslation(["accounts", "common"]);
  return (
    <dl className="facts">
      <dt>{t("users.role")}</dt>
      <dd>{t(`common:role.${user.role as Exclude<Role, "UNSPECIFIED">}`)}</dd>
      {user.role !== "PEER" && (
        <>
          <dt>{t("users.language")}</dt>
          <dd>{isLanguage(user.language) ? languages[user.language] : t("browserLanguage")}</dd>
        </>
      )}
      {user.identityProvider && (
        <>
          <dt>{t("user.provider")}</dt>
          <dd className="break">
            <bdi>{user.identityProvider}</bdi>
          </dd>
        </>
      )}
      <dt>{t("users.lastSignIn")}</dt>
      <dd>
        <Moment time={user.lastSignInTime} />
      </dd>
      <dt>{t("user.created")}</dt>
      <dd>
        <Moment time={user.createTime} />
      </dd>
    </dl>
  );
}

interface Values {
  username: string;
  role: Role;
  language: string;
  repositoryId: string;
  etag: string;
}

function read({ username, role, language, repositoryId, etag }: User): Values {
  return { username, role, language, repositoryId, etag };
}

/** UserForm changes an account; the last administrator keeps the role. */
function UserForm({ user, last }: { user: User; last: boolean }) {
  const { t } = useTranslation(["accounts", "common"]);
  const queries = useQueryClient();
  const query = userQuery(user.id);
  const form = useApiForm<Values>({
    values: read(user),
    resolver: rules(({ username }) => ({ username: username.trim() === "" ? "required" : username.includes(":") && "invalid" })),
    latest: async () => read(await queries.fetchQuery({ ...query, staleTime: 0 })),
    submit: async ({ username, role, language, repositoryId, etag }) => {
      const own = user.role === "PEER" ? { repositoryId } : { role, language };
      const body = { username: username.trim(), ...own, etag };
      const saved = await call(api.PATCH("/api/v1/users/{id}", { params: { path: { id: user.id } }, body }));
      queries.setQueryData(query.queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["users"] });
      announce(t("user.saved"));
      return read(saved);
    },
  });
  const roles = useRoleChoices();
  const languageChoices = useLanguageChoices();
  const labels = { username: t("users.username"), role: t("users.role"), language: t("users.language"), repositoryId: t("new.repository") };
  return (
    <Form form={form} action={t("common:save")} labels={labels}>
      <TextField name="username" label={labels.username} required code autoComplete="off" maxLength={128} />
      {user.role === "PEER" ? (
        <RepositoryField />
      ) : (
        <>
          {!last && <ChoicesField name="role" label={labels.role} hint={t("user.roleHint")} choices={roles} />}
          <SelectField name="language" label={labels.language} choices={languageChoices} />
        </>
      )}
    </Form>
  );
}
