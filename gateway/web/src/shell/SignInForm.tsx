import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../api/client";
import { TextField } from "../form/Field";
import { Form } from "../form/Form";
import { useApiForm } from "../form/useApiForm";
import { speakTo } from "../i18n/i18n";
import { sessionQuery } from "../session/session";

/** SignInForm asks for username and password; what was typed stays when they are refused. */
export function SignInForm({ username = "", onSignedIn, more }: { username?: string; onSignedIn(): void; more?: ReactNode }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const form = useApiForm({
    values: { username, password: "" },
    submit: async (body) => {
      const { session } = await call(api.POST("/api/v1/session", { body }));
      queries.setQueryData(sessionQuery.queryKey, session);
      await speakTo(session?.user?.language ?? "");
      onSignedIn();
    },
  });
  const labels = { username: t("signIn.username"), password: t("signIn.password") };
  return (
    <Form form={form} scope="sign-in" action={t("signIn.action")} labels={labels} more={more}>
      <TextField name="username" label={labels.username} autoComplete="username" />
      <TextField name="password" label={labels.password} type="password" autoComplete="current-password" />
    </Form>
  );
}
