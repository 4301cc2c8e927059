import { useState } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { type FieldProps, Frame } from "./Field";
import { brokenRules, passwordRules } from "./password";

/** NewPasswordField shows the rules of a password before it is typed, and which of them are kept while it is. */
export function NewPasswordField({ name, label, username = "" }: FieldProps & { username?: string }) {
  const { t } = useTranslation();
  const { register } = useFormContext();
  const [shown, setShown] = useState(false);
  const typed = String(useWatch({ name }) ?? "");
  const broken = brokenRules(typed, username);
  return (
    <Frame
      name={name}
      label={label}
      required
      hint={
        <>
          {passwordRules.map((rule) => (
            <span key={rule} className="password-rule">
              <Icon name={typed !== "" && !broken.includes(rule) ? "check" : "dot"} />
              {t(`password.${rule}`)}
            </span>
          ))}
          {t("password.advice")}
        </>
      }
    >
      {(aria) => (
        <span className="joined">
          <input
            {...aria}
            {...register(name)}
            type={shown ? "text" : "password"}
            aria-required
            autoComplete="new-password"
            spellCheck={false}
            autoCapitalize="none"
            dir="auto"
          />
          <Button aria-pressed={shown} onClick={() => setShown(!shown)}>
            {t("password.show")}
          </Button>
        </span>
      )}
    </Frame>
  );
}
