import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { usePreferences } from "../format/preferences";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

/** Pages by the letter that follows g. */
const targets = {
  o: ["/", "overview"],
  r: ["/repositories", "repositories"],
  l: ["/log", "log"],
  c: ["/conflicts", "conflicts"],
  e: ["/records", "records"],
  s: ["/settings", "settings"],
} as const;

type Letter = keyof typeof targets;

/** ShortcutsDialog listens for single letters outside of fields, and lists them at "?". */
export function ShortcutsDialog() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useShortcuts(() => setOpen(true));
  return (
    <Dialog title={t("keys.title")} open={open} onClose={() => setOpen(false)}>
      <dl className="facts">
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>{t("keys.search")}</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>{t("keys.help")}</dd>
        {Object.entries(targets).map(([letter, [, name]]) => (
          <div key={letter} className="contents">
            <dt>
              <kbd>g</kbd> <kbd>{letter}</kbd>
            </dt>
            <dd>{t("keys.go", { page: t(`nav.${name}`) })}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{t("keys.off")}</p>
      <p className="actions">
        <Button onClick={() => setOpen(false)}>{t("close")}</Button>
      </p>
    </Dialog>
  );
}

function useShortcuts(onHelp: () => void) {
  const { shortcuts } = usePreferences();
  const router = useRouter();
  useEffect(() => {
    if (!shortcuts) return;
    let afterG = false;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      if (afterG && event.key in targets) void router.navigate({ to: targets[event.key as Letter][0] });
      else if (event.key === "?") onHelp();
      else if (event.key === "/") focusSearch(event);
      afterG = event.key === "g";
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [shortcuts, router, onHelp]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function focusSearch(event: KeyboardEvent) {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
}
