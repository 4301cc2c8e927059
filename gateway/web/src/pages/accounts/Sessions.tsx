import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Session } from "../../api/types";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { Loaded } from "../../ui/Loaded";
import { Status } from "../../ui/Status";
import { Cell, Table } from "../../ui/Table";
import { When } from "../../ui/When";
import { sessionsQuery } from "./queries";

/** Sessions shows where somebody is signed in, and ends that. */
export function Sessions() {
  const { t } = useTranslation("accounts");
  const query = useQuery(sessionsQuery);
  return (
    <section className="stack">
      <h2>{t("own.sessions")}</h2>
      <p className="hint">{t("own.sessionsLead")}</p>
      <Loaded query={query}>{({ sessions }) => <List sessions={sessions} />}</Loaded>
      <Everywhere />
    </section>
  );
}

function List({ sessions }: { sessions: Session[] }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: (id: string) => call(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      announce(t("own.ended"));
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const heads = [
    { label: t("own.address") },
    { label: t("own.started") },
    { label: t("own.lastUsed") },
    { label: t("own.end"), unseen: true },
  ];
  return (
    <>
      {end.isError && <ErrorNote error={end.error} />}
      <Table caption={t("own.sessions")} heads={heads}>
        {sessions.map((session) => (
          <Row key={session.id} session={session} busy={end.isPending} onEnd={() => end.mutate(session.id)} />
        ))}
      </Table>
    </>
  );
}

function Row({ session, busy, onEnd }: { session: Session; busy: boolean; onEnd(): void }) {
  const { t } = useTranslation("accounts");
  const { remoteAddress, createTime, lastUseTime, current } = session;
  return (
    <tr>
      <Cell label={t("own.address")} head>
        <bdi dir="ltr">{remoteAddress}</bdi>
      </Cell>
      <Cell label={t("own.started")}>
        <When time={createTime} />
      </Cell>
      <Cell label={t("own.lastUsed")}>
        <When time={lastUseTime} />
      </Cell>
      <Cell label="" className="end">
        {current ? (
          <Status name="READY" word={t("own.thisSession")} />
        ) : (
          <Button busy={busy} onClick={onEnd} aria-label={t("own.endFrom", { address: remoteAddress })}>
            {t("own.end")}
          </Button>
        )}
      </Cell>
    </tr>
  );
}

/** Everywhere ends all sessions; what comes next is the page to sign in. */
function Everywhere() {
  const { t } = useTranslation("accounts");
  const [asked, setAsked] = useState(false);
  const end = useMutation({
    mutationFn: () => call(api.POST("/api/v1/session:deleteAll", { body: {} })),
    onSuccess: () => location.assign("/sign-in"),
  });
  return (
    <>
      <p>
        <Button onClick={() => setAsked(true)}>{t("own.everywhere")}</Button>
      </p>
      <ConfirmDialog
        title={t("own.everywhere")}
        open={asked}
        onClose={() => setAsked(false)}
        action={t("own.everywhere")}
        busy={end.isPending}
        onConfirm={() => end.mutate()}
      >
        <p>{t("own.everywhereText")}</p>
        {end.isError && <ErrorNote error={end.error} />}
      </ConfirmDialog>
    </>
  );
}
