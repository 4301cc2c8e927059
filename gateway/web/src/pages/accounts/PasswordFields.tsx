import { useTranslation } from "react-i18next";

import { TextField } from "../../form/Field";

/** What the fields of a new password hold. */
export interface NewPassword {
  newPassword: string;
  repeated: string;
}

/** Characters that a password needs; the server checks the same. */
const least = 10;

/** passwordRules finds what the server would refuse, and a repetition that differs. */
export function passwordRules({ newPassword, repeated }: NewPassword): { newPassword?: string | false; repeated?: string | false } {
  return {
    newPassword: newPassword === "" ? "required" : [...newPassword].length < least && "tooShort",
    repeated: repeated === "" ? "required" : repeated !== newPassword && "differs",
  };
}

/** PasswordFields ask for a new password twice; its rules stand there before anybody types. */
export function PasswordFields() {
  const { t } = useTranslation("accounts");
  return (
    <>
      <TextField
        name="newPassword"
        label={t("password.new")}
        hint={t("password.hint")}
        type="password"
        autoComplete="new-password"
        required
        maxLength={1024}
      />
      <TextField name="repeated" label={t("password.repeat")} type="password" autoComplete="new-password" required maxLength={1024} />
    </>
  );
}
