import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import { TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { NewPasswordField } from "../../form/NewPasswordField";
import { passwordRule } from "../../form/password";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { sessionQuery } from "../../session/session";
import { Page } from "../../ui/Page";
import { Steps } from "./Steps";

/** AccountPage makes the first administrator and signs in. The code proves that one may: an open setup could be hijacked. */
export default function AccountPage() {
  const { t } = useTranslation("setup");
  const form = useFirstAccount();
  const username = useWatch({ control: form.form.control, name: "username" });
  const labels = { setupCode: t("account.code"), username: t("account.username"), password: t("account.password") };
  return (
    <Page title={t("account.title")} above={<Steps current="account" />}>
      <Form form={form} action={t("account.action")} labels={labels}>
        <TextField name="setupCode" label={labels.setupCode} hint={t("account.codeHint")} required code autoComplete="off" />
        <TextField name="username" label={labels.username} hint={t("account.usernameHint")} required code autoComplete="username" />
        <NewPasswordField name="password" label={labels.password} username={username} />
      </Form>
    </Page>
  );
}

function useFirstAccount() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useApiForm({
    values: { setupCode: "", username: "", password: "" },
    resolver: rules(({ setupCode, username, password }) => ({
      setupCode: setupCode.trim() === "" && "required",
      username: username.trim() === "" && "required",
      password: passwordRule(password, username),
    })),
    submit: async ({ setupCode, username, password }) => {
      const body = { setupCode: setupCode.trim(), username: username.trim(), password };
      const { session } = await call(api.POST("/api/v1/setup", { body }));
      queries.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: "/setup/site" });
    },
  });
}
