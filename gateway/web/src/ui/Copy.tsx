import { useTranslation } from "react-i18next";

import { announce } from "./Announce";
import { Button } from "./Button";
import { Icon } from "./Icon";

/** CopyButton puts text on the clipboard. Its name says what is copied. */
export function CopyButton({ text, what }: { text: string; what?: string }) {
  const { t } = useTranslation();
  const copy = async () => {
    announce(t((await toClipboard(text)) ? "copied" : "notCopied"));
  };
  return (
    <Button look="quiet" onClick={() => void copy()} aria-label={what ? `${t("copy")}: ${what}` : undefined}>
      <Icon name="copy" />
      {t("copy")}
    </Button>
  );
}

/** toClipboard copies text, also on pages without encryption, where browsers keep their clipboard to themselves. */
async function toClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const fill = (event: ClipboardEvent) => {
    event.preventDefault();
    event.clipboardData?.setData("text/plain", text);
  };
  document.addEventListener("copy", fill);
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return done;
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
