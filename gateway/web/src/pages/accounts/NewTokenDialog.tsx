import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { Role, Token } from "../../api/types";
import { SelectField, TextField } from "../../form/Field";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { personRoles, Secret } from "./parts";
import { tokensQuery } from "./queries";

/** Days until a token expires; never: it does not. */
const lifetimes = { month: 30, quarter: 90, year: 365, never: 0 } as const;

type Lifetime = keyof typeof lifetimes;

/** expiry is when a token that is made now stops working; undefined: never. */
export function expiry(lifetime: Lifetime, now: Date): string | undefined {
  const days = lifetimes[lifetime];
  return days === 0 ? undefined : new Date(now.getTime() + days * 86_400_000).toISOString();
}

/** NewTokenDialog makes a token and shows its secret, this once. */
export function NewTokenDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation(["accounts", "common"]);
  const [made, setMade] = useState<Token>();
  const title = made ? t("tokens.made", { name: made.name }) : t("tokens.add");
  return (
    <Dialog title={title} open onClose={onClose} closable={!made}>
      {made ? (
        <>
          <Secret what={t("secret.token")} value={made.secret}>
            {t("secret.tokenText")}
          </Secret>
          <p className="actions">
            <Button onClick={onClose}>{t("common:close")}</Button>
          </p>
        </>
      ) : (
        <TokenForm onMade={setMade} onClose={onClose} />
      )}
    </Dialog>
  );
}

function TokenForm({ onMade, onClose }: { onMade(token: Token): void; onClose(): void }) {
  const { t } = useTranslation(["accounts", "common"]);
  const queries = useQueryClient();
  const form = useApiForm({
    values: { name: "", role: "VIEWER", expireTime: "quarter" },
    resolver: rules(({ name }) => ({ name: name.trim() === "" && "required" })),
    submit: async ({ name, role, expireTime }) => {
      const body = { name: name.trim(), role: role as Role, expireTime: expiry(expireTime as Lifetime, new Date()) };
      const token = await call(api.POST("/api/v1/tokens", { body }));
      void queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
      onMade(token);
    },
  });
  const labels = { name: t("tokens.name"), role: t("tokens.role"), expireTime: t("tokens.expires") };
  const names = Object.keys(lifetimes) as Lifetime[];
  return (
    <Form form={form} action={t("tokens.add")} labels={labels} more={<Button onClick={onClose}>{t("common:cancel")}</Button>}>
      <TextField name="name" label={labels.name} hint={t("tokens.nameHint")} required autoComplete="off" maxLength={128} />
      <SelectField name="role" label={labels.role} choices={personRoles.map((value) => ({ value, label: t(`common:role.${value}`) }))} />
      <SelectField name="expireTime" label={labels.expireTime} choices={names.map((value) => ({ value, label: t(`tokens.${value}`) }))} />
    </Form>
  );
}
