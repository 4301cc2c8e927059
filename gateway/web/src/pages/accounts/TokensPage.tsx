import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Role, Token } from "../../api/types";
import { useNow } from "../../format/useNow";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { Empty, Loaded } from "../../ui/Loaded";
import { Page } from "../../ui/Page";
import { Status } from "../../ui/Status";
import { Cell, Table } from "../../ui/Table";
import { When } from "../../ui/When";
import { NewTokenDialog } from "./NewTokenDialog";
import { ForAdministrators, ToUsers } from "./parts";
import { tokensQuery } from "./queries";

/** TokensPage: keys of programs. */
export default function TokensPage() {
  const { t } = useTranslation("accounts");
  return (
    <ForAdministrators title={t("tokens.title")}>
      <Tokens />
    </ForAdministrators>
  );
}

function Tokens() {
  const { t } = useTranslation("accounts");
  const query = useQuery(tokensQuery);
  const [adding, setAdding] = useState(false);
  const add = (
    <Button look="main" onClick={() => setAdding(true)}>
      {t("tokens.add")}
    </Button>
  );
  const empty = query.data?.tokens.length === 0;
  return (
    <Page title={t("tokens.title")} above={<ToUsers />} beside={!empty && add} lead={<Lead />}>
      <Loaded query={query} rows={4}>
        {({ tokens }) =>
          empty ? (
            <Empty title={t("tokens.empty")}>
              <p>{t("tokens.emptyText")}</p>
              {add}
            </Empty>
          ) : (
            <List tokens={tokens} />
          )
        }
      </Loaded>
      {adding && <NewTokenDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Lead() {
  const { t } = useTranslation("accounts");
  return (
    <p>
      {t("tokens.lead")}{" "}
      <a href="/docs" dir="ltr">
        /docs
      </a>
    </p>
  );
}

function List({ tokens }: { tokens: Token[] }) {
  const { t } = useTranslation("accounts");
  const [revoked, setRevoked] = useState<Token>();
  const heads = [
    { label: t("tokens.name") },
    { label: t("tokens.role") },
    { label: t("tokens.by"), className: "wide-only" },
    { label: t("tokens.created"), className: "wide-only" },
    { label: t("tokens.lastUsed") },
    { label: t("tokens.expires") },
    { label: t("tokens.revoke"), unseen: true },
  ];
  return (
    <>
      <Table caption={t("tokens.title")} heads={heads}>
        {tokens.map((token) => (
          <Row key={token.id} token={token} onRevoke={() => setRevoked(token)} />
        ))}
      </Table>
      <RevokeDialog token={revoked} onClose={() => setRevoked(undefined)} />
    </>
  );
}

function Row({ token, onRevoke }: { token: Token; onRevoke(): void }) {
  const { t } = useTranslation(["accounts", "common"]);
  const now = useNow();
  const expired = token.expireTime !== null && new Date(token.expireTime) <= now;
  return (
    <tr>
      <Cell label={t("tokens.name")} head>
        <bdi>{token.name}</bdi>
      </Cell>
      <Cell label={t("tokens.role")}>{t(`common:role.${token.role as Exclude<Role, "UNSPECIFIED">}`)}</Cell>
      <Cell label={t("tokens.by")} className="wide-only">
        <bdi>{token.username}</bdi>
      </Cell>
      <Cell label={t("tokens.created")} className="wide-only">
        <When time={token.createTime} />
      </Cell>
      <Cell label={t("tokens.lastUsed")}>
        <When time={token.lastUseTime} />
      </Cell>
      <Cell label={t("tokens.expires")}>
        {expired ? <Status name="EXPIRED" word={t("tokens.expired")} /> : <When time={token.expireTime} none={t("tokens.never")} />}
      </Cell>
      <Cell label="" className="end">
        <Button onClick={onRevoke} aria-label={t("tokens.revokeNamed", { name: token.name })}>
          {t("tokens.revoke")}
        </Button>
      </Cell>
    </tr>
  );
}

function RevokeDialog({ token, onClose }: { token: Token | undefined; onClose(): void }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      announce(t("tokens.revoked"));
      onClose();
      await queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  return (
    <ConfirmDialog
      title={t("tokens.revokeNamed", { name: token?.name ?? "" })}
      open={token !== undefined}
      onClose={onClose}
      action={t("tokens.revoke")}
      danger
      busy={revoke.isPending}
      onConfirm={() => token && revoke.mutate(token.id)}
    >
      <p>{t("tokens.revokeText")}</p>
      {revoke.isError && <ErrorNote error={revoke.error} />}
    </ConfirmDialog>
  );
}
