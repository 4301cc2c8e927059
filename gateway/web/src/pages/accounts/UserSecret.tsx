import { useTranslation } from "react-i18next";

import type { User } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { Secret } from "./parts";

/** UserSecret shows what an answer holds this once: the link of an invitation, or a generated password. */
export function UserSecret({ user }: { user: User }) {
  const { t } = useTranslation(["accounts", "common"]);
  const format = useFormat();
  const { invitation, generatedPassword, username } = user;
  if (invitation) {
    const time = t("common:atUtc", { time: format.time(new Date(invitation.expireTime ?? ""), "UTC") });
    return (
      <Secret what={t("secret.link")} value={invitationLink(invitation.code)}>
        {t("secret.linkText", { name: username, time })}
      </Secret>
    );
  }
  if (!generatedPassword) return null;
  return (
    <Secret what={t("secret.password")} value={generatedPassword}>
      {t("secret.passwordText")}
    </Secret>
  );
}

/** invitationLink keeps the code behind the #, which browsers send to nobody. */
export function invitationLink(code: string): string {
  return `${location.origin}/invitation#${encodeURIComponent(code)}`;
}

/** invitationCode reads it back from the part behind the #. */
export function invitationCode(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, ""));
  } catch {
    return "";
  }
}
