import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { Form } from "../../form/Form";
import { NewPasswordField } from "../../form/NewPasswordField";
import { passwordRule } from "../../form/password";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { speakTo } from "../../i18n/i18n";
import { sessionQuery } from "../../session/session";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { invitationCode } from "./UserSecret";

/** InvitationPage sets the first password of a person, or a new one, by the code behind the # of a link. */
export default function InvitationPage() {
  const { t } = useTranslation("accounts");
  const [code] = useState(() => invitationCode(location.hash));
  // The code is a secret: it need not stay in the history of the browser.
  useEffect(() => window.history.replaceState(window.history.state, "", location.pathname), []);
  return (
    <Page title={t("invitation.title")}>
      {code === "" ? (
        <Note kind="error">
          <p>{t("invitation.incomplete")}</p>
        </Note>
      ) : (
        <div className="stack">
          <p>{t("invitation.lead")}</p>
          <div className="sheet">
            <PasswordForm code={code} />
          </div>
        </div>
      )}
    </Page>
  );
}

function PasswordForm({ code }: { code: string }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const router = useRouter();
  const form = useApiForm({
    values: { newPassword: "" },
    resolver: rules(({ newPassword }) => ({ newPassword: passwordRule(newPassword, "") })),
    fields: { password: "newPassword" },
    submit: async ({ newPassword }) => {
      const { session } = await call(api.POST("/api/v1/session:acceptInvitation", { body: { code, password: newPassword } }));
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      await speakTo(session?.user?.language ?? "");
      await router.navigate({ to: "/" });
    },
  });
  const labels = { newPassword: t("password.new") };
  return (
    <Form form={form} action={t("invitation.action")} labels={labels}>
      <NewPasswordField name="newPassword" label={labels.newPassword} />
    </Form>
  );
}
