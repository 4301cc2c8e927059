import { useTranslation } from "react-i18next";

import { announce } from "./Announce";
import { Button } from "./Button";
import { Icon } from "./Icon";

/** CopyButton puts text on the clipboard. Its name says what is copied. */
export function CopyButton({ text, what }: { text: string; what?: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announce(t("copied"));
  };
  return (
    <Button look="quiet" onClick={() => void copy()} aria-label={what ? `${t("copy")}: ${what}` : undefined}>
      <Icon name="copy" />
      {t("copy")}
    </Button>
  );
}

/** Uuid is an identifier that people compare and copy. */
export function Uuid({ value, what, large }: { value: string; what: string; large?: boolean }) {
  return (
    <span className={large ? "uuid large" : "uuid"}>
      <code dir="ltr">{value}</code>
      <CopyButton text={value} what={what} />
    </span>
  );
}
