import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Settings } from "../../api/types";
import { TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { isURL, rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { Loaded } from "../../ui/Loaded";
import { Note } from "../../ui/Note";
import { saveSettings, settingsQuery } from "../settings/queries";
import { Letter } from "./Letter";

interface Props {
  /** Repository that the account may exchange as; empty: the first that registers with it. */
  repositoryId?: string;
  /** Where the suggestion for the username comes from, such as the name of the repository. */
  suggestion?: string;
}

/** InviteSite makes an account for a site that connects to this one, and writes what its administrator needs. */
export function InviteSite(props: Props) {
  const settings = useQuery(settingsQuery);
  return <Loaded query={settings}>{(site) => <Invite {...props} site={site} />}</Loaded>;
}

interface Made {
  url: string;
  username: string;
  password: string;
}

function Invite({ repositoryId = "", suggestion = "", site }: Props & { site: Settings }) {
  const { t } = useTranslation("repositories");
  const [made, setMade] = useState<Made>();
  const form = useInvitation(site, repositoryId, suggestion, setMade);
  const labels = { publicUrl: t("invite.url"), account: t("invite.username") };
  return (
    <div className="stack">
      <Form form={form} action={t("invite.action")} labels={labels} quiet>
        <TextField name="publicUrl" label={labels.publicUrl} hint={t("invite.urlHint")} required type="url" code autoComplete="off" />
        <TextField name="account" label={labels.account} hint={t("invite.usernameHint")} required code autoComplete="off" />
      </Form>
      {made && <Invitation made={made} site={site} />}
    </div>
  );
}

function Invitation({ made, site }: { made: Made; site: Settings }) {
  const { t } = useTranslation("repositories");
  return (
    <>
      <Note kind="ok" alert>
        <p>{t("invite.made", { username: made.username })}</p>
        <p>{t("invite.once")}</p>
      </Note>
      <Letter
        title={t("invite.letter")}
        lines={[
          t("invite.text.please"),
          t("registration.text.name", { name: site.siteName }),
          t("registration.text.url", { url: made.url }),
          t("invite.text.username", { username: made.username }),
          t("invite.text.password", { password: made.password }),
          t("registration.text.uuid", { uuid: site.repositoryUuid }),
        ]}
      />
    </>
  );
}

/** useInvitation saves where this site can be reached, and makes the account with a password that is answered only once. */
function useInvitation(site: Settings, repositoryId: string, suggestion: string, onMade: (made: Made) => void) {
  const queries = useQueryClient();
  return useApiForm({
    values: { publicUrl: site.publicUrl || `${location.origin}/eden`, account: usernameFrom(suggestion) },
    fields: { username: "account" },
    resolver: rules(({ publicUrl, account }) => ({
      publicUrl: publicUrl.trim() === "" ? "required" : !isURL(publicUrl.trim()) && "url",
      account: account.trim() === "" && "required",
    })),
    submit: async ({ publicUrl, account }) => {
      const url = publicUrl.trim();
      if (url !== site.publicUrl) {
        const saved = await saveSettings({ publicUrl: url }, site.etag, (present) => present.publicUrl === site.publicUrl);
        queries.setQueryData(settingsQuery.queryKey, saved);
      }
      const body = { username: account.trim(), role: "PEER" as const, repositoryId, bindAtRegistration: !repositoryId };
      const user = await call(api.POST("/api/v1/users", { body }));
      void queries.invalidateQueries({ queryKey: ["users"] });
      onMade({ url, username: user.username, password: user.generatedPassword });
    },
  });
}

/** usernameFrom makes a name to sign in with from a name for people: "Kisumu flood desk" gives "kisumu-flood-desk". */
export function usernameFrom(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s:]+/g, "-");
}
