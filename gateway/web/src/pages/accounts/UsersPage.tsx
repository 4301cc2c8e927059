import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Role, User } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { isLanguage, languages } from "../../i18n/languages";
import { useUser } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { SearchField } from "../../ui/SearchField";
import { Cell, Pager, Table } from "../../ui/Table";
import { When } from "../../ui/When";
import { ForAdministrators, UserState } from "./parts";
import { usersQuery } from "./queries";

const roles = ["ADMINISTRATOR", "OPERATOR", "VIEWER", "PEER"] as const;

/** UsersPage: who may do what at this site, people and remote sites. */
export default function UsersPage() {
  const { t } = useTranslation("accounts");
  return (
    <ForAdministrators title={t("users.title")}>
      <Users />
    </ForAdministrators>
  );
}

function Users() {
  const { t } = useTranslation("accounts");
  const { q, role, page } = useSearch({ from: "/app/users" });
  const known = roles.find((name) => name === role);
  const query = useQuery(usersQuery({ query: q, roles: known && [known], pageToken: page, pageSize: 50 }));
  return (
    <Page title={t("users.title")} beside={<Actions />}>
      <Filters role={known} />
      <Loaded query={query} rows={6}>
        {({ users, nextPageToken, totalSize }) =>
          users.length === 0 ? <NoMatch /> : <List users={users} next={nextPageToken} total={totalSize} />
        }
      </Loaded>
    </Page>
  );
}

function Actions() {
  const { t } = useTranslation("accounts");
  return (
    <div className="row">
      <ButtonLink to="/tokens">{t("tokens.title")}</ButtonLink>
      <ButtonLink to="/users/new" look="main">
        {t("users.add")}
      </ButtonLink>
    </div>
  );
}

function Filters({ role }: { role: Role | undefined }) {
  const { t } = useTranslation(["accounts", "common"]);
  const { q } = useSearch({ from: "/app/users" });
  const navigate = useNavigate({ from: "/users" });
  return (
    <div className="filters" role="search">
      <SearchField
        label={t("users.find")}
        value={q}
        onSearch={(text) => void navigate({ search: (old) => ({ ...old, q: text, page: undefined }), replace: true })}
      />
      <label>
        {t("users.role")}
        <select
          value={role ?? ""}
          onChange={(event) => void navigate({ search: (old) => ({ ...old, role: event.target.value || undefined, page: undefined }) })}
        >
          <option value="">{t("users.allRoles")}</option>
          {roles.map((name) => (
            <option key={name} value={name}>
              {t(`common:role.${name}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function NoMatch() {
  const { t } = useTranslation(["accounts", "common"]);
  const navigate = useNavigate({ from: "/users" });
  return (
    <Empty title={t("users.noMatch")}>
      <Button onClick={() => void navigate({ search: {} })}>{t("common:clearFilters")}</Button>
    </Empty>
  );
}

function List({ users, next, total }: { users: User[]; next: string; total: number }) {
  const { t } = useTranslation("accounts");
  const format = useFormat();
  const navigate = useNavigate({ from: "/users" });
  const { page } = useSearch({ from: "/app/users" });
  const heads = [
    { label: t("users.username") },
    { label: t("users.role") },
    { label: t("users.state") },
    { label: t("users.language"), className: "wide-only" },
    { label: t("users.lastSignIn") },
  ];
  return (
    <>
      <Table caption={t("users.title")} heads={heads}>
        {users.map((user) => (
          <Row key={user.id} user={user} />
        ))}
      </Table>
      <p className="hint">{t("users.total", { count: total, formatted: format.number(total) })}</p>
      <Pager first={!page} next={next} onPage={(token) => void navigate({ search: (old) => ({ ...old, page: token || undefined }) })} />
    </>
  );
}

function Row({ user }: { user: User }) {
  const { t } = useTranslation(["accounts", "common"]);
  const me = useUser();
  return (
    <tr>
      <Cell label={t("users.username")} head>
        <Link to="/users/$id" params={{ id: user.id }}>
          <bdi>{user.username}</bdi>
        </Link>{" "}
        {user.id === me?.id && <span className="hint">({t("users.you")})</span>}
      </Cell>
      <Cell label={t("users.role")}>{t(`common:role.${user.role as Exclude<Role, "UNSPECIFIED">}`)}</Cell>
      <Cell label={t("users.state")}>
        <UserState user={user} />
      </Cell>
      <Cell label={t("users.language")} className="wide-only">
        {isLanguage(user.language) && <bdi lang={user.language}>{languages[user.language]}</bdi>}
      </Cell>
      <Cell label={t("users.lastSignIn")}>
        <When time={user.lastSignInTime} />
      </Cell>
    </tr>
  );
}
